package clockwall

import (
	"context"
	"net"
	"syscall"
	"time"
)

// A link is a connection to a server.
type link struct {
	net.Conn
	asked     time.Time // just before the system was told to connect
	connected time.Time
	stop      func()
}

// dial connects to s, within patience. The connection is closed when ctx ends.
func dial(ctx context.Context, s Server, patience time.Duration) (*link, error) {
	l := &link{}
	d := net.Dialer{Timeout: patience, ControlContext: func(context.Context, string, string, syscall.RawConn) error {
		l.asked = time.Now() // looking up the name isn't the server's time
		return nil
	}}
	// A second address is tried after the first has failed, not beside it: the
	// time of asking must be that of the connection.
	d.FallbackDelay = -1
	conn, err := d.DialContext(ctx, s.Network, s.Address)
	if err != nil {
		return nil, err
	}
	l.Conn, l.connected = conn, time.Now()
	l.stop = afterFunc(ctx, func() { conn.Close() })
	return l, nil
}

// rtt is the time that connecting took: to the server and back.
func (l *link) rtt() time.Duration { return l.connected.Sub(l.asked) }

// Close closes the connection.
func (l *link) Close() error {
	l.stop()
	return l.Conn.Close()
}

// afterFunc is [context.AfterFunc] whose stop waits for f if that has begun.
func afterFunc(ctx context.Context, f func()) (stop func()) {
	ended := make(chan struct{})
	undo := context.AfterFunc(ctx, func() {
		defer close(ended)
		f()
	})
	return func() {
		if !undo() {
			<-ended
		}
	}
}
