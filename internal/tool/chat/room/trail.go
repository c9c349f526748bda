package room

import (
	"sort"
	"time"
)

// A trail is the last things of one kind that have happened in a room, for those who
// are behind and have missed them.
type trail[T any] struct {
	steps     []past[T] // in order
	forgotten uint64    // stamp of the newest that isn't there any more
}

type past[T any] struct {
	stamp uint64
	at    time.Time
	what  T
}

// trailFor is how long a trail is kept: as long as most clients are behind.
const trailFor = 10 * time.Minute

// add adds what has happened. With most of them there already, the oldest are forgotten.
func (t *trail[T]) add(e *Event, what T, most int) {
	if len(t.steps) == most {
		t.forget(max(1, most/4))
	}
	t.steps = append(t.steps, past[T]{stamp: e.Stamp, at: e.Time, what: what})
}

func (t *trail[T]) forget(n int) {
	t.forgotten = t.steps[n-1].stamp
	m := copy(t.steps, t.steps[n:])
	clear(t.steps[m:])
	if t.steps = t.steps[:m]; m == 0 {
		t.steps = nil
	}
}

// tidy forgets what is from before old.
func (t *trail[T]) tidy(old time.Time) {
	n := 0
	for n < len(t.steps) && t.steps[n].at.Before(old) {
		n++
	}
	if n > 0 {
		t.forget(n)
	}
}

// after returns what came after a stamp, as far as it isn't forgotten. It is the trail's
// own.
func (t *trail[T]) after(stamp uint64) []past[T] {
	return t.steps[sort.Search(len(t.steps), func(i int) bool { return t.steps[i].stamp > stamp }):]
}
