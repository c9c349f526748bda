package flight

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// An until is the context of an execution: it has the values of the first caller's
// context, and an end of its own. Few functions look for that end, and it takes longer
// to make than all the rest of a short call, so it is made for the first who looks.
type until struct {
	first context.Context // the first caller's

	mu    sync.Mutex
	ended atomic.Bool // written with mu held, like the next
	made  atomic.Pointer[ending]
	cause error // guarded by mu
}

type ending struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
}

// end ends the context with cause, unless it has ended.
func (u *until) end(cause error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.ended.Load() {
		return
	}
	u.cause = cause
	u.ended.Store(true)
	if e := u.made.Load(); e != nil {
		e.cancel(cause)
	}
}

// make returns the context that does have an end.
func (u *until) make() context.Context {
	if e := u.made.Load(); e != nil {
		return e.ctx
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	e := u.made.Load()
	if e == nil {
		e = new(ending)
		e.ctx, e.cancel = context.WithCancelCause(context.WithoutCancel(u.first))
		if u.ended.Load() {
			e.cancel(u.cause)
		}
		u.made.Store(e)
	}
	return e.ctx
}

// lasts reports whether nobody can tell that the end has not been made.
func (u *until) lasts() bool { return !u.ended.Load() && u.made.Load() == nil }

// Deadline implements [context.Context].
func (u *until) Deadline() (deadline time.Time, ok bool) { return deadline, false }

// Done implements [context.Context].
func (u *until) Done() <-chan struct{} { return u.make().Done() }

// Err implements [context.Context].
func (u *until) Err() error {
	if u.lasts() {
		return nil
	}
	return u.make().Err()
}

// Value implements [context.Context]. What package context asks for, to tell others of
// the end, is there once Done was called or the context has ended.
func (u *until) Value(key any) any {
	if u.lasts() {
		return context.WithoutCancel(u.first).Value(key)
	}
	return u.make().Value(key)
}
