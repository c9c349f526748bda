package chat

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"baton/internal/tool/chat/plain"
)

func TestSniff(t *testing.T) {
	for _, tc := range []struct {
		head  string
		whole bool
		want  protocol
	}{
		{"", false, unknown},
		{"C", false, unknown},
		{"CAP", false, unknown},
		{"CAP LS 302\r\n", false, irc},
		{"nick alice", false, irc},
		{"NICK\r\n", false, plainLines},
		{"nick\n", false, plainLines},
		{"nick", true, plainLines},
		{"USER a 0 * :a", false, irc},
		{"PASS x", false, irc},
		{"PASSWORD x", false, plainLines},
		{"GET / HTTP/1.1", false, httpRequest},
		{"get well", false, plainLines},
		{"GE", false, unknown},
		{"PRI * HTTP/2.0", false, httpRequest},
		{"\x16\x03\x01", false, tlsHello},
		{"\x16", false, tlsHello},
		{"\xff\xfd\x01", false, plainLines},
		{"alice\n", false, plainLines},
		{"alice", false, unknown},
		{"a name that goes on", false, plainLines},
		{"averylongnameindeed", false, plainLines},
		{"\r\n", false, plainLines},
	} {
		if got := sniff([]byte(tc.head), tc.whole); got != tc.want {
			t.Errorf("sniff(%q, %v) = %d, want %d", tc.head, tc.whole, got, tc.want)
		}
	}
}

func FuzzSniff(f *testing.F) {
	for _, s := range []string{"CAP LS\r\n", "GET / HTTP/1.1\r\n", "\x16", "hello\n", "NICK"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		// What is told of a beginning stays so, whatever follows.
		told := unknown
		for i := range len(s) {
			p := sniff([]byte(s[:i+1]), false)
			if told != unknown && p != told {
				t.Fatalf("%q is %d, and %q is %d", s[:i], told, s[:i+1], p)
			}
			told = p
		}
		if len(s) > 0 && sniff([]byte(s), true) == unknown {
			t.Fatalf("%q stays unknown", s)
		}
	})
}

// A reading peeker gives back all that it has read.
func TestPeekReading(t *testing.T) {
	a, b := net.Pipe()
	go func() { // ends when all is read
		for _, part := range []string{"N", "ICK al", "ice\r\n"} {
			io.WriteString(a, part)
		}
		a.Close()
	}()
	k := newPeeker(b)
	if p, err := k.protocol(sniff); p != irc || err != nil {
		t.Errorf("protocol %d, %v", p, err)
	}
	all, err := io.ReadAll(k.conn())
	if string(all) != "NICK alice\r\n" || err != nil {
		t.Errorf("read %q, %v", all, err)
	}
}

// TestSilent: who says nothing is greeted, and is told why the connection ends.
func TestSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := net.Pipe()
		s := &server{opts: Options{Greet: time.Second}, plain: plain.Options{Server: "here"}}
		s.opts.Endpoint.Limits.Handshake = time.Second
		ended := make(chan error)
		go func() { // ends when the client has been silent for too long
			_, _, _, err := s.detect(t.Context(), b)
			b.Close()
			ended <- err
		}()
		begin := time.Now()
		read, err := io.ReadAll(a)
		if want := string(s.plain.Greeting()) + plain.TooSilent + "\r\n"; string(read) != want || err != nil {
			t.Errorf("read %q, %v; want %q", read, err, want)
		}
		if took := time.Since(begin); took != time.Minute+time.Second {
			t.Errorf("took %v", took)
		}
		if err := <-ended; !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error(err)
		}
	})
}

func TestReadHead(t *testing.T) {
	for _, tc := range []struct{ in, head, rest string }{
		{"GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", ""},
		{"GET / HTTP/1.1\r\nA: b\r\n\r\nrest", "GET / HTTP/1.1\r\nA: b\r\n\r\n", "rest"},
		{strings.Repeat("x", 5000) + "\r\n\r\nrest", strings.Repeat("x", 5000) + "\r\n\r\n", "rest"},
	} {
		a, b := net.Pipe()
		go io.WriteString(a, tc.in) // ends when all is read
		head, rest, err := readHead(b)
		more := make([]byte, len(tc.rest)-len(rest))
		io.ReadFull(b, more)
		if string(head) != tc.head || string(rest)+string(more) != tc.rest || err != nil {
			t.Errorf("%q: head %q, rest %q%q, %v", tc.in, head, rest, more, err)
		}
		a.Close()
		b.Close()
	}
	a, b := net.Pipe()
	go func() { // ends with a
		for {
			if _, err := io.WriteString(a, strings.Repeat("x", 1000)); err != nil {
				return
			}
		}
	}()
	go io.Copy(io.Discard, a) // ends with a
	if _, _, err := readHead(b); err == nil {
		t.Error("a head without end is no error")
	}
	a.Close()
}
