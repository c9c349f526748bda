//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package main

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// accepting listens on a loopback address and has each connection handled until the
// test ends, which waits for all that are.
func accepting(t *testing.T, address string, handle func(conn net.Conn)) (host, port string) {
	t.Helper()
	ln, err := net.Listen("tcp", address)
	if err != nil {
		t.Skipf("needs the address %s: %v", address, err)
	}
	var running sync.WaitGroup
	ended := make(chan struct{})
	t.Cleanup(func() {
		close(ended)
		ln.Close()
		running.Wait()
	})
	running.Go(func() { // ends when the listener is closed
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			running.Go(func() { // ends with the connection, or the test
				served := make(chan struct{})
				running.Go(func() { // ends with what it is for
					select {
					case <-ended:
						conn.Close()
					case <-served:
					}
				})
				defer close(served)
				defer conn.Close()
				handle(conn)
			})
		}
	})
	host, port, _ = net.SplitHostPort(ln.Addr().String())
	return host, port
}

// splice joins two connections until both directions have ended.
func splice(a net.Conn, in io.Reader, b net.Conn) {
	var both sync.WaitGroup
	both.Go(func() { // ends with what a sends
		io.Copy(b, in)
		b.(*net.TCPConn).CloseWrite()
	})
	io.Copy(a, b)
	a.(*net.TCPConn).CloseWrite()
	both.Wait()
}

// A testProxy knows one user, if any, and one host by name.
type testProxy struct{ user, password string }

// theName is known to the proxies of these tests and to nobody else.
const theName = "only.the.proxy.knows.invalid"

func resolve(host string) string {
	if host == theName {
		return "127.0.0.1"
	}
	return host
}

// socks serves a client of SOCKS 5.
func (p testProxy) socks(conn net.Conn) {
	in := bufio.NewReader(conn)
	next := func(n int) []byte {
		b := make([]byte, n)
		io.ReadFull(in, b)
		return b
	}
	hello := next(2)
	if hello[0] != 5 {
		return
	}
	methods := string(next(int(hello[1])))
	switch {
	case p.user == "":
		conn.Write([]byte{5, 0})
	case !strings.Contains(methods, "\x02"):
		conn.Write([]byte{5, 0xff})
		return
	default:
		conn.Write([]byte{5, 2})
		user := string(next(int(next(2)[1])))
		if password := string(next(int(next(1)[0]))); user != p.user || password != p.password {
			conn.Write([]byte{1, 1})
			return
		}
		conn.Write([]byte{1, 0})
	}
	host := ""
	switch next(4)[3] {
	case 1:
		host = netip.AddrFrom4([4]byte(next(4))).String()
	case 3:
		host = resolve(string(next(int(next(1)[0]))))
	case 4:
		host = netip.AddrFrom16([16]byte(next(16))).String()
	}
	port := strconv.Itoa(int(binary.BigEndian.Uint16(next(2))))
	status := byte(0)
	switch host { // what no test can rely on a network for
	case "192.0.2.2":
		status = 2
	case "192.0.2.3":
		status = 3
	case "192.0.2.4":
		status = 4
	case "192.0.2.6":
		status = 6
	}
	var far net.Conn
	if status == 0 {
		var err error
		if far, err = net.Dial("tcp", net.JoinHostPort(host, port)); err != nil {
			status = 5
		}
	}
	conn.Write([]byte{5, status, 0, 1, 0, 0, 0, 0, 0, 0})
	if status == 0 {
		defer far.Close()
		splice(conn, in, far)
	}
}

// connect serves a client of HTTP's CONNECT.
func (p testProxy) connect(conn net.Conn) {
	in := bufio.NewReader(conn)
	r, err := http.ReadRequest(in)
	if err != nil || r.Method != http.MethodConnect {
		io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\n\r\n")
		return
	}
	login := &http.Request{Header: http.Header{"Authorization": r.Header["Proxy-Authorization"]}}
	if user, password, _ := login.BasicAuth(); user != p.user || password != p.password {
		io.WriteString(conn, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n")
		return
	}
	host, port, _ := net.SplitHostPort(r.RequestURI)
	if host == "192.0.2.2" {
		io.WriteString(conn, "HTTP/1.1 403 Forbidden \x1b[31mby policy\r\nContent-Length: 3\r\n\r\nno\n")
		return
	}
	far, err := net.Dial("tcp", net.JoinHostPort(resolve(host), port))
	if err != nil {
		io.WriteString(conn, "HTTP/1.1 502 Bad Gateway\r\n\r\n")
		return
	}
	defer far.Close()
	io.WriteString(conn, "HTTP/1.1 200 OK\r\nVia: test\r\n\r\n")
	splice(conn, in, far)
}

func echo(conn net.Conn) { io.Copy(conn, conn) }
