package clock

import (
	"context"
	"time"
)

// slack is how much the clock may be set back, as it is when it is slowed down or
// corrected, without the last second being told again.
const slack = 100 * time.Millisecond

// ticks calls tick at each full second of the clock now, or lead before it, with
// that second, until ctx ends. Each wait is computed anew from the clock, so that no error adds up,
// and a clock that is set is followed within a second: a second that is jumped over
// is left out, and one that comes again is told again. A tick may be late, as
// timers are, but never earlier than by lead.
func ticks(ctx context.Context, now func() time.Time, lead func() time.Duration, tick func(second time.Time)) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	<-timer.C
	next := boundary(now())
	early := time.Duration(0) // by how much the last one was
	for {
		left := next.Sub(wall(now()))
		if left > time.Second+early+slack { // the clock was set back
			next, early = boundary(now()), 0
			continue
		}
		ahead := lead()
		left -= ahead
		if left > 0 {
			timer.Reset(left)
			select {
			case <-timer.C:
			case <-ctx.Done():
				return
			}
			continue // timers follow another clock, so look again
		}
		if ctx.Err() != nil {
			return
		}
		if left <= -time.Second { // it was set forward, or the machine was asleep
			next = next.Add(-left).Truncate(time.Second)
		}
		early = ahead
		tick(next)
		next = next.Add(time.Second)
	}
}

// boundary returns the first full second after t.
func boundary(t time.Time) time.Time { return wall(t).Truncate(time.Second).Add(time.Second) }

// wall returns t without the reading of the monotonic clock, which doesn't show
// that the clock was set.
func wall(t time.Time) time.Time { return t.Round(0) }
