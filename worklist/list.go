package worklist

import (
	"context"
	"sync"
	"sync/atomic"

	"baton/internal/schedule"
	"baton/watch"
)

// A list is the state of one Run: its workers, and where they meet when one of
// them has no item.
//
// # Where items are
//
// An item waits on the stack of one worker, or among the orphans, or is being
// visited. A worker is active from the moment that it is started or woken, by
// the one who does that, until it parks itself or leaves. Only active workers
// visit, hence only active workers get new items onto their stacks.
//
// # When the list ends
//
// A worker parks only when its own stack is empty, and as long as it is parked
// nobody adds to that stack. So when the last active worker parks and there are
// no orphans, all stacks are empty, no item is being visited, and no item can
// come up any more: that, and nothing else, ends a list that is not cancelled.
// The count of active workers changes under mu when a worker parks, wakes or
// leaves, never for an item.
//
// # Why no item waits while a worker is parked
//
// Whoever puts items where others may take them reads signals afterwards, and
// wakes a worker if it says hungry. Whoever makes it say hungry looks through all
// stacks afterwards, and wakes a worker if an item is waiting. The stack's mutex
// orders the two: if the look came before the item, then hungry was set before
// too, and whoever put the item there sees it.
//
// A worker that was woken is a seeker until it has found an item or parks again.
// While there is one, signals does not say hungry, so that a flood of small items
// wakes workers one after the other and not one for every item. When the seeker
// stops being one, hungry comes back and the rule above holds for what was added
// meanwhile: it looks again, and wakes the next worker.
type list[T any] struct {
	opts  Options
	visit func(ctx context.Context, item T, add func(...T)) error

	ctx    context.Context // what visits get
	cancel context.CancelCauseFunc
	over   context.Context // ends with ctx, or when the last item is done
	finish context.CancelFunc
	wg     sync.WaitGroup // counts the workers and Tune; only they and run add to it

	workers atomic.Pointer[[]*worker[T]] // replaced under mu, never changed in place
	orphans stack[T]                     // items of workers that left; grows only under mu

	// mu is taken before the mutex of any stack and never while one is held.
	mu      sync.Mutex
	target  int          // how many workers there may be
	live    int          // how many there are
	active  int          // those of them that are not parked
	seeking int          // those of the active that were woken and have no item yet
	parked  []*worker[T] // none while live > target; the last one in is woken first, its cache being warm
	left    counts       // what workers did that have left
	failures

	_       [64]byte // keeps signals off the cache line of mu, which idle workers write
	signals atomic.Uint32
	_       [60]byte
}

// The bits of signals, which tell busy workers what happens around them.
const (
	hungry  = 1 << iota // a worker would take an item, and none is on its way
	surplus             // there are more workers than wanted
)

func newList[T any](opts Options, visit func(context.Context, T, func(...T)) error) *list[T] {
	l := &list[T]{opts: opts, visit: visit, target: opts.Workers}
	l.workers.Store(new([]*worker[T]))
	return l
}

// run starts the first worker with all roots, and waits.
func (l *list[T]) run(ctx context.Context, roots []T) error {
	ctx, end := watch.Start(ctx, "worklist", l.opts.Name, l.describe)
	defer end()
	l.ctx, l.cancel = context.WithCancelCause(ctx)
	defer l.cancel(nil)
	l.over, l.finish = context.WithCancel(l.ctx)
	defer l.finish()

	l.mu.Lock()
	w := l.newWorker()
	w.put(l.opts.Order, roots)
	l.active++
	l.refresh() // before the first visit, whose add has to see it
	l.mu.Unlock()
	l.start(w, nil)
	if l.opts.Tune != nil {
		l.wg.Go(l.tune) // ends when Tune returns, which its context asks for
	}
	if len(roots) > 1 {
		l.wake()
	}
	l.wg.Wait()
	return l.result()
}

// refresh sets signals; mu is held. Unless all stacks are known to be empty, the
// caller looks through them after releasing mu if that made the list hungry.
func (l *list[T]) refresh() {
	var s uint32
	if l.seeking == 0 && (len(l.parked) > 0 || l.live < l.target) {
		s |= hungry
	}
	if l.live > l.target {
		s |= surplus
	}
	if l.signals.Load() != s { // spare the other caches a write that changes nothing
		l.signals.Store(s)
	}
}

// is reports whether signals says s.
func (l *list[T]) is(s uint32) bool { return l.signals.Load()&s != 0 }

// wake makes one worker look for an item, if one is parked or may be started and
// no other one is looking.
func (l *list[T]) wake() {
	schedule.Point("worklist: wake")
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.is(hungry) || l.over.Err() != nil || !l.waiting() {
		return
	}
	l.seeking++
	l.active++
	if n := len(l.parked); n > 0 {
		w := l.parked[n-1]
		l.parked[n-1] = nil
		l.parked = l.parked[:n-1]
		w.seeking = true
		w.token <- struct{}{} // has room: w took the last one before it parked again
	} else {
		w := l.newWorker()
		w.seeking = true
		l.start(w, nil)
	}
	l.refresh()
}

// waiting reports whether any item waits.
func (l *list[T]) waiting() bool {
	if l.orphans.len() > 0 {
		return true
	}
	for _, w := range *l.workers.Load() {
		if w.len() > 0 {
			return true
		}
	}
	return false
}

// steal takes the older half of the orphans, or else of the items of the first
// worker who has any, into w.spoils, and reports whether there were any.
func (l *list[T]) steal(w *worker[T]) bool {
	schedule.Point("worklist: take orphans")
	if l.orphans.halve(&w.spoils) {
		return true
	}
	workers := *l.workers.Load()
	for i := range workers { // from its own number on, so that thieves spread out
		v := workers[(w.id+i)%len(workers)]
		schedule.Point("worklist: steal")
		if v != w && v.halve(&w.spoils) {
			return true
		}
	}
	return false
}

// found ends the search of w, which has an item and may have put others onto its
// stack.
func (l *list[T]) found(w *worker[T]) {
	if w.seeking {
		schedule.Point("worklist: found")
		l.mu.Lock()
		l.unseek(w)
		l.refresh()
		l.mu.Unlock()
		schedule.Point("worklist: no seeker")
	}
	if l.is(hungry) {
		l.wake()
	}
}

// unseek makes w no seeker; mu is held.
func (l *list[T]) unseek(w *worker[T]) {
	if w.seeking {
		w.seeking = false
		l.seeking--
	}
}

// park waits until there may be an item for w, whose stack is empty. It returns
// false when w is to end.
func (l *list[T]) park(w *worker[T]) bool {
	schedule.Point("worklist: park")
	l.mu.Lock()
	if l.live > l.target {
		l.leave(w)
		l.mu.Unlock()
		return false
	}
	if l.orphans.len() > 0 {
		l.mu.Unlock()
		return true
	}
	l.unseek(w)
	l.active--
	if l.active == 0 {
		l.finish()
		l.mu.Unlock()
		return false
	}
	l.parked = append(l.parked, w)
	l.refresh()
	l.mu.Unlock()

	l.wake() // for items that came before the list was hungry
	select {
	case <-w.token:
		return !w.dismissed
	case <-l.over.Done():
		return false
	}
}
