package flight

import (
	"context"
	"runtime/pprof"

	"baton/internal/schedule"
	"baton/task"
	"baton/watch"
)

// A call is one execution of a function.
type call[K comparable, V any] struct {
	// Made once for all executions that a call is used for.
	run  func()        // for a goroutine of its own
	turn chan struct{} // gets a token for the first caller when that one's execution is over

	next *call[K, V] // in the group's list of spare calls

	key   K
	fn    func(context.Context) (V, error)
	of    func(context.Context, K) (V, error) // in place of fn
	first context.Context                     // the first caller's
	ctx   *until                              // of the function, if that has a goroutine of its own; else the first caller runs it, and can't leave

	// Guarded by the group's mutex.
	callers   int           // who wait for it, the first one too; 0 means doomed
	joined    bool          // there were others than the first
	forgotten bool          // nobody may join any more
	over      bool          // the function has ended
	watched   bool          // somebody has made it a node, or is about to
	unwatch   func()        // ends the node
	ended     chan struct{} // closed when the call is over; made for the first who waits beside the first caller

	// Written by the function's goroutine before turn and ended tell of the end.
	v        V
	err      error
	panicked *task.PanicError
}

// maxSpares is how many calls a group keeps for use again.
const maxSpares = 16

// newCall returns a call that nobody else knows. The mutex is held.
func (g *Group[K, V]) newCall() *call[K, V] {
	c := g.spare
	if c == nil {
		c = new(call[K, V])
	} else {
		g.spare, c.next = c.next, nil
		g.spares--
	}
	return c
}

// reuse takes back a call that is over and that nobody else knows. The mutex is held.
func (g *Group[K, V]) reuse(c *call[K, V]) {
	if g.spares == maxSpares {
		return
	}
	*c = call[K, V]{run: c.run, turn: c.turn, next: g.spare}
	g.spare = c
	g.spares++
}

// join adds a caller, unless c is no longer for others. The mutex is held.
func (c *call[K, V]) join() bool {
	if c.callers == 0 || c.forgotten {
		return false
	}
	c.callers++
	c.joined = true
	return true
}

// end returns the channel that is closed at the end. The mutex is held.
func (c *call[K, V]) end() <-chan struct{} {
	if c.ended == nil {
		c.ended = make(chan struct{})
	}
	return c.ended
}

// aborted notes that the function ended with a panic of value r, or by Goexit if
// r is nil. It is called by the function that recovered.
func (c *call[K, V]) aborted(r any) {
	if r != nil {
		c.panicked = task.Recovered(r)
	} else {
		c.err = task.ErrGoexit
	}
}

// call calls c's function.
func (c *call[K, V]) call(ctx context.Context) (V, error) {
	if c.of != nil {
		return c.of(ctx, c.key)
	}
	return c.fn(ctx)
}

// inline runs c's function in the goroutine of the first caller, who will not leave.
func (g *Group[K, V]) inline(ctx context.Context, c *call[K, V]) (v V, shared bool, err error) {
	returned := false
	defer func() {
		if returned {
			return
		}
		c.aborted(recover())
		p := c.panicked
		g.finish(c)
		if p != nil {
			panic(p)
		}
	}()
	v, err = c.call(ctx)
	returned = true
	c.v, c.err = v, err
	return v, g.finish(c), err
}

// apart runs c's function in a goroutine of its own.
func (g *Group[K, V]) apart(c *call[K, V]) {
	ctx := c.ctx
	returned := false
	defer func() {
		if !returned {
			c.aborted(recover())
		}
		ctx.end(nil)
		g.finish(c)
	}()
	pprof.SetGoroutineLabels(c.first)
	c.v, c.err = c.call(ctx)
	returned = true
}

// finish ends c and reports whether others share its result. The call leaves the
// map before anyone has the result: who asks after that starts anew. It is not the
// function's goroutine's any more when finish returns.
func (g *Group[K, V]) finish(c *call[K, V]) (shared bool) {
	schedule.Point("flight: finish")
	g.mu.Lock()
	delete(g.calls, c.key)
	shared = c.joined
	unwatch := c.unwatch
	c.over = true
	if c.ended != nil {
		close(c.ended)
	}
	apart := c.ctx != nil
	if !apart && c.ended == nil { // known to nobody but the caller who ran it
		g.reuse(c)
	}
	g.mu.Unlock()
	if unwatch != nil {
		unwatch()
	}
	if apart {
		schedule.Point("flight: tell")
		c.turn <- struct{}{} // there is room
	}
	return shared
}

// watch makes c a node of package watch, under the work of its first caller. It
// is for calls that somebody waits for or has abandoned: a node costs more than
// the whole of a short call that is nobody else's concern.
func (g *Group[K, V]) watch(c *call[K, V]) {
	g.mu.Lock()
	if c.watched || c.over {
		g.mu.Unlock()
		return
	}
	c.watched = true
	g.mu.Unlock()

	_, unwatch := watch.Start(c.first, "flight", g.Name, func(n *watch.Node) {
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
