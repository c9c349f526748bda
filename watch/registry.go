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
	mu     sync.Mutex
	lastID uint64
	ends   entry // the list is a ring through it; its zero value is one without entries
}

var registry list

// add gives e its ID and appends it.
func (l *list) add(e *entry) {
	schedule.Point("watch: start")
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ends.next == nil {
		l.ends.prev, l.ends.next = &l.ends, &l.ends
	}
	l.lastID++
	e.id = l.lastID
	e.prev, e.next = l.ends.prev, &l.ends
	e.prev.next, e.next.prev = e, e
}

// remove takes e out, once. It has no point for schedules, because whoever ends a
// piece of work may hold a lock.
func (l *list) remove(e *entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e.next == nil {
		return
	}
	e.prev.next, e.next.prev = e.next, e.prev
	e.prev, e.next = nil, nil // an ended entry keeps no others in memory
}

// entries returns the live entries, ancestors first. Their fill functions are
// not called under the lock because they may take locks of their own.
func (l *list) entries() []*entry {
	schedule.Point("watch: look")
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []*entry
	for e := l.ends.next; e != nil && e != &l.ends; e = e.next {
		all = append(all, e)
	}
	return all
}
