//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package main

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
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

// TestNcThroughProxies goes through proxies that serve, and through some that don't,
// and looks at the exit codes and at what is said.
func TestNcThroughProxies(t *testing.T) {
	_, target := accepting(t, "127.0.0.1:0", echo)
	closed := freePort(t)
	proxies := map[string]string{}
	for name, handle := range map[string]func(net.Conn){
		"5":             testProxy{}.socks,
		"5 login":       testProxy{"me", "pw"}.socks,
		"connect":       testProxy{}.connect,
		"connect login": testProxy{"me", "pw"}.connect,
		"silent":        func(conn net.Conn) { io.Copy(io.Discard, conn) },
		"garbage":       func(conn net.Conn) { io.WriteString(conn, "\x00\x07220 \x1b]0;mail\a\r\n\r\n"); io.Copy(io.Discard, conn) },
		"hangs up":      func(conn net.Conn) { io.ReadFull(conn, make([]byte, 1)) },
		"endless":       func(conn net.Conn) { endless(conn) },
	} {
		_, port := accepting(t, "127.0.0.1:0", handle)
		proxies[name] = "127.0.0.1:" + port
	}
	proxies["nobody"] = "127.0.0.1:" + closed

	tests := []struct {
		kind, proxy, args string
		code              int
		want              string // in what is said; in success, nothing is
	}{
		{"5", "5", "127.0.0.1 " + target, 0, ""},
		{"5", "5", theName + " " + target, 0, ""},
		{"5", "5", "127.0.0.1 " + closed, 10, "connect to 127.0.0.1:" + closed + " by the proxy " + proxies["5"] + ": the proxy says: connection refused"},
		{"5", "5", "192.0.2.2 1", 1, "the proxy says: not allowed"},
		{"5", "5", "192.0.2.3 1", 14, "the proxy says: network unreachable"},
		{"5", "5", "192.0.2.4 1", 14, "the proxy says: host unreachable"},
		{"5", "5", "192.0.2.6 1", 124, "the proxy says: the time to live was over"},
		{"5", "5 login", "-P me 127.0.0.1 " + target, 0, ""},
		{"5", "5 login", "-P you 127.0.0.1 " + target, 1, "the proxy says: wrong user or password"},
		{"5", "5 login", "127.0.0.1 " + target, 1, "the proxy says: it needs a user and password"},
		{"5", "silent", "-w 0.2 127.0.0.1 " + target, 124, "no answer from it within 200ms"},
		{"5", "garbage", "127.0.0.1 " + target, 1, "its answer makes no sense"},
		{"5", "hangs up", "127.0.0.1 " + target, 11, "closed the connection without an answer"},
		{"5", "connect", "-w 0.2 127.0.0.1 " + target, 124, "-X says which"},
		{"5", "nobody", "127.0.0.1 " + target, 10, "by the proxy " + proxies["nobody"] + ": connection refused"},
		{"4", "silent", "-w 0.2 127.0.0.1 " + target, 124, "no answer from it within 200ms"},
		{"4", "hangs up", "127.0.0.1 " + target, 11, "closed the connection without an answer"},
		{"4", "garbage", "127.0.0.1 " + target, 1, "its answer makes no sense"},
		{"connect", "connect", "127.0.0.1 " + target, 0, ""},
		{"connect", "connect", theName + " " + target, 0, ""},
		{"connect", "connect", "127.0.0.1 " + closed, 1, "the proxy says: 502 Bad Gateway"},
		{"connect", "connect", "192.0.2.2 1", 1, `the proxy says: 403 Forbidden \x1b[31mby policy`},
		{"connect", "connect login", "-P me 127.0.0.1 " + target, 0, ""},
		{"connect", "connect login", "-P you 127.0.0.1 " + target, 1, "it needs a user and password, or other ones"},
		{"connect", "connect login", "127.0.0.1 " + target, 1, "it needs a user and password, or other ones"},
		{"connect", "silent", "-w 0.2 127.0.0.1 " + target, 124, "no answer from it within 200ms"},
		{"connect", "garbage", "127.0.0.1 " + target, 1, "its answer makes no sense"},
		{"connect", "hangs up", "127.0.0.1 " + target, 11, "closed the connection without an answer"},
		{"connect", "endless", "127.0.0.1 " + target, 1, "the proxy's answer is too long"},
		{"connect", "5", "127.0.0.1 " + target, 11, "-X says which"},
	}
	t.Setenv("BATON_PROXY_PASSWORD", "pw")
	for _, tt := range tests {
		t.Run(tt.kind+" "+tt.proxy+" "+strings.ReplaceAll(tt.args, target, "target"), func(t *testing.T) {
			out, errs, code := nc(t, "hello\n", append([]string{"-X", tt.kind, "-x", proxies[tt.proxy]}, strings.Fields(tt.args)...)...)
			want := ""
			if tt.code == 0 {
				want = "hello\n"
			}
			if out != want || code != tt.code || !strings.Contains(errs, tt.want) || code == 0 && errs != "" {
				t.Errorf("code %d, want %d; printed %q and %q, want %q and %q", code, tt.code, out, errs, want, tt.want)
			}
			if strings.Contains(errs, "\x1b") {
				t.Errorf("what the proxy says goes to the terminal as it is: %q", errs)
			}
		})
	}
}

