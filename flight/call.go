package flight

import (
	"context"
	"runtime/pprof"

	"baton/internal/schedule"
	"baton/task"
	"baton/watch"
)

// A call is one execution of a function.
type call[V any] struct {
	ctx   until // of the function, if that has a goroutine of its own
	apart bool  // it has; else the first caller runs it, and can't leave

	// Guarded by the group's mutex.
	callers   int           // who wait for it, the first one too; 0 means doomed
	joined    bool          // there were others than the first
	forgotten bool          // nobody may join any more
	over      bool          // the function has ended
	watched   bool          // somebody has made it a node, or is about to
	unwatch   func()        // ends the node
	ended     chan struct{} // closed when the call is over; made for the first who waits

	// Written by the function's goroutine before ended is closed.
	v        V
	err      error
	panicked *task.PanicError
}

// join adds a caller, unless c is no longer for others. The mutex is held.
func (c *call[V]) join() bool {
	if c.callers == 0 || c.forgotten {
		return false
	}
	c.callers++
	c.joined = true
	return true
}

// end returns the channel that is closed at the end. The mutex is held.
func (c *call[V]) end() <-chan struct{} {
	if c.ended == nil {
		c.ended = make(chan struct{})
	}
	return c.ended
}

// aborted notes that the function ended with a panic of value r, or by Goexit if
// r is nil. It is called by the function that recovered.
func (c *call[V]) aborted(r any) {
	if r != nil {
		c.panicked = task.Recovered(r)
	} else {
		c.err = task.ErrGoexit
	}
}

// inline runs fn in the goroutine of the first caller, who will not leave.
func (g *Group[K, V]) inline(ctx context.Context, key K, c *call[V], fn func(context.Context) (V, error)) (v V, shared bool, err error) {
	returned := false
	defer func() {
		if returned {
			return
		}
		c.aborted(recover())
		p := c.panicked
		g.finish(key, c)
		if p != nil {
			panic(p)
		}
	}()
	v, err = fn(ctx)
	returned = true
	c.v, c.err = v, err
	return v, g.finish(key, c), err
}

// run runs fn in a goroutine of its own.
func (g *Group[K, V]) run(key K, c *call[V], fn func(context.Context) (V, error)) {
	returned := false
	defer func() {
		if !returned {
			c.aborted(recover())
		}
		g.finish(key, c)
		c.ctx.end(nil)
	}()
	pprof.SetGoroutineLabels(&c.ctx)
	c.v, c.err = fn(&c.ctx)
	returned = true
}

// finish ends c and reports whether others share its result. The call leaves the
// map before anyone has the result: who asks after that starts anew.
func (g *Group[K, V]) finish(key K, c *call[V]) (shared bool) {
	schedule.Point("flight: finish")
	g.mu.Lock()
	delete(g.calls, key)
	shared = c.joined
	unwatch := c.unwatch
	if c.ended == nil { // known to nobody but the caller who ran it
		*c = call[V]{}
		g.spare = c
	} else {
		c.over = true
		close(c.ended)
	}
	g.mu.Unlock()
	if unwatch != nil {
		unwatch()
	}
	return shared
}

// watch makes c a node of package watch, under the work of its first caller. It
// is for calls that somebody waits for or has abandoned: a node costs more than
// the whole of a short call that is nobody else's concern.
func (g *Group[K, V]) watch(c *call[V]) {
	g.mu.Lock()
	if c.watched || c.over {
		g.mu.Unlock()
		return
	}
	c.watched = true
	g.mu.Unlock()

	_, unwatch := watch.Start(c.ctx.first, "flight", g.Name, func(n *watch.Node) {
		g.mu.Lock()
		defer g.mu.Unlock()
		n.State = map[string]int{"waiting": c.callers}
		if !c.over {
			n.State["running"] = 1
		}
	})

	g.mu.Lock()
	over := c.over
	if !over {
		c.unwatch = unwatch
	}
	g.mu.Unlock()
	if over {
		unwatch()
	}
}
