package pipe

import (
	"context"
	"time"

	"baton/task"
)

// Throttle returns src, slowed down to one item each interval on average, after
// a burst of that many at once. It runs in the consumer's goroutine. It panics if
// every is negative or burst less than 1.
func Throttle[T any](ctx context.Context, src Seq[T], every time.Duration, burst int) Seq[T] {
	if every < 0 {
		panic("pipe: negative interval")
	}
	if burst < 1 {
		panic("pipe: burst below 1")
	}
	from := bind(src)
	return seq(func(stop context.Context, yield func(T, error) bool) {
		ctx, release := within(ctx, stop)
		defer release()
		// A virtual schedule instead of counted tokens (the generic cell rate
		// algorithm of ATM): due is when the next item were due without bursts.
		due := time.Now()
		ahead := time.Duration(burst-1) * every
		from(stop, func(item T, err error) bool {
			if err != nil {
				return yield(item, err)
			}
			now := time.Now()
			if due.Before(now) {
				due = now
			}
			if wait := due.Sub(now) - ahead; wait > 0 && !sleep(ctx, wait) || ctx.Err() != nil {
				yield(*new(T), task.Cause(ctx))
				return false
			}
			due = due.Add(every)
			return yield(item, nil)
		})
	})
}

// sleep waits and reports whether ctx lives on.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
