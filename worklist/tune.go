package worklist

import (
	"runtime/pprof"
	"sync/atomic"

	"baton/internal/schedule"
	"baton/task"
)

// tune runs Tune and takes its result as if it were a visit's.
func (l *list[T]) tune() {
	pprof.SetGoroutineLabels(l.ctx)
	var returned atomic.Bool
	var ended bool
	defer func() {
		returned.Store(true)
		if ended {
			return
		}
		if p := recover(); p != nil {
			l.panicked(p)
		} else {
			l.fail(task.ErrGoexit)
		}
	}()
	err := l.opts.Tune(l.over, func(workers int) {
		if returned.Load() {
			panic("worklist: set after Tune returned")
		}
		l.resize(workers)
	})
	if err != nil && !echoes(err, l.over) {
		l.fail(err)
	}
	ended = true
}

// resize sets how many workers there may be. Parked workers are the first to
// leave; new ones are started when there are items for them.
func (l *list[T]) resize(n int) {
	if n < 1 {
		panic("worklist: set to less than one worker")
	}
	schedule.Point("worklist: resize")
	l.mu.Lock()
	l.target = n
	for l.live > n && len(l.parked) > 0 {
		w := l.parked[0]
		l.parked = l.parked[1:]
		l.remove(w)
		w.dismissed = true
		w.token <- struct{}{} // has room, as in wake
	}
	l.refresh()
	l.mu.Unlock()
	schedule.Point("worklist: resized")
	if l.is(hungry) {
		l.wake()
	}
}

// leave takes w out of the list, which has more workers than it may have; mu is
// held. The items of w become orphans. Nobody has to be woken for them and the
// list cannot end by this, because no worker is parked while there are too many:
// the others are all active, at least one stays, and it will look for items
// before it parks.
func (l *list[T]) leave(w *worker[T]) {
	w.mu.Lock()
	l.orphans.mu.Lock()
	w.items.moveTo(&l.orphans.items)
	l.orphans.mu.Unlock()
	w.mu.Unlock()
	l.remove(w)
	l.unseek(w)
	l.active--
	l.refresh()
}

// remove forgets w but keeps its counts; mu is held.
func (l *list[T]) remove(w *worker[T]) {
	old := *l.workers.Load()
	workers := make([]*worker[T], 0, len(old)-1)
	for _, v := range old {
		if v != w {
			workers = append(workers, v)
		}
	}
	l.workers.Store(&workers)
	l.live--
	w.mu.Lock()
	l.left.add(w.done)
	w.mu.Unlock()
}
