package flight

import (
	"context"
	"sync/atomic"
	"time"
)

// An until is the context of an execution: it has the values of the first caller's
// context, and an end of its own. Few functions look for that end, and it takes longer
// to make than all the rest of a short call, so it is made for the first who looks.
type until struct {
	first context.Context        // the first caller's
	state atomic.Pointer[ending] // nil if nobody has looked and it has not ended
}

// An ending is what there is of a context's end: the context that does have one, or
// the cause if it came before anybody has looked.
type ending struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	cause  error
}

// over is the ending without a cause.
var over ending

// end ends the context with cause, unless it has ended.
func (u *until) end(cause error) {
	e := &over
	if cause != nil {
		e = &ending{cause: cause}
	}
	if u.state.CompareAndSwap(nil, e) {
		return
	}
	if made := u.state.Load(); made.ctx != nil {
		made.cancel(cause)
	}
}

// make returns the context that does have an end.
func (u *until) make() context.Context {
	for {
		e := u.state.Load()
		if e != nil && e.ctx != nil {
			return e.ctx
		}
		made := new(ending)
		made.ctx, made.cancel = context.WithCancelCause(context.WithoutCancel(u.first))
		if e != nil {
			made.cancel(e.cause)
		}
		if u.state.CompareAndSwap(e, made) {
			return made.ctx
		}
	}
}

// Deadline implements [context.Context].
func (u *until) Deadline() (deadline time.Time, ok bool) { return deadline, false }

// Done implements [context.Context].
func (u *until) Done() <-chan struct{} { return u.make().Done() }

// Err implements [context.Context].
func (u *until) Err() error {
	if u.state.Load() == nil {
		return nil
	}
	return u.make().Err()
}

// Value implements [context.Context]. What package context asks for, to tell others of
// the end, is there once Done was called or the context has ended.
func (u *until) Value(key any) any {
	if u.state.Load() == nil {
		return context.WithoutCancel(u.first).Value(key)
	}
	return u.make().Value(key)
}
