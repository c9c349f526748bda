package proxy

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A script is what the proxy reads and answers in turn.
type script []struct{ want, answer string }

func TestConnect(t *testing.T) {
	named := func(context.Context, string) (netip.Addr, error) { return netip.MustParseAddr("192.0.2.7"), nil }
	tests := []struct {
		name    string
		address string
		opts    Options
		script  script
		err     error
		text    string
	}{
		{"socks5 name", "example.org:80", Options{Protocol: SOCKS5}, script{
			{"\x05\x01\x00", "\x05\x00"},
			{"\x05\x01\x00\x03\x0bexample.org\x00\x50", "\x05\x00\x00\x01\x7f\x00\x00\x01\x04\x00"},
		}, nil, ""},
		{"socks5 IPv6, name in the answer", "[2001:db8::1]:443", Options{Protocol: SOCKS5}, script{
			{"\x05\x01\x00", "\x05\x00"},
			{"\x05\x01\x00\x04\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x01\xbb", "\x05\x00\x00\x03\x03abc\x04\x00"},
		}, nil, ""},
		{"socks5 login", "192.0.2.1:80", Options{Protocol: SOCKS5, User: "me", Password: "pw"}, script{
			{"\x05\x02\x00\x02", "\x05\x02"},
			{"\x01\x02me\x02pw", "\x01\x00"},
			{"\x05\x01\x00\x01\xc0\x00\x02\x01\x00\x50", "\x05\x00\x00\x04" + strings.Repeat("\x00", 18)},
		}, nil, ""},
		{"socks5 wrong login", "192.0.2.1:80", Options{Protocol: SOCKS5, User: "me", Password: "pw"}, script{
			{"\x05\x02\x00\x02", "\x05\x02"},
			{"\x01\x02me\x02pw", "\x01\x01"},
		}, nil, "wrong user or password"},
		{"socks5 login needed", "192.0.2.1:80", Options{Protocol: SOCKS5}, script{{"\x05\x01\x00", "\x05\xff"}}, nil, "needs a user"},
		{"socks5 login unasked", "192.0.2.1:80", Options{Protocol: SOCKS5}, script{{"\x05\x01\x00", "\x05\x02"}}, ErrReply, ""},
		{"socks5 refused", "192.0.2.1:80", Options{Protocol: SOCKS5}, script{
			{"\x05\x01\x00", "\x05\x00"},
			{"\x05\x01\x00\x01\xc0\x00\x02\x01\x00\x50", "\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00"},
		}, syscall.ECONNREFUSED, "connection refused"},
		{"socks5 unknown error", "192.0.2.1:80", Options{Protocol: SOCKS5}, script{
			{"\x05\x01\x00", "\x05\x00"},
			{"\x05\x01\x00\x01\xc0\x00\x02\x01\x00\x50", "\x05\x63\x00\x01\x00\x00\x00\x00\x00\x00"},
		}, nil, "error 99"},
		{"socks5 is another", "192.0.2.1:80", Options{Protocol: SOCKS5}, script{{"\x05\x01\x00", "HT"}}, ErrReply, ""},
		{"socks5 long name", strings.Repeat("x", 256) + ":80", Options{Protocol: SOCKS5}, script{{"\x05\x01\x00", "\x05\x00"}}, nil, "more than 255"},
		{"socks4", "example.org:80", Options{Protocol: SOCKS4, User: "me", Resolve: named}, script{
			{"\x04\x01\x00\x50\xc0\x00\x02\x07me\x00", "\x00\x5a\x00\x00\x00\x00\x00\x00"},
		}, nil, ""},
		{"socks4 refused", "192.0.2.1:80", Options{Protocol: SOCKS4}, script{
			{"\x04\x01\x00\x50\xc0\x00\x02\x01\x00", "\x00\x5b\x00\x00\x00\x00\x00\x00"},
		}, nil, "refused or failed"},
		{"socks4 IPv6", "[2001:db8::1]:80", Options{Protocol: SOCKS4}, nil, nil, "only IPv4"},
		{"connect", "example.org:443", Options{Protocol: CONNECT}, script{
			{"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n", "HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n"},
		}, nil, ""},
		{"connect login", "[2001:db8::1]:443", Options{Protocol: CONNECT, User: "me", Password: "pw"}, script{
			{"CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: [2001:db8::1]:443\r\nProxy-Authorization: Basic bWU6cHc=\r\n\r\n", "HTTP/1.0 200\r\n\r\n"},
		}, nil, ""},
		{"connect wrong login", "a:1", Options{Protocol: CONNECT}, script{{"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", "HTTP/1.1 407 Who?\r\n\r\n"}}, nil, "needs a user"},
		{"connect timeout", "a:1", Options{Protocol: CONNECT}, script{{"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", "HTTP/1.1 504 Gateway Timeout\r\n\r\n"}}, syscall.ETIMEDOUT, "504"},
		{"connect denied", "a:1", Options{Protocol: CONNECT}, script{{"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", "HTTP/1.1 403 No\r\n\r\n"}}, nil, "403 No"},
		{"connect is another", "a:1", Options{Protocol: CONNECT}, script{{"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", "220 mail\r\n\r\n"}}, ErrReply, ""},
		{"connect injection", "a\r\nx:1", Options{Protocol: CONNECT}, nil, nil, "is no address"},
		{"cut", "a:1", Options{Protocol: CONNECT}, script{{"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", "HTTP/1.1 2"}}, ErrClosed, ""},
		{"socks5 cut", "192.0.2.1:80", Options{Protocol: SOCKS5}, script{
			{"\x05\x01\x00", "\x05\x00"},
			{"\x05\x01\x00\x01\xc0\x00\x02\x01\x00\x50", "\x05\x00\x00\x03\xff"},
		}, ErrClosed, ""},
		{"socks5 hangs up with the refusal", "192.0.2.1:80", Options{Protocol: SOCKS5}, script{
			{"\x05\x01\x00", "\x05\x00"},
			{"\x05\x01\x00\x01\xc0\x00\x02\x01\x00\x50", "\x05\x04"},
		}, syscall.EHOSTUNREACH, "host unreachable"},
		{"socks4 cut", "192.0.2.1:80", Options{Protocol: SOCKS4}, script{
			{"\x04\x01\x00\x50\xc0\x00\x02\x01\x00", "\x00"},
		}, ErrClosed, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ours, theirs := net.Pipe()
				go tt.script.play(t, theirs) // ends with the script or the connection
				err := Connect(t.Context(), ours, tt.address, tt.opts)
				switch {
				case tt.err == nil && tt.text == "":
					if err != nil {
						t.Errorf("error %v", err)
					}
					// All that follows is the connection's.
					if b, _ := io.ReadAll(ours); string(b) != "rest" {
						t.Errorf("left %q", b)
					}
				case err == nil || tt.err != nil && !errors.Is(err, tt.err) || !strings.Contains(err.Error(), tt.text):
					t.Errorf("error %v, want %v, %q", err, tt.err, tt.text)
				}
				ours.Close()
			})
		})
	}
}

