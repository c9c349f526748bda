package endpoint

import (
	"context"
	"math/rand/v2"
	"runtime/metrics"
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
	if stacksBeginLarge() {
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

// smallestStack is what goroutines begin with, unless most need more.
const smallestStack = 2 << 10

// stacksBeginLarge reports whether a goroutine that is started now gets a larger
// stack. The runtime decides that by the average of all, with each garbage collection,
// and after a rush in which thousands of handlers are at work it is so. A stack that
// is in use hardly ever shrinks to the smallest one.
func stacksBeginLarge() bool {
	sample := []metrics.Sample{{Name: "/gc/stack/starting-size:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Kind() == metrics.KindUint64 && sample[0].Value.Uint64() > smallestStack
}

// again returns when those are parked anew that were in a rush. Not all at once, so
// that most need little of their stacks meanwhile.
func again() time.Duration { return 2*time.Second + rand.N(2*time.Second) }
