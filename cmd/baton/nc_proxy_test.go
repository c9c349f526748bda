//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

// TestNcThroughProxies goes through proxies that serve, and through some that don't,
// and looks at the exit codes and at what is said.
func TestNcThroughProxies(t *testing.T) {
	_, target := accepting(t, "127.0.0.1:0", echo)
	closed := hold(t).number
	proxies := map[string]string{}
	for name, handle := range map[string]func(net.Conn){
		"5":             testProxy{}.socks,
		"5 login":       testProxy{"me", "pw"}.socks,
		"connect":       testProxy{}.connect,
		"connect login": testProxy{"me", "pw"}.connect,
		"silent":        func(conn net.Conn) { io.Copy(io.Discard, conn) },
		"garbage": func(conn net.Conn) {
			io.WriteString(conn, "\x00\x07220 \x1b]0;mail\a\r\n\r\n")
			io.Copy(io.Discard, conn)
		},
		"hangs up": func(conn net.Conn) { io.ReadFull(conn, make([]byte, 1)) },
		"endless":  func(conn net.Conn) { endless(conn) },
	} {
		_, port := accepting(t, "127.0.0.1:0", handle)
		proxies[name] = "127.0.0.1:" + port
	}
	proxies["nobody"] = "127.0.0.1:" + closed

	tests := []struct {
		kinds, proxy, args string // KIND in proxy is each of kinds in turn
		code               int
		want               string // in what is said; in success, nothing is
	}{
		{"5 connect", "KIND", "127.0.0.1 " + target, 0, ""},
		{"5 connect", "KIND", theName + " " + target, 0, ""},
		{"5 connect", "KIND login", "-P me 127.0.0.1 " + target, 0, ""},
		{"4 5 connect", "silent", "-w WAIT 127.0.0.1 " + target, 124, "no answer from it within WAIT"},
		{"4 5 connect", "garbage", "127.0.0.1 " + target, 1, "its answer makes no sense"},
		{"4 5 connect", "hangs up", "127.0.0.1 " + target, 11, "closed the connection without an answer"},
		{"4 5 connect", "nobody", "127.0.0.1 " + target, 10, "by the proxy " + proxies["nobody"] + ": connection refused"},

		{"5", "5", "127.0.0.1 " + closed, 10, "connect to 127.0.0.1:" + closed + " by the proxy " + proxies["5"] + ": the proxy says: connection refused"},
		{"5", "5", "192.0.2.2 1", 1, "the proxy says: not allowed"},
		{"5", "5", "192.0.2.3 1", 14, "the proxy says: network unreachable"},
		{"5", "5", "192.0.2.4 1", 14, "the proxy says: host unreachable"},
		{"5", "5", "192.0.2.6 1", 124, "the proxy says: the time to live was over"},
		{"5", "5 login", "-P you 127.0.0.1 " + target, 1, "the proxy says: wrong user or password"},
		{"5", "5 login", "127.0.0.1 " + target, 1, "the proxy says: it needs a user and password"},
		{"5", "connect", "-w WAIT 127.0.0.1 " + target, 124, "-X says which"},

		{"connect", "connect", "127.0.0.1 " + closed, 1, "the proxy says: 502 Bad Gateway"},
		{"connect", "connect", "192.0.2.2 1", 1, `the proxy says: 403 Forbidden \x1b[31mby policy`},
		{"connect", "connect login", "-P you 127.0.0.1 " + target, 1, "it needs a user and password, or other ones"},
		{"connect", "connect login", "127.0.0.1 " + target, 1, "it needs a user and password, or other ones"},
		{"connect", "endless", "127.0.0.1 " + target, 1, "the proxy's answer is too long"},
		{"connect", "5", "127.0.0.1 " + target, 11, "-X says which"},
	}
	t.Setenv("BATON_PROXY_PASSWORD", "pw")
	for _, tt := range tests {
		for kind := range strings.FieldsSeq(tt.kinds) {
			proxy := strings.ReplaceAll(tt.proxy, "KIND", kind)
			t.Run(kind+" "+proxy+" "+strings.ReplaceAll(tt.args, target, "target"), func(t *testing.T) {
				var out, errs, said string
				var code int
				// Where all is slow the time may be over before the proxy is asked.
				for wait := 200 * time.Millisecond; ; wait *= 2 {
					args := strings.Fields(strings.ReplaceAll(tt.args, "WAIT", fmt.Sprint(wait.Seconds())))
					out, errs, code = nc(t, "hello\n", append([]string{"-X", kind, "-x", proxies[proxy]}, args...)...)
					if !strings.Contains(tt.args, "WAIT") || !strings.Contains(errs, "no connection within "+wait.String()) {
						said = strings.ReplaceAll(tt.want, "WAIT", wait.String())
						break
					}
				}
				want := ""
				if tt.code == 0 {
					want = "hello\n"
				}
				if out != want || code != tt.code || !strings.Contains(errs, said) || code == 0 && errs != "" {
					t.Errorf("code %d, want %d; printed %q and %q, want %q and %q", code, tt.code, out, errs, want, said)
				}
				if strings.Contains(errs, "\x1b") {
					t.Errorf("what the proxy says goes to the terminal as it is: %q", errs)
				}
			})
		}
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
	p, at := startListener(t, "ncat -v -l --proxy-type http --proxy-auth me:pw 127.0.0.1 PORT -k")
	t.Setenv("BATON_PROXY_PASSWORD", "pw")
	// This proxy takes the end of one direction for that of both.
	through := []string{"--no-shutdown", "-q", "0", "-X", "connect", "-x", "127.0.0.1:" + at, "-P", "me", "127.0.0.1", target}
	c := startEnd(t, "baton nc "+strings.Join(through, " "))
	c.send("hello")
	c.expect("hello")
	c.stdin.Close()
	c.finish()
	os.Unsetenv("BATON_PROXY_PASSWORD")
	if _, errs, code := nc(t, "hello", through...); code != 1 || !strings.Contains(errs, "it needs a user and password, or other ones") {
		t.Errorf("code %d, %q", code, errs)
	}
	p.cmd.Process.Kill()
}
