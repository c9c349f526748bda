package monitor

import (
	"sync/atomic"

	"baton/task"
)

// A call waits in the monitor's queue, is run, and then belongs to its caller again.
type call[S any] struct {
	prev, next *call[S] // guarded by the queue's mutex while inQueue
	inQueue    bool     // likewise

	state    atomic.Int32
	work     work[S]
	err      error
	panicked *task.PanicError
	ended    chan struct{} // gets a token when err and panicked are there
}

// A work is the function of a call, and keeps its result.
type work[S any] interface{ run(*S) error }

// A function is the work of a [Call].
type function[S, R any] struct {
	fn func(*S) (R, error)
	r  R
}

func (f *function[S, R]) run(s *S) (err error) {
	f.r, err = f.fn(s)
	return err
}

// States of a call. Of the monitor, which takes it, and the caller, who abandons
// it, the first succeeds.
const (
	queued int32 = iota
	taken
	abandoned
)

// A queue is a list of calls in the order of their arrival. Its owner has a mutex.
type queue[S any] struct{ head, tail *call[S] }

func (q *queue[S]) push(c *call[S]) {
	c.inQueue = true
	c.prev = q.tail
	if q.tail == nil {
		q.head = c
	} else {
		q.tail.next = c
	}
	q.tail = c
}

// remove takes c out, so that a caller who leaves leaves nothing behind.
func (q *queue[S]) remove(c *call[S]) {
	if !c.inQueue {
		return
	}
	if c.prev == nil {
		q.head = c.next
	} else {
		c.prev.next = c.next
	}
	if c.next == nil {
		q.tail = c.prev
	} else {
		c.next.prev = c.prev
	}
	c.prev, c.next, c.inQueue = nil, nil, false
}

// takeAll empties the queue and returns its calls, linked by next.
func (q *queue[S]) takeAll() *call[S] {
	list := q.head
	for c := list; c != nil; c = c.next {
		c.prev, c.inQueue = nil, false
	}
	q.head, q.tail = nil, nil
	return list
}
