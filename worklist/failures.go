package worklist

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"

	"baton/internal/schedule"
	"baton/task"
)

// failures are what went wrong in a list, in the order in which it happened;
// guarded by the list's mu.
type failures struct {
	errs   []error
	panics []*task.PanicError
	own    bool // the list cancelled itself
	late   bool // something failed after the caller's context had ended
	before int  // how many errors there were when that was noticed
	echo   bool // a visit returned the caller's context's error
}

// echoes reports whether err only says that ctx has ended.
func echoes(err error, ctx context.Context) bool {
	return ctx.Err() != nil && (errors.Is(err, ctx.Err()) || errors.Is(err, context.Cause(ctx)))
}

// fail records an error, and cancels the list if that is the policy.
func (l *list[T]) fail(err error) {
	echo := echoes(err, l.ctx) // not under mu: it may call methods of err
	schedule.Point("worklist: fail")
	l.mu.Lock()
	defer l.mu.Unlock()
	ended := l.ctx.Err() != nil
	if ended && !l.late {
		l.late, l.before = true, len(l.errs)
	}
	if echo {
		l.echo = true
		return
	}
	l.errs = append(l.errs, err)
	if !ended && l.opts.OnError == task.CancelSiblings {
		l.own = true
		l.cancel(err)
	}
}

// panicked records a panic and cancels the list. It is called while the panic is
// being recovered, so that its stack is still there.
func (l *list[T]) panicked(value any) *task.PanicError {
	p, ok := value.(*task.PanicError) // from a block that visit called: it has the better stack
	if !ok {
		p = &task.PanicError{Value: value, Stack: debug.Stack()}
	}
	schedule.Point("worklist: panicked")
	l.mu.Lock()
	defer l.mu.Unlock()
	l.panics = append(l.panics, p)
	if l.ctx.Err() == nil {
		l.own = true
		l.cancel(p)
	}
	return p
}

// result returns what Run returns, or panics as Run does. All workers have ended.
func (l *list[T]) result() error {
	l.mu.Lock()
	errs, panics := l.errs, l.panics
	l.mu.Unlock()
	if len(panics) > 0 {
		panic(joinPanics(panics))
	}
	dropped := l.orphans.len()
	for _, w := range *l.workers.Load() {
		dropped += w.len()
	}
	if !l.own && (l.echo || dropped > 0) {
		if !l.late {
			l.before = len(errs)
		}
		errs = slices.Insert(errs, l.before, cutShort(l.ctx, dropped))
	}
	if len(errs) == 1 {
		return errs[0]
	}
	return errors.Join(errs...)
}

// cutShort returns the error of a list whose context, which has ended, kept it
// from visiting all items.
func cutShort(ctx context.Context, dropped int) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if !errors.Is(cause, err) {
		cause = fmt.Errorf("%w: %w", err, cause)
	}
	if dropped == 0 {
		return fmt.Errorf("cut short: %w", cause)
	}
	return fmt.Errorf("cut short with %d waiting: %w", dropped, cause)
}

// joinPanics returns the first panic with the others attached.
func joinPanics(panics []*task.PanicError) *task.PanicError {
	if len(panics) == 1 {
		return panics[0]
	}
	first := *panics[0] // a copy: others may know it as the cause of a context
	first.Others = slices.Concat(first.Others, panics[1:])
	return &first
}
