//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package main

import (
	"net"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"
)

// What was free a moment ago may be somebody else's now. So servers choose their ports
// by themselves and tell them, and where a test has to name a port before it is
// listened at, or one that nobody listens at, it holds it.

// listening is the line that a server writes when it is ready, ours and others alike.
// It is whole only with what follows the port.
var listening = regexp.MustCompile(`(?i)listening on (?:AF=2 )?\S+[ :](\d+)\s`)

// A heldPort is a TCP port of the loopback address that nobody else is given. Who
// connects to it is refused.
type heldPort struct {
	fd     int
	number string
}

func holdPort() (*heldPort, error) {
	syscall.ForkLock.RLock()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err == nil {
		unix.CloseOnExec(fd)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	h := &heldPort{fd: fd}
	if err := h.bind(); err != nil {
		unix.Close(fd)
		return nil, err
	}
	return h, nil
}

func (h *heldPort) bind() error {
	if err := unix.SetsockoptInt(h.fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
		return os.NewSyscallError("setsockopt", err)
	}
	if err := unix.Bind(h.fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return os.NewSyscallError("bind", err)
	}
	at, err := unix.Getsockname(h.fd)
	if err != nil {
		return os.NewSyscallError("getsockname", err)
	}
	h.number = strconv.Itoa(at.(*unix.SockaddrInet4).Port)
	return nil
}

// listen listens at the port. The listener is a port of its own to close.
func (h *heldPort) listen() (net.Listener, error) {
	if err := unix.Listen(h.fd, 16); err != nil {
		return nil, os.NewSyscallError("listen", err)
	}
	dup, err := unix.FcntlInt(uintptr(h.fd), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("dup", err)
	}
	f := os.NewFile(uintptr(dup), "listener")
	defer f.Close()
	return net.FileListener(f)
}

func (h *heldPort) close() { unix.Close(h.fd) }

// hold holds a port until the end of the test.
func hold(t *testing.T) *heldPort {
	t.Helper()
	h, err := holdPort()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.close)
	return h
}

// holdUDP holds a UDP port until the end of the test. Who sends something to it is
// told that nobody listens, as it is connected to somebody else.
func holdUDP(t *testing.T) string {
	t.Helper()
	conn, err := net.DialUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return strconv.Itoa(conn.LocalAddr().(*net.UDPAddr).Port)
}

// cmdReserve holds a port for the script, at which a server may listen all the same:
// Linux has a place beside a socket that doesn't listen. Elsewhere the port is only
// likely to stay free.
func cmdReserve(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: reserve VARIABLE")
	}
	h, err := holdPort()
	ts.Check(err)
	if runtime.GOOS == "linux" {
		ts.Defer(h.close)
	} else {
		h.close()
	}
	ts.Setenv(args[0], h.number)
}

// freePort returns a port that is free, and may not be so for long.
func freePort(t *testing.T) string {
	t.Helper()
	h, err := holdPort()
	if err != nil {
		t.Fatal(err)
	}
	h.close()
	return h.number
}

// startListener starts a server, for which PORT in its line, if that has one, is a port
// that is free, and waits until it listens.
func startListener(t *testing.T, line string) (e *end, port string) {
	t.Helper()
	for {
		port = "0" // the system's choice, which all tell but ncat
		if strings.HasPrefix(line, "ncat ") {
			port = freePort(t)
		}
		e = startEnd(t, strings.Replace(line, "PORT", port, 1))
		line := e.await(`(?i)listening on .*\n|address already in use`)[0]
		if m := listening.FindStringSubmatch(line); m != nil {
			return e, m[1]
		}
		if strings.Contains(strings.ToLower(line), "listening") {
			return e, "" // at a path
		}
	}
}
