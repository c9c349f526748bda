package room

import (
	"sort"
	"sync"
	"sync/atomic"
	"time"
)

// A log is the last events of a room. The hub appends, and the workers read.
type log struct {
	newest atomic.Uint64 // stamp of the newest event

	mu         sync.RWMutex
	events     []*Event // in order; a window that moves through its array
	dropped    uint64   // stamp of the newest event that isn't in events any more
	droppedMsg uint64   // likewise number of the newest message
	rulings    trail[ruling]
}

// append adds an event, which becomes visible with its stamp's publication.
func (l *log) append(e *Event) {
	l.mu.Lock()
	l.events = append(l.events, e)
	l.mu.Unlock()
	l.newest.Store(e.Stamp)
}

// trim drops the oldest events beyond keep, but none after the stamp floor; and,
// independently of keep, those from before old.
func (l *log) trim(keep int, floor uint64, old time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for n < len(l.events) {
		e := l.events[n]
		if e.Stamp > floor || len(l.events)-n <= keep && !e.Time.Before(old) {
			break
		}
		l.dropped = e.Stamp
		switch {
		case e.Msg > 0:
			l.droppedMsg = e.Msg
		case e.Kind.ruling():
			l.rule(e)
		}
		l.events[n] = nil
		n++
	}
	l.events = l.events[n:]
	if len(l.events) == 0 {
		l.events = nil
	}
}

// after appends the events with after < stamp <= upTo to dst, at most limit. Whole
// is false if there are more. Lost says that some aren't there any more, of which
// msg is the number of the last message.
func (l *log) after(dst []*Event, after, upTo uint64, limit int) (_ []*Event, whole bool, lost bool, msg uint64) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if after < l.dropped {
		return dst, false, true, l.droppedMsg
	}
	i := len(l.events)
	for back := 1; i > 0 && back <= 4; back++ { // mostly it is one of the last
		if l.events[i-1].Stamp <= after {
			break
		}
		i--
	}
	if i > 0 && l.events[i-1].Stamp > after {
		i = sort.Search(i, func(i int) bool { return l.events[i].Stamp > after })
	}
	for _, e := range l.events[i:] {
		if e.Stamp > upTo {
			break
		}
		if limit == 0 {
			return dst, false, false, 0
		}
		dst = append(dst, e)
		limit--
	}
	return dst, true, false, 0
}
