// Package hedge asks a second replica when the first is slow.
//
//	answer, err := hedge.Do(ctx, hedge.Options{Delay: 20 * time.Millisecond},
//		func(ctx context.Context) (string, error) { return query(ctx, "asia.example.org") },
//		func(ctx context.Context) (string, error) { return query(ctx, "europe.example.org") },
//	)
//
// [Do] starts the tries one after the other, each when those before it have been
// slow or have failed, and returns the first success. The others are cancelled and
// have ended when Do returns. That makes the answer as slow as the luckier of two
// replicas in the few cases where the first is slow, for the price of those few
// tries (Dean and Barroso, The Tail at Scale, Communications of the ACM, 2013).
//
// Only operations that may be done twice can be hedged. The tries should go to
// different replicas: a second one to a replica that is overloaded makes it worse.
// [Latency] finds the right delay, [Budget] keeps the extra tries few when
// everything is slow.
package hedge

import (
	"context"
	"errors"
	"time"

	"baton/task"
)

// ErrLost is the cause with which the context of a try ends when another has won.
var ErrLost = errors.New("hedge: another try was faster")

// Options say when the next try starts; with the zero value, all start at once.
type Options struct {
	// Name is what package watch shows; the default is "hedge".
	Name string
	// Delay is how long after one try the next starts, if none has ended. With a
	// Latency it is the upper bound of the delay, or if 0 there is none.
	Delay time.Duration
	// Latency, if not nil, learns how long tries take. Once it knows, the delay is
	// its Quantile; until then, Delay, or if that is 0 slowness starts no tries.
	Latency *Latency
	// Quantile is which part of the tries should be faster than the delay, more
	// than 0 and less than 1; the default is 0.95. It makes about 1 - Quantile of
	// the calls use a second try.
	Quantile float64
	// Budget, if not nil, bounds the tries beyond the first, whatever starts them.
	Budget *Budget
	// Fatal says that an error is the answer, so that no other try is worthwhile;
	// the default is that none is.
	Fatal func(error) bool
}

// Do returns the result of the first of the tries to succeed.
//
// A try starts when the one before it has run for the delay, and also at once
// when one has failed. If none succeeds, the result is their errors, joined in the
// order in which they came. If ctx ends, it is its cause. A panic in a try cancels
// the others and is raised by Do as a [*task.PanicError]; Goexit is a failure,
// [task.ErrGoexit].
//
// Do returns when all tries that it started have returned: one that ignores its
// context delays it. Do panics if there are no tries, one is nil, or an option is
// out of its range.
func Do[T any](ctx context.Context, opts Options, tries ...func(context.Context) (T, error)) (T, error) {
	opts.check()
	if len(tries) == 0 {
		panic("hedge: no tries")
	}
	for _, try := range tries {
		if try == nil {
			panic("hedge: nil function")
		}
	}
	var zero T
	if ctx.Err() != nil {
		return zero, task.Cause(ctx)
	}
	opts.Budget.deposit()
	if opts.Name == "" {
		opts.Name = "hedge"
	}
	r := &race[T]{opts: opts, tries: tries, ended: make(chan attempt[T], len(tries))}
	// The group's own error would hold those of the losers too.
	task.Run(ctx, task.Options{Name: opts.Name, OnError: task.KeepGoing}, func(ctx context.Context, g *task.Group) error {
		r.v, r.err = r.run(ctx, g) // ctx ends with a panic, too, after which g starts no more
		return nil
	})
	r.learn()
	return r.v, r.err
}

func (o *Options) check() {
	switch {
	case o.Delay < 0:
		panic("hedge: negative delay")
	case o.Quantile == 0:
		o.Quantile = 0.95
	case !(o.Quantile > 0 && o.Quantile < 1):
		panic("hedge: quantile outside 0 to 1")
	}
}

// delay returns how long to wait for a try before the next; false is for ever.
func (o *Options) delay() (time.Duration, bool) {
	if o.Latency == nil {
		return o.Delay, true
	}
	d, ok := o.Latency.Quantile(o.Quantile)
	switch {
	case !ok:
		return o.Delay, o.Delay > 0
	case o.Delay > 0:
		return min(d, o.Delay), true
	default:
		return d, true
	}
}
