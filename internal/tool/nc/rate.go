package nc

import (
	"context"
	"time"

	"baton/task"
)

// A limiter spreads bytes over time. It is for one goroutine.
type limiter struct {
	rate, burst float64 // bytes a second, and at once
	left        float64 // what may go now
	at          time.Time
}

// newLimiter returns a limiter that lets a twentieth of a second's bytes go at once:
// little enough to look steady, and enough to make few steps.
func newLimiter(rate float64) *limiter {
	burst := max(1, rate/20)
	return &limiter{rate: rate, burst: burst, left: burst, at: time.Now()}
}

// next waits until a good part of a burst may go, and returns how many bytes may.
func (l *limiter) next(ctx context.Context) (int, error) {
	for {
		now := time.Now()
		l.left = min(l.burst, l.left+l.rate*now.Sub(l.at).Seconds())
		l.at = now
		missing := max(1, l.burst/2) - l.left
		if missing <= 0 {
			return int(l.left), nil
		}
		timer := time.NewTimer(time.Duration(missing/l.rate*float64(time.Second)) + 1)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return 0, task.Cause(ctx)
		}
	}
}

// moved notes that n bytes have gone.
func (l *limiter) moved(n int) { l.left -= float64(n) }
