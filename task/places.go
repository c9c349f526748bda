package task

import (
	"sync"
	"sync/atomic"

	"baton/internal/schedule"
)

// places are what a group needs for its limit, beside its state. While nobody
// waits, taking a place and giving it back touch only the state.
type places struct {
	limit   atomic.Int64 // 0 means none
	nested  atomic.Int64 // groups whose Run was called in this one's body or tasks
	waiting atomic.Int64 // callers of Go that wait; written with mu held

	mu          sync.Mutex
	first, last *waiter // the queue of waiting callers

	// spare is a waiter to use again: as a rule only one caller waits, body.
	spare atomic.Pointer[waiter]
}

// A waiter is a caller of Go that waits for a place.
type waiter struct {
	next  *waiter
	ready chan struct{} // receives, with mu held, when a place has been taken for it
}

// tryPlace takes a place for a new task if one is free and nobody waits for it.
func (g *Group) tryPlace(limit int64) bool {
	for g.places.waiting.Load() == 0 {
		state := g.state.Load()
		if int64(tasks(state)) >= limit {
			return false
		}
		schedule.Point("task: take a place")
		if g.state.CompareAndSwap(state, state+taskStart) {
			g.count(state + taskStart)
			return true
		}
	}
	return false
}

// waitForPlace waits until a place has been taken for a new task, or until the
// group's context has ended; it says whether the task may start.
func (g *Group) waitForPlace() bool {
	p := &g.places
	w := p.spare.Swap(nil)
	if w == nil {
		w = &waiter{ready: make(chan struct{}, 1)}
	}
	schedule.Point("task: queue up")
	p.mu.Lock()
	if p.first == nil {
		p.first = w
	} else {
		p.last.next = w
	}
	p.last = w
	p.waiting.Add(1)
	// A task that ended before waiting was raised may have let in nobody.
	g.letInLocked()
	p.mu.Unlock()
	schedule.Point("task: queued")

	select {
	case <-w.ready:
		p.spare.Store(w)
		return true
	case <-g.ctx.Done():
	}
	schedule.Point("task: leave the queue")
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-w.ready:
		return true // the place came first
	default:
	}
	// Nobody will be let in any more, so w may stay in the queue.
	p.waiting.Add(-1)
	if ended(g.state.Load()) {
		panic("task: Go called after Run returned")
	}
	return false
}

// letIn is called after each change that could entitle a waiting caller to a
// place. Either it sees the waiting caller, or that one sees the change.
func (g *Group) letIn() {
	schedule.Point("task: look for a waiting caller")
	if g.places.waiting.Load() == 0 {
		return
	}
	schedule.Point("task: let in")
	g.places.mu.Lock()
	defer g.places.mu.Unlock()
	g.letInLocked()
}

func (g *Group) letInLocked() {
	p := &g.places
	for p.first != nil && g.ctx.Err() == nil {
		state := g.state.Load()
		limit := p.limit.Load()
		if ended(state) {
			return // Run returns: the waiting call was misuse, and panics
		}
		if limit > 0 && int64(tasks(state)) >= limit && !g.stalled(state) {
			return
		}
		if !g.state.CompareAndSwap(state, state+taskStart) {
			continue
		}
		g.count(state + taskStart)
		w := p.first
		p.first, w.next = w.next, nil
		p.waiting.Add(-1)
		w.ready <- struct{}{} // has room for it
	}
}

// stalled says whether all who could free a place wait for one. While there is
// a nested group, some of the waiting callers may be its tasks, and nothing is
// known about ours.
func (g *Group) stalled(state uint64) bool {
	callers := int64(tasks(state))
	if state&bodyShare != 0 {
		callers++
	}
	return g.places.waiting.Load() >= callers && g.places.nested.Load() == 0
}
