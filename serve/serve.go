// Package serve accepts connections, and drains them before it ends.
//
//	ln, err := net.Listen("tcp", "127.0.0.1:8000")
//	…
//	err = serve.Listener(ctx, ln, serve.Options{MaxConnsPerIP: 10}, func(ctx context.Context, conn net.Conn) error {
//		_, err := io.Copy(conn, conn)
//		return err
//	})
//
// It is the loop around Accept and go that every server begins with, and what
// that lacks: a bound on connections, in all and from one address; a pause when
// the system is out of file descriptors, instead of a busy loop; a handler's panic
// that ends its connection and not the server; and an end at which handlers may
// finish, for a time, and are then cut off. The nearest thing in the standard
// library is [net/http.Server], which does this for HTTP.
//
// A server with thousands of clients that are mostly silent lets their handlers
// [Park], so that each has the smallest of stacks while it waits. Where one goroutine
// writes to all of them, the handlers [Hold], and there is no stack for each at all.
//
// What a connection itself may take, such as the length of a line or the time for
// one, is the handler's to limit, with deadlines on the connection.
package serve

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime/pprof"
	"sync"
	"time"

	"baton/task"
	"baton/watch"
)

// ErrCutOff is the error of a server whose connections had to be closed because
// their handlers took longer than Options.Drain.
var ErrCutOff = errors.New("serve: connections cut off")

// Options configure a server; the zero value is useful.
type Options struct {
	// Name is what package watch shows; the default is "serve".
	Name string
	// MaxConns is how many connections may be open at once; the default is 10,000.
	MaxConns int
	// MaxConnsPerIP is how many of them may come from one IP address, or in IPv6
	// from one /64 network, which is what one customer has. The default is no other
	// limit than MaxConns.
	MaxConnsPerIP int
	// Drain is how long handlers have to finish after ctx has ended; the default
	// is 5 seconds.
	Drain time.Duration
	// Refuse tells a connection beyond a limit why it is refused, before it is
	// closed. It has a second for that. The default writes a line of text.
	Refuse func(conn net.Conn, reason string)
	// End, if not nil, is called when a handler has ended with err, for good, and
	// before its connection is closed. It returns the error that counts. Unlike what
	// is given to [After], it costs a connection no memory.
	End func(ctx context.Context, conn net.Conn, err error) error
	// Log gets the errors of handlers and of accepting; the default is none.
	Log *slog.Logger
}

func (o *Options) setDefaults() {
	if o.MaxConns < 0 || o.MaxConnsPerIP < 0 || o.Drain < 0 {
		panic("serve: negative limit")
	}
	if o.MaxConns == 0 {
		o.MaxConns = 10_000
	}
	if o.Drain == 0 {
		o.Drain = 5 * time.Second
	}
	if o.Refuse == nil {
		o.Refuse = func(conn net.Conn, reason string) { fmt.Fprintf(conn, "refused: %s\r\n", reason) }
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
}

// Listener accepts connections from ln and calls handle for each, in a goroutine
// of its own, until ctx ends or ln fails. It closes ln, and each connection when
// its handler has returned.
//
// When ctx ends, no more connections are accepted, and the context of all
// handlers ends with the same cause. They may go on using their connections to
// finish, for the time of Options.Drain; then the connections are closed.
// Listener returns when all handlers have returned: nil if none had to be cut
// off, or else [ErrCutOff]. If ln fails for good, the handlers are drained in the
// same way and the error is joined.
//
// A handler's error is logged. So is its panic, with the stack, and Goexit: in a
// server one connection's failure is no reason to end the others. Listener panics
// if handle is nil or a limit is negative.
func Listener(ctx context.Context, ln net.Listener, opts Options, handle func(ctx context.Context, conn net.Conn) error) error {
	if handle == nil {
		panic("serve: nil function")
	}
	opts.setDefaults()
	s := &server{opts: opts, handle: handle, conns: newConns(opts.MaxConns, opts.MaxConnsPerIP), refusing: make(chan struct{}, 16)}
	outer := ctx
	ctx, unwatch := watch.Start(ctx, "serve", opts.Name, s.describe)
	defer unwatch()
	pprof.SetGoroutineLabels(ctx) // which the handlers' goroutines inherit
	defer pprof.SetGoroutineLabels(outer)
	hctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)

	closed := make(chan struct{})
	undo := context.AfterFunc(ctx, func() {
		defer close(closed)
		ln.Close() // makes Accept return
	})
	err := s.accept(ctx, hctx, ln)
	if undo() {
		ln.Close()
	} else {
		<-closed
	}
	cancel(err) // unless ctx has ended
	return errors.Join(err, s.drain())
}

