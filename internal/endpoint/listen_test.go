package endpoint

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"baton/internal/exit"
)

func TestListenInUse(t *testing.T) {
	ln, err := Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	packets, err := ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer packets.Close()
	_, err = Listen(t.Context(), "tcp", ln.Addr().String())
	checkHint(t, err, "listen on "+ln.Addr().String()+": ", portOf(ln.Addr()))
	_, err = ListenPacket(t.Context(), "udp", packets.LocalAddr().String())
	checkHint(t, err, "listen on "+packets.LocalAddr().String()+": ", portOf(packets.LocalAddr()))
	_, err = Listen(t.Context(), "tcp", "192.0.2.1:8000")
	checkHint(t, err, "listen on 192.0.2.1:8000: ", "no such address")
	if _, err = Listen(t.Context(), "tcp", "127.0.0.1:no-such-service"); err == nil || !strings.Contains(err.Error(), "listen on 127.0.0.1:no-such-service: ") {
		t.Error(err)
	}
}

// TestListenBoth has one port for both, and holds neither where it can't have both.
func TestListenBoth(t *testing.T) {
	ln, packets, err := ListenBoth(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer packets.Close()
	if ln.Addr().String() != packets.LocalAddr().String() {
		t.Errorf("streams at %v, datagrams at %v", ln.Addr(), packets.LocalAddr())
	}
	ln.Close()
	for range 2 { // the second time, the first must have let go of what it had
		_, _, err = ListenBoth(t.Context(), packets.LocalAddr().String())
		checkHint(t, err, "listen on "+packets.LocalAddr().String()+": ", portOf(packets.LocalAddr()))
	}
}

func portOf(addr net.Addr) string {
	_, port, _ := net.SplitHostPort(addr.String())
	return port
}

func checkHint(t *testing.T, err error, prefix, hint string) {
	t.Helper()
	var e *exit.Error
	if !errors.As(err, &e) || !strings.HasPrefix(err.Error(), prefix) || !strings.Contains(e.Hint, hint) {
		t.Errorf("got %v with %+v", err, e)
	}
}

// TestSocketFile: one whose program is gone is replaced, no other.
func TestSocketFile(t *testing.T) {
	path := t.TempDir() + "/s"
	left, err := Listen(t.Context(), "unix", path)
	if err != nil {
		t.Fatal(err)
	}
	left.(*net.UnixListener).SetUnlinkOnClose(false)
	if _, err := Listen(t.Context(), "unix", path); err == nil {
		t.Error("took the place of a program that listens")
	} else {
		checkHint(t, err, "listen on "+path, "Another program")
	}
	left.Close()
	again, err := Listen(t.Context(), "unix", path)
	if err != nil {
		t.Fatal(err)
	}
	again.Close()

	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(t.Context(), "unix", path); err == nil {
		t.Error("took the place of a file")
	}
	if text, err := os.ReadFile(path); string(text) != "precious" {
		t.Errorf("the file is now %q, %v", text, err)
	}
}

func TestClassify(t *testing.T) {
	server, client := tcpPair(t, "tcp", "127.0.0.1:0")
	_, refusedErr := net.Dial("tcp", client.LocalAddr().String()) // nobody else can listen there
	client.SetReadDeadline(time.Unix(1, 0))
	_, timeoutErr := client.Read(make([]byte, 1))
	client.SetReadDeadline(time.Time{})
	server.(*net.TCPConn).SetLinger(0)
	server.Close()
	_, resetErr := client.Read(make([]byte, 1))

	for _, tt := range []struct {
		err  error
		want Failure
	}{
		{nil, Other},
		{io.EOF, Other},
		{refusedErr, Refused},
		{fmt.Errorf("one of two: %w", errors.Join(errors.New("x"), refusedErr)), Refused},
		{timeoutErr, Timeout},
		{context.DeadlineExceeded, Timeout},
		{syscall.ETIMEDOUT, Timeout},
		{ErrIdle, Timeout},
		{resetErr, Reset},
		{&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.EHOSTUNREACH)}, Unreachable},
		{&net.OpError{Op: "dial", Err: &net.DNSError{IsNotFound: true}}, NoHost},
		{&net.DNSError{IsTimeout: true}, Timeout},
		{fmt.Errorf("%w: sha256:00", ErrPin), TLS},
		{&HandshakeError{io.EOF}, TLS},
		{&HandshakeError{context.DeadlineExceeded}, Timeout},
	} {
		if got := Classify(tt.err); got != tt.want {
			t.Errorf("%v is %v, want %v", tt.err, got, tt.want)
		}
	}
}
