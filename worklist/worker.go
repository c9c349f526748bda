package worklist

import (
	"runtime/pprof"

	"baton/internal/schedule"
	"baton/task"
)

// A worker visits items one after the other, in a goroutine of its own.
type worker[T any] struct {
	stack[T]        // its mutex guards done and the turns, too
	done     counts // guarded by mu
	turns    [maxTurns]*turn[T]
	turn     *turn[T] // the turn of the visit that runs now, nil before the first
	visits   uint     // how many there have been

	list      *list[T]
	id        int
	item      T             // being visited; the worker's own
	spoils    ring[T]       // just stolen; the worker's own
	token     chan struct{} // holds one: the worker may go on
	seeking   bool          // written by the worker, or before it gets a token
	dismissed bool          // written before it gets a token
}

// A turn is one visit's right to add.
type turn[T any] struct {
	w    *worker[T]
	open bool // the visit has not returned; guarded by w.mu
	add  func(...T)
}

// maxTurns is how many turns a worker uses in rotation. A turn for each visit
// would recognise every late add, at the price of two allocations an item.
const maxTurns = 32

// newWorker adds a worker to the list; l.mu is held.
func (l *list[T]) newWorker() *worker[T] {
	w := &worker[T]{list: l, token: make(chan struct{}, 1)}
	old := *l.workers.Load()
	if n := len(old); n > 0 {
		w.id = old[n-1].id + 1
	}
	workers := append(old[:len(old):len(old)], w)
	l.workers.Store(&workers)
	l.live++
	return w
}

// start starts a goroutine for w, which ends when the list does or when w leaves.
// If an earlier one ended in the middle of a visit, err is the result of that.
func (l *list[T]) start(w *worker[T], err error) {
	l.wg.Go(func() {
		pprof.SetGoroutineLabels(l.ctx)
		w.run(err)
	})
}

// run settles the visit that ended with err, if there was one, and visits items
// until there are none for w.
func (w *worker[T]) run(err error) {
	var ended bool
	defer func() {
		if ended {
			return
		}
		if p := recover(); p != nil {
			err := w.list.panicked(p)
			schedule.Point("worklist: settle")
			w.mu.Lock()
			w.settle(err)
			w.mu.Unlock()
			return
		}
		// A deferred function can hold up Goexit but not stop it. So another
		// goroutine takes over, with the worker's stack, before this one ends.
		w.list.fail(task.ErrGoexit)
		w.list.start(w, task.ErrGoexit)
	}()
	schedule.Point("worklist: worker starts")
	for w.next(err) {
		err = w.list.visit(w.list.ctx, w.item, w.turn.add)
		if err != nil {
			w.list.fail(err)
		}
	}
	ended = true
}

// next settles the visit that ended with err, if there was one, and takes the
// next item. It returns false when w is to end.
func (w *worker[T]) next(err error) bool {
	l := w.list
	stopped, leaving := l.ctx.Err() != nil, l.is(surplus)
	schedule.Point("worklist: next")
	w.mu.Lock()
	w.settle(err)
	if !stopped && !leaving && w.items.n > 0 {
		w.item = take(l.opts.Order, &w.items)
		w.open()
		w.mu.Unlock()
		return true
	}
	w.mu.Unlock()

	var zero T
	w.item = zero
	if stopped {
		return false
	}
	if leaving {
		schedule.Point("worklist: leave")
		l.mu.Lock()
		leaving = l.live > l.target // nobody else left meanwhile
		if leaving {
			l.leave(w)
		}
		l.mu.Unlock()
		return !leaving && w.next(nil)
	}
	return w.search()
}

// search finds an item for w, whose stack is empty.
func (w *worker[T]) search() bool {
	l := w.list
	for !l.steal(w) {
		if !l.park(w) {
			return false
		}
	}
	w.item = take(l.opts.Order, &w.spoils)
	schedule.Point("worklist: stolen")
	w.mu.Lock()
	w.items, w.spoils = w.spoils, w.items // which is empty
	w.open()
	w.mu.Unlock()
	l.found(w)
	return true
}

// open begins the turn of the next visit; mu is held.
func (w *worker[T]) open() {
	i := w.visits % maxTurns
	w.visits++
	w.done.in++
	if w.turns[i] == nil {
		t := &turn[T]{w: w}
		t.add = t.push
		w.turns[i] = t
	}
	w.turn = w.turns[i]
	w.turn.open = true
}

// settle ends the turn of the visit that returned err; mu is held.
func (w *worker[T]) settle(err error) {
	if w.turn == nil || !w.turn.open {
		return
	}
	w.turn.open = false
	if err != nil {
		w.done.failed++
	} else {
		w.done.out++
	}
}

// push is the add of a visit.
func (t *turn[T]) push(items ...T) {
	w := t.w
	schedule.Point("worklist: add")
	w.mu.Lock()
	if !t.open {
		w.mu.Unlock()
		panic("worklist: add after visit returned")
	}
	w.put(w.list.opts.Order, items)
	w.mu.Unlock()
	schedule.Point("worklist: added")
	if len(items) > 0 && w.list.is(hungry) {
		w.list.wake()
	}
}
