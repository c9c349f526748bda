package pipe

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"baton/task"
)

// RetryOptions say how often and when to try again; the zero value tries three
// times in all, after 100 ms and 200 ms.
type RetryOptions struct {
	// Attempts is how often to try at the most, the first time included; the
	// default is 3.
	Attempts int
	// Delay is the wait before the second attempt; the default is 100 ms. Each
	// further wait is twice as long, up to MaxDelay.
	Delay time.Duration
	// MaxDelay is the longest wait; the default is 10 s.
	MaxDelay time.Duration
	// Fatal says that an error will not go away; the default is that every one may.
	Fatal func(error) bool
}

// Retry returns a function for a stage that calls fn until it succeeds, fails
// fatally, has failed often enough, or the context ends. Waits are random
// between half and all of their length, so that those who failed together do
// not come back together. An error tells how many attempts there were.
//
// It is a function's wrapper and no stage, so that each worker of a stage waits
// for its own item only.
func Retry[T, R any](opts RetryOptions, fn func(context.Context, T) (R, error)) func(context.Context, T) (R, error) {
	if fn == nil {
		panic("pipe: nil function")
	}
	if opts.Attempts < 0 || opts.Delay < 0 || opts.MaxDelay < 0 {
		panic("pipe: negative retry option")
	}
	attempts := orDefault(opts.Attempts, 3)
	first := orDefault(opts.Delay, 100*time.Millisecond)
	longest := orDefault(opts.MaxDelay, 10*time.Second)
	return func(ctx context.Context, item T) (R, error) {
		wait := min(first, longest)
		for n := 1; ; n++ {
			r, err := fn(ctx, item)
			if err == nil {
				return r, nil
			}
			var zero R
			switch {
			case opts.Fatal != nil && opts.Fatal(err), n == attempts:
				return zero, failedAfter(n, err)
			case !sleep(ctx, wait/2+rand.N(wait/2+1)):
				return zero, errors.Join(task.Cause(ctx), failedAfter(n, err))
			}
			wait = min(2*wait, longest)
		}
	}
}

func failedAfter(attempts int, err error) error {
	if attempts == 1 {
		return err
	}
	return fmt.Errorf("after %d attempts: %w", attempts, err)
}

func orDefault[N ~int | ~int64](n, otherwise N) N {
	if n == 0 {
		return otherwise
	}
	return n
}
