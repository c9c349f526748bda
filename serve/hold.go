package serve

import (
	"context"
	"runtime/pprof"
	"sync/atomic"

	"baton/task"
)

// Hold is for a handler whose connection is from now on served by a goroutine that
// serves many, such as one that writes the same to all: returning Hold(take) ends the
// handler's goroutine, and until resume is called the connection has none, and no
// stack. What is left of it is about 600 bytes, half of them package net's.
//
// Take is called once, when what the handler has deferred has run; it must not wait.
// It keeps resume, and whoever has that must call it once: at the latest when the
// handler's context ends, for the server waits for it. Nobody else notices either
// that the connection was closed, by the client or because Options.Drain is over.
// Resume doesn't wait. It starts a goroutine for next, which is a handler like the
// first, with the same context, and may hold or park again. To the limits and to
// package watch the connection is one that is parked.
//
// Unlike [Park], Hold works with every connection. A panic of take ends the connection
// as one of the handler does. Hold panics if take is nil, and resume if next is nil or
// if it is called again.
func Hold(take func(resume func(next func(ctx context.Context) error))) error {
	if take == nil {
		panic("serve: nil function")
	}
	return &parked{take: take}
}

// hold gives a connection into the hands of take.
func (s *server) hold(conn *connection, take func(resume func(func(context.Context) error))) {
	s.conns.parked.Add(1)
	s.running.Add(1)
	var resumed atomic.Bool
	returned := false
	defer func() {
		if returned {
			return
		}
		err := error(task.ErrGoexit)
		if r := recover(); r != nil {
			err = task.Recovered(r)
		}
		if resumed.CompareAndSwap(false, true) {
			s.resume(conn, func(context.Context) error { return err })
		} else { // the connection has gone on meanwhile, and will end by itself
			s.report(conn.ctx, conn, err)
		}
	}()
	take(func(next func(context.Context) error) {
		if next == nil {
			panic("serve: nil function")
		}
		if !resumed.CompareAndSwap(false, true) {
			panic("serve: resumed again")
		}
		s.resume(conn, next)
	})
	returned = true
}

// resume goes on with a connection that was held.
func (s *server) resume(conn *connection, next func(context.Context) error) {
	s.conns.parked.Add(-1)
	go func() { // ends with what next does, or parks
		defer s.running.Done()
		pprof.SetGoroutineLabels(conn.ctx) // it has those of whoever resumed it
		s.run(conn, next)
	}()
}