func endless(conn net.Conn) {
	io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
	for {
		if _, err := io.WriteString(conn, "X-Filler: all work and no play\r\n"); err != nil {
			return
		}
	}
}

// TestNcProxyIPv6 asks proxies for an IPv6 address.
func TestNcProxyIPv6(t *testing.T) {
	_, target := accepting(t, "[::1]:0", echo)
	for kind, handle := range map[string]func(net.Conn){"5": testProxy{}.socks, "connect": testProxy{}.connect} {
		_, port := accepting(t, "127.0.0.1:0", handle)
		if out, errs, code := nc(t, "hello", "-X", kind, "-x", "127.0.0.1:"+port, "::1", target); out != "hello" || code != 0 {
			t.Errorf("%s: code %d, %q, %q", kind, code, out, errs)
		}
	}
	_, port := accepting(t, "127.0.0.1:0", testProxy{}.socks)
	if _, errs, code := nc(t, "", "-X", "4", "-x", "127.0.0.1:"+port, "::1", target); code != 1 || !strings.Contains(errs, "SOCKS 4 knows only IPv4") {
		t.Errorf("4: code %d, %q", code, errs)
	}
}

// TestNcTLSThroughProxy has TLS within, which the proxy doesn't see: the certificate
// is the target's.
func TestNcTLSThroughProxy(t *testing.T) {
	files := newCertificates(t)
	_, target := server(t, "-k -c cat --cert "+files.server+" --key "+files.key(files.server))
	for kind, handle := range map[string]func(net.Conn){"5": testProxy{}.socks, "connect": testProxy{}.connect} {
		_, port := accepting(t, "127.0.0.1:0", handle)
		if out, errs, code := nc(t, "hello", "-X", kind, "-x", "127.0.0.1:"+port, "--ca", files.ca, "localhost", target); out != "hello" || code != 0 {
			t.Errorf("%s: code %d, %q, %q", kind, code, out, errs)
		}
	}
}

// TestNcPeersThroughProxy goes through the proxy of ncat, which wants a password.
func TestNcPeersThroughProxy(t *testing.T) {
	need(t, "ncat")
	_, target := accepting(t, "127.0.0.1:0", echo)
	at := freePort(t)
	p := startEnd(t, "ncat -v -l --proxy-type http --proxy-auth me:pw 127.0.0.1 "+at+" -k")
	p.await("Listening on")
	t.Setenv("BATON_PROXY_PASSWORD", "pw")
	// This proxy takes the end of one direction for that of both.
	through := []string{"--no-shutdown", "-q", "0.5", "-X", "connect", "-x", "127.0.0.1:" + at}
	if out, errs, code := nc(t, "hello", append(through, "-P", "me", "127.0.0.1", target)...); out != "hello" || code != 0 {
		t.Errorf("code %d, %q, %q", code, out, errs)
	}
	os.Unsetenv("BATON_PROXY_PASSWORD")
	if _, errs, code := nc(t, "hello", append(through, "-P", "me", "127.0.0.1", target)...); code != 1 || !strings.Contains(errs, "it needs a user and password, or other ones") {
		t.Errorf("code %d, %q", code, errs)
	}
	p.cmd.Process.Kill()
}
