package endpoint

import (
	"context"
	"math/rand/v2"
	"time"

	"baton/serve"
)

// quiet is how long Next waits by itself where it may park. It bridges the time in
// which the other side answers, so that a conversation doesn't change its goroutine
// with each line.
const quiet = 100 * time.Millisecond

// moment returns the deadline for a wait by itself, but no later than at.
func (l *Lines) moment(at time.Time) time.Time {
	now := time.Now()
	soon := now.Add(quiet)
	switch {
	case !at.IsZero() && at.Before(soon):
		return at
	case l.deadline.After(now.Add(quiet/2)) && l.deadline.Before(soon):
		return l.deadline // near enough: it needn't be set for each line
	}
	return soon
}

// Park is what a handler of [Serve] returns after ErrQuiet: next goes on when a line
// begins, LineOptions.Idle has passed, or the lines are interrupted, and finds that
// out by calling Next. See [serve.Park].
func (l *Lines) Park(next func(ctx context.Context) error) error {
	at := l.by
	if largeStacks.Load() {
		if again := time.Now().Add(again()); at.IsZero() || again.Before(at) {
			at = again
		}
	}
	l.conn.SetReadDeadline(at)
	l.deadline = at
	if l.interrupted.Load() { // perhaps before the deadline was set
		l.conn.SetReadDeadline(time.Unix(1, 0))
	}
	return serve.Park(next)
}

// again returns when those are parked anew that were in a rush. Not all at once, so
// that most need little of their stacks meanwhile.
func again() time.Duration { return 2*time.Second + rand.N(2*time.Second) }