// A server is one call of Listener.
type server struct {
	opts     Options
	handle   func(context.Context, net.Conn) error
	conns    *conns
	running  sync.WaitGroup // handlers and refusals
	refusing chan struct{}  // a place for each refusal
}

// accept accepts connections until ctx ends, which is no error, or ln fails.
func (s *server) accept(ctx, hctx context.Context, ln net.Listener) error {
	var pause backoff
	for {
		conn, err := ln.Accept()
		switch {
		case err == nil:
			pause.reset()
			s.start(hctx, conn)
		case ctx.Err() != nil:
			return nil
		case !temporary(err):
			return fmt.Errorf("accept: %w", err)
		default:
			s.opts.Log.WarnContext(ctx, "accept failed, trying again", "err", err, "after", pause.next())
			if !pause.wait(ctx) {
				return nil
			}
		}
	}
}

// start starts the handler of a connection, or refuses it.
func (s *server) start(ctx context.Context, conn net.Conn) {
	c, reason := s.conns.add(conn)
	if reason != "" {
		s.refuse(conn, reason)
		return
	}
	s.running.Add(1)
	go s.serve(ctx, c) // ends with the handler, or when that parks
}

// serve serves a connection.
func (s *server) serve(ctx context.Context, conn *connection) {
	defer s.running.Done()
	conn.ctx, conn.end = watch.StartUnlabelled(ctx, "conn", remote(conn), nil)
	s.run(conn, nil)
}

// run calls the handler of a connection, or with what it has parked, and sees to the
// end.
func (s *server) run(conn *connection, next func(context.Context) error) {
	returned := false
	var err error
	defer func() {
		if !returned {
			if r := recover(); r != nil {
				err = task.Recovered(r)
			} else {
				err = task.ErrGoexit
			}
		}
		if p, ok := errors.AsType[*parked](err); ok {
			s.park(conn, p)
			return
		}
		s.end(conn, err)
	}()
	if next == nil {
		err = s.handle(conn.ctx, conn.Conn)
	} else {
		err = next(conn.ctx)
	}
	returned = true
}

// end ends a connection whose handler has ended with err.
func (s *server) end(conn *connection, err error) {
	defer func() { // also if what is called at the end ends the goroutine
		conn.Close()
		conn.end()
		s.conns.remove(conn, err)
		s.report(conn.ctx, conn, err)
	}()
	err = conn.finish(err)
	if s.opts.End != nil {
		err = guard(func(err error) error { return s.opts.End(conn.ctx, conn.Conn, err) }, err)
	}
}

// report logs how a handler ended. That a context ended is no failure.
func (s *server) report(ctx context.Context, conn net.Conn, err error) {
	var p *task.PanicError
	switch {
	case err == nil || ctx.Err() != nil && errors.Is(err, context.Canceled):
	case errors.As(err, &p):
		s.opts.Log.ErrorContext(ctx, "handler panicked", "remote", remote(conn), "panic", fmt.Sprint(p.Value), "stack", string(p.Stack))
	default:
		s.opts.Log.WarnContext(ctx, "handler failed", "remote", remote(conn), "err", err)
	}
}

// refuse tells a connection why it is closed, without holding up the others: if
// too many are being told already, it is closed without a word.
func (s *server) refuse(conn net.Conn, reason string) {
	s.opts.Log.Info("connection refused", "remote", remote(conn), "reason", reason)
	select {
	case s.refusing <- struct{}{}:
	default:
		conn.Close()
		return
	}
	s.running.Go(func() { // ends with the deadline at the latest
		defer func() {
			if r := recover(); r != nil {
				s.report(context.Background(), conn, task.Recovered(r))
			}
			conn.Close()
			<-s.refusing
		}()
		conn.SetDeadline(time.Now().Add(time.Second))
		s.opts.Refuse(conn, reason)
	})
}

// drain waits for the handlers, and cuts off those that take too long.
func (s *server) drain() error {
	done := make(chan struct{})
	go func() { // ends with the last handler
		s.running.Wait()
		close(done)
	}()
	timer := time.NewTimer(s.opts.Drain)
	defer timer.Stop()
	select {
	case <-done:
		return nil
	case <-timer.C:
	}
	n := s.conns.closeAll()
	<-done
	if n == 0 {
		return nil
	}
	return fmt.Errorf("%w: %d that took longer than %v", ErrCutOff, n, s.opts.Drain)
}

func (s *server) describe(n *watch.Node) {
	s.conns.describe(n)
	n.State["refusing"] = len(s.refusing)
}