func (s script) play(t *testing.T, conn net.Conn) {
	defer conn.Close()
	for _, turn := range s {
		got := make([]byte, len(turn.want))
		if _, err := io.ReadFull(conn, got); err != nil || string(got) != turn.want {
			t.Errorf("asked %q, %v; want %q", got, err, turn.want)
			return
		}
		if _, err := io.WriteString(conn, turn.answer); err != nil {
			return
		}
	}
	io.WriteString(conn, "rest")
}

// TestSilence has a proxy that never answers.
func TestSilence(t *testing.T) {
	for _, p := range []Protocol{SOCKS4, SOCKS5, CONNECT} {
		synctest.Test(t, func(t *testing.T) {
			ours, theirs := net.Pipe()
			defer theirs.Close()
			defer ours.Close()
			go io.Copy(io.Discard, theirs) // ends with the connection
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			err := Connect(ctx, ours, "192.0.2.1:80", Options{Protocol: p})
			if !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, syscall.ETIMEDOUT) && !isTimeout(err) {
				t.Errorf("%s: error %v, want the deadline", p, err)
			}
		})
	}
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}

// answers is a proxy that says what the fuzzer likes.
type answers struct {
	io.Reader
	io.Writer
}

func FuzzSOCKS5(f *testing.F) {
	f.Add([]byte("\x05\x02\x01\x00\x05\x00\x00\x01\x7f\x00\x00\x01\x04\x00"))
	f.Add([]byte("\x05\x00\x05\x00\x00\x03\xff"))
	f.Add([]byte("\x05\x00\x05\x05\x00\x01\x00"))
	f.Fuzz(func(_ *testing.T, b []byte) {
		socks5(answers{bytes.NewReader(b), io.Discard}, "example.org", 80, Options{User: "me"})
	})
}

func FuzzSOCKS4(f *testing.F) {
	f.Add([]byte("\x00\x5a\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		socks4(t.Context(), answers{bytes.NewReader(b), io.Discard}, "192.0.2.1", 80, Options{})
	})
}

func FuzzCONNECT(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\n\r\nrest"), "rest")
	f.Add([]byte("HTTP/1.1 407\n\n"), "")
	f.Fuzz(func(t *testing.T, b []byte, rest string) {
		r := bytes.NewReader(append(b, rest...))
		if connect(answers{r, io.Discard}, "a:1", Options{}) == nil && bytes.HasSuffix(b, []byte("\r\n\r\n")) &&
			bytes.Count(b, []byte("\n\r\n")) == 1 && bytes.Count(b, []byte("\n\n")) == 0 && r.Len() != len(rest) {
			t.Errorf("%d bytes left of %d", r.Len(), len(rest))
		}
	})
}
