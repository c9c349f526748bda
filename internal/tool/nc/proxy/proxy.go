// Package proxy asks a proxy for a connection to another host: SOCKS 4, SOCKS 5 and
// HTTP CONNECT, as a client.
package proxy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
	"time"
)

// A Protocol is one that proxies speak, named as OpenBSD's nc does.
type Protocol string

// The protocols.
const (
	SOCKS4  Protocol = "4"
	SOCKS5  Protocol = "5"
	CONNECT Protocol = "connect"
)

// DefaultPort returns the port that proxies of the protocol usually have.
func (p Protocol) DefaultPort() string {
	if p == CONNECT {
		return "3128"
	}
	return "1080"
}

// An Error is a refusal: the proxy was reached, and would or could not connect.
type Error struct {
	Reason string
	// Cause is what a direct connection would have failed with, such as
	// ECONNREFUSED, where the proxy says that; else nil.
	Cause error
}

// Error returns the reason.
func (e *Error) Error() string { return "the proxy says: " + e.Reason }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// What an answer may be that is none.
var (
	// ErrReply says that the reply is none of the protocol's.
	ErrReply = errors.New("the proxy's answer makes no sense")
	// ErrClosed says that the proxy has closed the connection in place of a reply, or
	// within it.
	ErrClosed = errors.New("the proxy closed the connection without an answer")
)

// read fills b with what the proxy says.
func read(r io.Reader, b []byte) error {
	_, err := io.ReadFull(r, b)
	switch {
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		return ErrClosed
	case err != nil:
		return fmt.Errorf("read the proxy's answer: %w", err)
	}
	return nil
}

// Options say what to ask for.
type Options struct {
	Protocol Protocol
	// User and Password are sent if the proxy asks for them, and by CONNECT always;
	// SOCKS 4 has a user only. An empty User: none.
	User, Password string
	// Resolve is asked for the address of a host name with SOCKS 4, which has no
	// names. The other protocols leave names to the proxy.
	Resolve func(ctx context.Context, host string) (netip.Addr, error)
}

// Connect asks the proxy at the other end of conn for a connection to address, a
// host and port. When it has returned nil, conn is that connection, and nothing of
// it has been read. Connect ends with ctx. Refusals are an [*Error].
func Connect(ctx context.Context, conn net.Conn, address string, opts Options) (err error) {
	host, p, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	port, err := strconv.ParseUint(p, 10, 16)
	if err != nil {
		return fmt.Errorf("port %s: want a number", p)
	}
	ended := make(chan struct{})
	release := context.AfterFunc(ctx, func() {
		defer close(ended)
		conn.SetDeadline(time.Unix(1, 0))
	})
	defer func() {
		if !release() {
			<-ended
			err = context.Cause(ctx)
		}
		conn.SetDeadline(time.Time{})
	}()
	switch opts.Protocol {
	case SOCKS4:
		return socks4(ctx, conn, host, uint16(port), opts)
	case SOCKS5:
		return socks5(conn, host, uint16(port), opts)
	case CONNECT:
		return connect(conn, net.JoinHostPort(host, p), opts)
	}
	return fmt.Errorf("unknown protocol %q", opts.Protocol)
}
