package hedge

import (
	"context"
	"errors"
	"time"

	"baton/task"
)

// A race is one call of Do.
type race[T any] struct {
	opts  Options
	tries []func(context.Context) (T, error)
	ended chan attempt[T] // each try that was started sends once
	begun []time.Time     // when the tries were started

	errs  []error
	ready int       // tries whose end was seen
	over  time.Time // when the winner was known
	won   int       // which it was
}

// An attempt is how a try ended.
type attempt[T any] struct {
	i   int
	v   T
	err error
}

// run starts tries in g until there is a result. It leaves the losers cancelled,
// for g to join.
func (r *race[T]) run(ctx context.Context, g *task.Group) (T, error) {
	r.won = -1
	tctx, cancel := context.WithCancelCause(ctx)
	defer cancel(ErrLost)
	timer := time.NewTimer(0)
	defer timer.Stop()
	r.start(tctx, g, timer)
	for {
		select {
		case a := <-r.ended:
			if v, err, done := r.take(a); done {
				return v, err
			}
			if !r.next(tctx, g, timer) && r.ready == len(r.begun) {
				var zero T
				return zero, joined(r.errs)
			}
		case <-timer.C:
			r.next(tctx, g, timer)
		case <-ctx.Done():
			select {
			case a := <-r.ended: // a success that came first
				if a.err == nil {
					return a.v, nil
				}
			default:
			}
			var zero T
			return zero, task.Cause(ctx)
		}
	}
}

// take looks at how a try ended and reports whether that is Do's result.
func (r *race[T]) take(a attempt[T]) (v T, err error, done bool) {
	r.ready++
	switch {
	case a.err == nil:
		r.won, r.over = a.i, time.Now()
		return a.v, nil, true
	case r.opts.Fatal != nil && r.opts.Fatal(a.err):
		return v, a.err, true
	}
	r.errs = append(r.errs, a.err)
	return v, nil, false
}

// next starts a further try, if there is one and the budget allows it.
func (r *race[T]) next(ctx context.Context, g *task.Group, timer *time.Timer) bool {
	if len(r.begun) == len(r.tries) || !r.opts.Budget.take() {
		return false
	}
	r.start(ctx, g, timer)
	return true
}

// start starts the next try, and the timer for the one after it.
func (r *race[T]) start(ctx context.Context, g *task.Group, timer *time.Timer) {
	i := len(r.begun)
	r.begun = append(r.begun, time.Now())
	g.Go(func(context.Context) error {
		a := attempt[T]{i: i, err: task.ErrGoexit}
		defer func() { r.ended <- a }() // after a panic too, which the group passes on
		a.v, a.err = r.tries[i](ctx)
		return nil
	})
	timer.Stop()
	if len(r.begun) < len(r.tries) {
		if d, ok := r.opts.delay(); ok {
			timer.Reset(d)
		}
	}
}

// learn tells the latency what the tries took. Of the losers it is only known
// that they would have taken longer than they had; to leave them out would make
// every replica look fast. Failures say nothing about successes.
func (r *race[T]) learn() {
	if r.opts.Latency == nil || r.won < 0 {
		return
	}
	for _, begun := range r.begun {
		r.opts.Latency.Observe(r.over.Sub(begun))
	}
}

func joined(errs []error) error {
	if len(errs) == 1 {
		return errs[0]
	}
	return errors.Join(errs...)
}
