package task

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"

	"baton/internal/schedule"
)

// An outcome collects what Run returns or panics with.
type outcome struct {
	mu        sync.Mutex
	errs      []error       // in the order in which they came
	panics    []*PanicError // likewise
	explained bool          // errs holds the reason why the group's context ended
}

// fail notes an error of a task or of body.
func (g *Group) fail(err error) {
	// Before the lock, because it calls methods of errors we do not know.
	if g.ctx.Err() != nil && echoes(err, g.ctx.Err(), context.Cause(g.ctx)) {
		g.cutShort()
		return
	}
	schedule.Point("task: fail")
	o := &g.outcome
	o.mu.Lock()
	defer o.mu.Unlock()
	o.errs = append(o.errs, err)
	if g.onError == CancelSiblings && g.ctx.Err() == nil {
		// With mu held, so that the cause is also the first in the list.
		g.cancel(err)
		o.explained = same(context.Cause(g.ctx), err)
	}
}

// panicked notes a panic of a task or of body that Run shall repeat.
func (g *Group) panicked(p *PanicError) {
	schedule.Point("task: panicked")
	o := &g.outcome
	o.mu.Lock()
	defer o.mu.Unlock()
	o.panics = append(o.panics, p)
	g.cancel(p)
}

// cutShort notes that the end of the group's context kept a task from starting
// or from finishing.
func (g *Group) cutShort() {
	err := Cause(g.ctx)
	schedule.Point("task: cut short")
	o := &g.outcome
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.explained {
		o.explained = true
		o.errs = append(o.errs, err)
	}
}

// Cause returns why ctx ended, as an error that is both ctx.Err() and
// [context.Cause] of ctx to errors.Is, or nil while it hasn't ended. It is what
// the blocks of this module return from a wait that ctx cut short.
func Cause(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if err == nil || errors.Is(cause, err) {
		return cause
	}
	return fmt.Errorf("%w: %w", err, cause)
}

// result is Run's result. If there were panics, result panics.
func (o *outcome) result() error {
	switch {
	case len(o.panics) > 0:
		panic(join(o.panics))
	case len(o.errs) == 1:
		return o.errs[0]
	default:
		return errors.Join(o.errs...)
	}
}

// echoes says whether err says nothing but that a context ended with ctxErr and
// cause: each error that it wraps ends in one of the two.
func echoes(err, ctxErr, cause error) bool {
	if same(err, ctxErr) || same(err, cause) {
		return true
	}
	switch err := err.(type) {
	case interface{ Unwrap() error }:
		inner := err.Unwrap()
		return inner != nil && echoes(inner, ctxErr, cause)
	case interface{ Unwrap() []error }:
		all := err.Unwrap()
		for _, inner := range all {
			if inner != nil && !echoes(inner, ctxErr, cause) {
				return false
			}
		}
		return len(all) > 0
	}
	return false
}

// same is a == b for errors of any type.
func same(a, b error) bool {
	return reflect.ValueOf(a).Comparable() && a == b
}
