package pipe

import (
	"context"
	"iter"
	"slices"
	"sync"

	"baton/internal/schedule"
	"baton/task"
)

// Tee returns n sequences that all yield what src does, which is ranged over
// once. They are to be ranged over once each, by different goroutines at the same
// time: none gets further than buffer items ahead of another, except of those
// whose loops have ended. A sequence that nobody ranges over stops the others
// there until ctx ends. Tee panics if n or buffer is less than 1.
//
// src has no goroutine of its own: whoever needs the next item first gets it for
// all.
func Tee[T any](ctx context.Context, src Seq[T], n, buffer int) []Seq[T] {
	if n < 1 {
		panic("pipe: number of sequences below 1")
	}
	if buffer < 1 {
		panic("pipe: buffer below 1")
	}
	if src == nil {
		panic("pipe: nil sequence")
	}
	t := &tee[T]{source: withStack(src), buffer: buffer, changed: make(chan struct{})}
	out := make([]Seq[T], n)
	for i := range out {
		b := &branch[T]{}
		t.branches = append(t.branches, b)
		out[i] = seq(func(stop context.Context, yield func(T, error) bool) {
			ctx, release := within(ctx, stop)
			defer release()
			t.drain(ctx, b, yield)
		})
	}
	return out
}

// withStack returns src, whose panics have the stack of where they came from also
// where iter.Pull raises them again, in another goroutine.
func withStack[T any](src Seq[T]) Seq[T] {
	return func(yield func(T, error) bool) {
		defer func() {
			if r := recover(); r != nil {
				panic(task.Recovered(r))
			}
		}()
		src(yield)
	}
}

type tee[T any] struct {
	source Seq[T]
	buffer int

	mu       sync.Mutex
	next     func() (T, error, bool) // guarded by pulling
	stop     func()                  // likewise
	pulling  bool                    // somebody is calling next or stop
	branches []*branch[T]            // those not ended
	ended    bool                    // the source has
	panicked *task.PanicError        // how it has
	changed  chan struct{}           // closed and replaced when any of these or a queue changes
}

// A branch is one of the sequences. Its queue is guarded by the tee's mutex.
type branch[T any] struct {
	queue []result[T]
	used  bool
}

// change wakes all who wait. The mutex is held.
func (t *tee[T]) change() {
	close(t.changed)
	t.changed = make(chan struct{})
}

// drain yields the items of branch b.
func (t *tee[T]) drain(ctx context.Context, b *branch[T], yield func(T, error) bool) {
	t.mu.Lock()
	again := b.used
	b.used = true
	t.mu.Unlock()
	if again {
		panic("pipe: a sequence of Tee ranged over twice")
	}
	defer t.leave(b)
	for {
		one, ok := t.get(ctx, b)
		if !ok || !yield(one.r, one.err) {
			return
		}
		if one.err != nil && ctx.Err() != nil {
			return
		}
	}
}

// get returns the next item of branch b, or the cause when ctx has ended.
func (t *tee[T]) get(ctx context.Context, b *branch[T]) (result[T], bool) {
	for {
		if ctx.Err() != nil {
			return result[T]{err: task.Cause(ctx)}, true
		}
		schedule.Point("pipe: get")
		t.mu.Lock()
		switch {
		case len(b.queue) > 0:
			one := b.queue[0]
			b.queue = b.queue[1:]
			if len(b.queue) == t.buffer-1 {
				t.change() // who pulls may be waiting for room
			}
			t.mu.Unlock()
			return one, true
		case t.ended:
			p := t.panicked
			t.mu.Unlock()
			if p != nil {
				panic(p)
			}
			return result[T]{}, false
		case !t.pulling && t.room():
			t.pulling = true
			t.mu.Unlock()
			t.pull()
		default:
			changed := t.changed
			t.mu.Unlock()
			select {
			case <-changed:
			case <-ctx.Done():
			}
		}
	}
}

// room reports whether every queue has a place. The mutex is held.
func (t *tee[T]) room() bool {
	return !slices.ContainsFunc(t.branches, func(b *branch[T]) bool { return len(b.queue) >= t.buffer })
}

// pull gets an item for all. The caller has set pulling.
func (t *tee[T]) pull() {
	var one result[T]
	ok, returned := false, false
	defer func() {
		var p *task.PanicError
		if !returned {
			if r := recover(); r != nil {
				p = task.Recovered(r)
			} else {
				// Our caller exits; the others get to know.
				one.err, ok = task.ErrGoexit, true
			}
		}
		schedule.Point("pipe: pulled")
		t.mu.Lock()
		defer t.mu.Unlock()
		t.pulling = false
		t.ended, t.panicked = !ok || !returned, p
		if ok {
			for _, b := range t.branches {
				b.queue = append(b.queue, one)
			}
		}
		t.change()
	}()
	if t.next == nil {
		t.next, t.stop = iter.Pull2(t.source)
	}
	one.r, one.err, ok = t.next()
	returned = true
}

// leave takes b out. The last one stops the source.
func (t *tee[T]) leave(b *branch[T]) {
	schedule.Point("pipe: leave")
	t.mu.Lock()
	t.branches = slices.DeleteFunc(t.branches, func(other *branch[T]) bool { return other == b })
	last := len(t.branches) == 0 && t.stop != nil
	t.change()
	t.mu.Unlock()
	if last {
		t.stop()
	}
}
