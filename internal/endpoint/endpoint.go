// Package endpoint is what the network commands share: addresses completed,
// listeners with errors that help, servers with limits, lines read within bounds
// of length and time, and TLS.
//
// A server is [Listen] and [Serve]; its handlers read with [NewLines]. A client
// dials by itself, with [ClientTLS] and [Handshake] for TLS, and tells failures
// apart with [Classify].
package endpoint

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"

	"baton/serve"
)

// Limits bound what clients can take of a server. Zero fields mean the defaults.
type Limits struct {
	// MaxConns is how many connections may be open at once; the default is 10,000.
	MaxConns int
	// MaxConnsPerIP is how many of them may come from one address, in IPv6 from one
	// /64 network; the default is no limit of its own.
	MaxConnsPerIP int
	// Drain is how long handlers may go on after the context has ended; the default
	// is 5 seconds.
	Drain time.Duration
	// Handshake is the time for the handshake of TLS, and for that of the handler's
	// protocol if it has one; the default is 10 seconds.
	Handshake time.Duration
	// Idle is how long a client may be silent before a line; the default is for ever.
	Idle time.Duration
	// Line is the time from a line's first byte to its end; the default is 30 seconds.
	Line time.Duration
}

const (
	defaultHandshake = 10 * time.Second
	defaultLine      = 30 * time.Second
)

// Options configure [Serve]; the zero value is useful.
type Options struct {
	// Name is what package watch shows; the default is "serve".
	Name string
	// Limits are the bounds. Serve itself sees to the number of connections, Drain
	// and the handshake of TLS; Idle and Line are for the handler to pass on to
	// [NewLines].
	Limits Limits
	// TLS, if not nil, makes the connections those of TLS.
	TLS *tls.Config
	// Refuse tells a connection beyond a limit why it is refused, and has a second
	// for that. The default is a line of text, and with TLS nothing.
	Refuse func(conn net.Conn, reason string)
	// End, if not nil, is called when a handler has ended: see [serve.Options].
	End func(ctx context.Context, conn net.Conn, err error) error
	// Log gets what is worth an administrator's look: at level Warn failures of the
	// server, at Info refusals and failed handshakes, at Debug how clients went.
	// The default is no log.
	Log *slog.Logger
}

// Serve calls handle for each connection of ln, each in a goroutine of its own,
// until ctx ends. It is [serve.Listener], with its promises, within opts.Limits.
// With TLS, handle gets a *tls.Conn whose handshake is done.
//
// A client that resets its connection, is too slow or has its lines too long is
// logged at level Debug: no failure of the server's.
func Serve(ctx context.Context, ln net.Listener, opts Options, handle func(ctx context.Context, conn net.Conn) error) error {
	if handle == nil {
		panic("endpoint: nil function")
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if opts.Limits.Handshake <= 0 {
		opts.Limits.Handshake = defaultHandshake
	}
	s := &server{opts: opts, handle: handle, crowd: newCrowd()}
	inner := serve.Options{
		Name:          opts.Name,
		MaxConns:      opts.Limits.MaxConns,
		MaxConnsPerIP: opts.Limits.MaxConnsPerIP,
		Drain:         opts.Limits.Drain,
		Refuse:        opts.Refuse,
		End:           s.end,
		Log:           opts.Log,
	}
	serveOne := s.serve
	if opts.TLS != nil {
		inner.Refuse, serveOne = s.refuseTLS, s.serveTLS
	}
	settling, stop := context.WithCancel(ctx)
	var settler sync.WaitGroup
	settler.Go(func() { s.crowd.settle(settling) }) // ends with Serve
	defer settler.Wait()
	defer stop()
	return serve.Listener(ctx, ln, inner, serveOne)
}

// A server is one call of Serve.
type server struct {
	opts   Options
	handle func(context.Context, net.Conn) error
	crowd  *crowd
}

func (s *server) serve(ctx context.Context, conn net.Conn) error {
	s.crowd.came()
	return s.handle(ctx, conn)
}

// end sees to the end of a connection.
func (s *server) end(ctx context.Context, conn net.Conn, err error) error {
	s.crowd.went()
	if s.opts.End != nil {
		err = s.opts.End(ctx, conn, err)
	}
	return s.judge(ctx, conn, err)
}

func (s *server) serveTLS(ctx context.Context, conn net.Conn) error {
	s.crowd.came()
	secure := tls.Server(conn, s.opts.TLS)
	if err := Handshake(ctx, secure, s.opts.Limits.Handshake); err != nil {
		if ctx.Err() == nil {
			s.opts.Log.InfoContext(ctx, "handshake failed", "remote", conn.RemoteAddr(), "err", err)
		}
		return nil
	}
	defer secure.Close() // tells the client that nothing was cut off
	return s.handle(ctx, secure)
}

// refuseTLS speaks TLS to a client that is refused, if there is something to say.
func (s *server) refuseTLS(conn net.Conn, reason string) {
	if s.opts.Refuse != nil {
		secure := tls.Server(conn, s.opts.TLS)
		defer secure.Close()
		s.opts.Refuse(secure, reason)
	}
}

// judge returns err unless it is about the client.
func (s *server) judge(ctx context.Context, conn net.Conn, err error) error {
	if err == nil || !clients(err) {
		return err
	}
	s.opts.Log.DebugContext(ctx, "client gone", "remote", conn.RemoteAddr(), "err", err)
	return nil
}

// clients reports whether err is the client's doing.
func clients(err error) bool {
	for _, e := range []error{io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, ErrIdle, ErrSlowLine, ErrLineTooLong, ErrInterrupted} {
		if errors.Is(err, e) {
			return true
		}
	}
	switch Classify(err) {
	case Reset, Timeout, Unreachable, TLS:
		return true
	}
	return false
}
