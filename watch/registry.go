package watch

import (
	"sync"

	"baton/internal/schedule"
)

// A list holds the live entries in the order of their registration, so that an
// entry comes after its ancestors. Adding and removing one are a few stores.
//
// One lock for the whole program is enough: it is held for some nanoseconds when
// a piece of work starts or ends, and never by an item of the work.
type list struct {
	mu          sync.Mutex
	lastID      uint64
	first, last *entry
}

var registry list

// add gives e its ID and appends it.
func (l *list) add(e *entry) {
	schedule.Point("watch: start")
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lastID++
	e.id = l.lastID
	e.live = true
	e.prev = l.last
	if e.prev != nil {
		e.prev.next = e
	} else {
		l.first = e
	}
	l.last = e
}

// remove takes e out, once. It has no point for schedules, because whoever ends a
// piece of work may hold a lock.
func (l *list) remove(e *entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !e.live {
		return
	}
	e.live = false
	if e.prev != nil {
		e.prev.next = e.next
	} else {
		l.first = e.next
	}
	if e.next != nil {
		e.next.prev = e.prev
	} else {
		l.last = e.prev
	}
	e.prev, e.next = nil, nil // an ended entry keeps no others in memory
}

// entries returns the live entries, ancestors first. Their fill functions are
// not called under the lock because they may take locks of their own.
func (l *list) entries() []*entry {
	schedule.Point("watch: look")
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []*entry
	for e := l.first; e != nil; e = e.next {
		all = append(all, e)
	}
	return all
}
