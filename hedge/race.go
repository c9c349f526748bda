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
	timer *time.Timer     // for the next try; nil until the first that has one after it

	started int         // tries
	ready   int         // of these, whose end was seen
	errs    []error     // theirs
	begun   []time.Time // when the tries were started; with a Latency only, like the next
	over    time.Time   // when the winner was known, or zero

	v   T // Do's results
	err error
}

// An attempt is how a try ended.
type attempt[T any] struct {
	v   T
	err error
}

// run starts tries in g until there is a result. It leaves the losers cancelled,
// for g to join.
func (r *race[T]) run(ctx context.Context, g *task.Group) (T, error) {
	defer g.Cancel(ErrLost)
	defer r.stop()
	r.start(ctx, g)
	for {
		var next <-chan time.Time
		if r.timer != nil {
			next = r.timer.C
		}
		select {
		case a := <-r.ended:
			if v, err, done := r.take(a); done {
				return v, err
			}
			if !r.next(ctx, g) && r.ready == r.started {
				var zero T
				return zero, joined(r.errs)
			}
		case <-next:
			r.next(ctx, g)
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
		if r.opts.Latency != nil {
			r.over = time.Now()
		}
		return a.v, nil, true
	case r.opts.Fatal != nil && r.opts.Fatal(a.err):
		return v, a.err, true
	}
	r.errs = append(r.errs, a.err)
	return v, nil, false
}

// next starts a further try, if there is one and the budget allows it.
func (r *race[T]) next(ctx context.Context, g *task.Group) bool {
	if r.started == len(r.tries) || !r.opts.Budget.take() {
		return false
	}
	r.start(ctx, g)
	return true
}

// start starts the next try, and the timer for the one after it.
func (r *race[T]) start(ctx context.Context, g *task.Group) {
	i := r.started
	r.started++
	if r.opts.Latency != nil {
		r.begun = append(r.begun, time.Now())
	}
	g.Go(func(ctx context.Context) error {
		r.try(ctx, i)
		return nil
	})
	r.stop()
	if r.started == len(r.tries) {
		return
	}
	switch d, ok := r.opts.delay(); {
	case !ok:
	case r.timer == nil:
		r.timer = time.NewTimer(d) // run stops it
	default:
		r.timer.Reset(d)
	}
}

// stop stops the timer for the next try.
func (r *race[T]) stop() {
	if r.timer != nil {
		r.timer.Stop()
	}
}

// try calls the try with number i and sends how it ended, after a panic too, which
// the group passes on.
func (r *race[T]) try(ctx context.Context, i int) {
	a := attempt[T]{err: task.ErrGoexit}
	defer func() { r.ended <- a }() // there is room
	a.v, a.err = r.tries[i](ctx)
}

// learn tells the latency what the tries took. Of the losers it is only known
// that they would have taken longer than they had; to leave them out would make
// every replica look fast. Failures say nothing about successes.
func (r *race[T]) learn() {
	if r.opts.Latency == nil || r.over.IsZero() {
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
