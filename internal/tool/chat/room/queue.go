package room

import "sync"

// A queue is the clients that have something to get, in the order in which that
// came. It holds each client once, so that it can't grow beyond their number.
type queue struct {
	mu      sync.Mutex
	more    sync.Cond
	entries []entry // a window that moves through its array
	closed  bool
}

// An entry is a client, or a mark: when it is taken, all clients that were queued
// before it have been taken.
type entry struct {
	c    *Client
	mark uint64
}

func (q *queue) init() { q.more.L = &q.mu }

// push appends clients and then, if it isn't 0, a mark.
func (q *queue) push(clients []*Client, mark uint64) {
	if len(clients) == 0 && mark == 0 {
		return
	}
	q.mu.Lock()
	wasEmpty := len(q.entries) == 0
	for _, c := range clients {
		q.entries = append(q.entries, entry{c: c})
	}
	if n := len(q.entries); mark != 0 && n > 0 && q.entries[n-1].c == nil {
		q.entries[n-1].mark = mark
	} else if mark != 0 {
		q.entries = append(q.entries, entry{mark: mark})
	}
	q.mu.Unlock()
	if wasEmpty && len(clients) > 1 {
		q.more.Broadcast()
	} else {
		q.more.Signal()
	}
}

// pop waits for an entry and takes it, or returns false after close.
func (q *queue) pop() (entry, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.entries) == 0 && !q.closed {
		q.entries = nil
		q.more.Wait()
	}
	if q.closed {
		return entry{}, false
	}
	e := q.entries[0]
	q.entries[0] = entry{}
	q.entries = q.entries[1:]
	return e, true
}

// close makes pop return false, also if there are entries.
func (q *queue) close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.more.Broadcast()
}
