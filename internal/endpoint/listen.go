package endpoint

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"runtime"
	"strings"
	"time"

	"baton/internal/exit"
)

// Listen listens at an address of [Address], or with network "unix" at a path. An
// error names the address, and where there is a remedy it is an [exit.Error] with
// a hint. The socket file of a program that no longer runs is replaced.
func Listen(ctx context.Context, network, address string) (net.Listener, error) {
	lc := config()
	ln, err := lc.Listen(ctx, network, address)
	if err != nil && inUse(err) && isStale(ctx, network, address) && os.Remove(address) == nil {
		ln, err = lc.Listen(ctx, network, address)
	}
	return ln, explain(err, network, address)
}

// ListenPacket is Listen for the networks "udp" and "unixgram".
func ListenPacket(ctx context.Context, network, address string) (net.PacketConn, error) {
	lc := config()
	lc.Control = tellDestinations
	conn, err := lc.ListenPacket(ctx, network, address)
	if err != nil && inUse(err) && isStale(ctx, network, address) && os.Remove(address) == nil {
		conn, err = lc.ListenPacket(ctx, network, address)
	}
	return conn, explain(err, network, address)
}

// mostTries is how many ports the system is asked for that is to be free for both
// streams and datagrams.
const mostTries = 100

// ListenBoth listens for streams and for datagrams at the same port of an address of
// [Address]. With port 0 it is one where both can be: another program may have the one
// for datagrams that the system has given for streams.
func ListenBoth(ctx context.Context, address string) (net.Listener, *net.UDPConn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, nil, err
	}
	for left := mostTries; ; left-- {
		ln, err := Listen(ctx, "tcp", address)
		if err != nil {
			return nil, nil, err
		}
		_, given, _ := net.SplitHostPort(ln.Addr().String())
		conn, err := ListenPacket(ctx, "udp", net.JoinHostPort(host, given))
		if err == nil {
			return ln, conn.(*net.UDPConn), nil
		}
		ln.Close()
		if port != "0" || !inUse(err) || left == 0 {
			return nil, nil, err
		}
	}
}

func config() *net.ListenConfig {
	// Clients that are gone without a word are noticed within about four minutes.
	// Go's own 15 seconds would have ten thousand idle connections send a thousand
	// packets a second.
	lc := &net.ListenConfig{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 2 * time.Minute, Interval: 30 * time.Second, Count: 4}}
	lc.SetMultipathTCP(false)
	return lc
}

// isStale reports whether there is a socket file that nobody listens at.
func isStale(ctx context.Context, network, path string) bool {
	if !strings.HasPrefix(network, "unix") {
		return false
	}
	if info, err := os.Lstat(path); err != nil || info.Mode().Type() != fs.ModeSocket {
		return false
	}
	conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, network, path)
	if err == nil {
		conn.Close()
	}
	return Classify(err) == Refused
}

// explain says which address err is about, and what to do about it.
func explain(err error, network, address string) error {
	if err == nil {
		return nil
	}
	cause := err
	var op *net.OpError
	if errors.As(err, &op) {
		cause = op.Err
	}
	var sys *os.SyscallError
	if errors.As(cause, &sys) {
		cause = sys.Err
	}
	err = fmt.Errorf("listen on %s: %w", address, cause)
	if hint := hint(cause, network, address); hint != "" {
		return &exit.Error{Code: exit.Failed, Err: err, Hint: hint}
	}
	return err
}

func hint(err error, network, address string) string {
	if strings.HasPrefix(network, "unix") {
		if inUse(err) {
			return "Another program listens there, or the file is no socket: see 'ls -l " + quote(address) + "'."
		}
		return ""
	}
	_, port, _ := net.SplitHostPort(address)
	switch {
	case inUse(err):
		return "To see which program has the port: '" + whoHas(network, port) + "'."
	case errors.Is(err, fs.ErrPermission) && runtime.GOOS == "linux":
		return "Ports below 1024 are for root; to open this one to all: 'sysctl net.ipv4.ip_unprivileged_port_start=" + port + "'."
	case errors.Is(err, fs.ErrPermission):
		return "Ports below 1024 need privileges; choose a higher one."
	case notAvailable(err):
		return "This machine has no such address; '*:" + port + "' is all that it has."
	}
	return ""
}

// whoHas returns a command that shows who listens.
func whoHas(network, port string) string {
	udp := strings.HasPrefix(network, "udp")
	switch {
	case runtime.GOOS == "windows":
		return "netstat -ano"
	case runtime.GOOS != "linux" && udp:
		return "lsof -nP -iUDP:" + port
	case runtime.GOOS != "linux":
		return "lsof -nP -iTCP:" + port + " -sTCP:LISTEN"
	case udp:
		return "ss -lunp sport = :" + port
	default:
		return "ss -ltnp sport = :" + port
	}
}

// quote makes a path one word of a command line.
func quote(path string) string {
	if strings.ContainsAny(path, " '\"$&;|<>()*?[]\\`~#\t\n") {
		return fmt.Sprintf("%q", path)
	}
	return path
}
