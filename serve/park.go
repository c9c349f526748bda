package serve

import (
	"context"
	"errors"
	"net"

	"baton/internal/sysconn"
	"baton/task"
)

// Park is for a handler that waits for what its client says next, which may take
// long: returning Park(next) in place of waiting ends its goroutine, and next goes on
// with the connection when that has something to read, has been closed, or its read
// deadline has passed. Meanwhile the connection has a goroutine with the smallest of
// stacks, about 2 kB, and nothing of the handler's but what next refers to. A handler
// that waits by itself keeps the stack that it has once needed, 4 to 8 kB.
//
// Next is a handler like the first, with the same context, and may park again. To the
// limits, to Options.Drain and to package watch the connection is one that is served.
// As with a Read, that ctx ends doesn't wake it; setting the read deadline does.
//
// Park costs a microsecond or two, so a handler best waits itself for a moment, and
// parks when nothing has come. Where [CanPark] reports false, next is called at once.
// What the handler has deferred runs before next: see [After].
//
// Park panics if next is nil.
func Park(next func(ctx context.Context) error) error {
	if next == nil {
		panic("serve: nil function")
	}
	return &parked{next: next}
}

// After calls end with the error with which a handler ends, and returns what it
// returns: at once, or, if err is Park's or Hold's, when what comes afterwards has ended. It is
// for what a handler that may park would else defer. Several are called in the order
// of their calls of After. A panic of what was parked reaches end as a
// *[task.PanicError], and Goexit as [task.ErrGoexit].
func After(err error, end func(err error) error) error {
	p, ok := errors.AsType[*parked](err)
	if !ok {
		return end(err)
	}
	p.after = append(p.after, end)
	return p
}

// CanPark reports whether the end of a parked handler's wait can be noticed: for TCP
// and Unix connections of package net, and not on Windows.
func CanPark(conn net.Conn) bool { return sysconn.Raw(conn) != nil }

// parked is the error of a handler that will go on: with next when there is something
// to read, or when whoever take gives the connection to says so.
type parked struct {
	next  func(context.Context) error
	take  func(resume func(func(context.Context) error))
	after []func(error) error
}

// Error is only seen if a handler runs elsewhere than under Listener.
func (p *parked) Error() string { return "serve: parked" }

// park lets a new goroutine wait for a connection: that of the handler has the stack
// that the handler needed.
func (s *server) park(conn *connection, p *parked) {
	conn.after = append(conn.after, p.after...)
	if p.take != nil {
		s.hold(conn, p.take)
		return
	}
	s.conns.parked.Add(1)
	s.running.Add(1)
	go s.wait(conn, p.next) // ends with the wait and what next does, or parks again
}

// wait waits, and goes on with next. Nothing is done before that which needs a larger
// stack than goroutines begin with.
func (s *server) wait(conn *connection, next func(context.Context) error) {
	defer s.running.Done()
	await(conn.Conn)
	s.conns.parked.Add(-1)
	s.run(conn, next)
}

// finish calls what is to be called at the end of a connection.
func (c *connection) finish(err error) error {
	for _, end := range c.after {
		err = guard(end, err)
	}
	return err
}

// guard returns a panic of end as an error.
func guard(end func(error) error, err error) (result error) {
	defer func() {
		if r := recover(); r != nil {
			result = errors.Join(err, task.Recovered(r))
		}
	}()
	return end(err)
}
