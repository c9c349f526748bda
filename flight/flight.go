// Package flight lets all who ask for the same thing at the same time share one
// execution.
//
// A [Group] runs a function once for each key that is asked for:
//
//	var pages flight.Group[string, []byte]
//
//	body, shared, err := pages.Do(ctx, url, func(ctx context.Context) ([]byte, error) {
//		return download(ctx, url)
//	})
//
// The nearest relative is golang.org/x/sync/singleflight, which knows no
// contexts: there a caller can't leave, and the function runs on when nobody
// waits for it any more. Here every caller waits as long as its own context
// lives, and the function's context ends when the last of them has left.
//
// # What callers may rely on
//
//   - Nobody gets a result that somebody else had before they asked. A result is
//     for those who waited for it; a cache is package memo's business.
//   - Nobody joins an execution that is doomed because all its callers have left.
//   - Executions of one key never overlap, even if the function ignores its
//     context or the key was forgotten meanwhile: the next one waits for its end.
//   - A panic reaches every caller as a [*task.PanicError], with its stack.
//     Goexit is [task.ErrGoexit] for them.
package flight

import (
	"context"

	"baton/internal/schedule"
	"baton/task"
)

// A Group is a set of executions, at most one for each key. Its zero value is
// ready; it must not be copied after first use. All methods may be called
// concurrently.
type Group[K comparable, V any] struct {
	// Name is what package watch shows; the default is "flight". It must not
	// change after first use.
	Name string
	// Go starts run in a goroutine. It is for owners of a group that keep
	// goroutines to use them again; the default is a go statement. It must not
	// change after first use.
	Go func(run func())

	mu     schedule.Mutex
	calls  map[K]*call[K, V] // each execution, from its start to its end; guarded by mu, as are the next
	spare  *call[K, V]       // calls to use again, which nobody else knows
	spares int               // how many
}

// Do returns the result of fn, or that of an execution for the same key that
// another caller has started and that has not ended; shared reports whether
// more than this caller asked for it.
//
// If ctx ends first, Do returns its cause at once. The execution goes on for the
// others, and ends its context when the last one has left, with that caller's
// cause. It then may outlive the calls: [Group.Wait] waits for it.
//
// fn's context has the values of the first caller's, but neither its deadline nor
// its cancellation. If fn calls Do of the same group and key, it waits for itself,
// until its callers leave.
//
// If ctx can never end, as [context.Background] can't, fn runs in the caller's
// goroutine, which costs no more than a map entry; Goexit then ends that
// goroutine, as it would have without Do, and is an error for the others.
// Otherwise fn runs in a goroutine of the group. Do panics if fn is nil.
func (g *Group[K, V]) Do(ctx context.Context, key K, fn func(context.Context) (V, error)) (v V, shared bool, err error) {
	if fn == nil {
		panic("flight: nil function")
	}
	return g.do(ctx, key, fn, nil)
}

// DoKey is [Group.Do] of a function that gets the key. It may be the same for all
// calls, where one of Do that knows its key has to be made for each.
func (g *Group[K, V]) DoKey(ctx context.Context, key K, fn func(context.Context, K) (V, error)) (v V, shared bool, err error) {
	if fn == nil {
		panic("flight: nil function")
	}
	return g.do(ctx, key, nil, fn)
}

// do is Do with fn, or DoKey with of.
func (g *Group[K, V]) do(ctx context.Context, key K, fn func(context.Context) (V, error), of func(context.Context, K) (V, error)) (v V, shared bool, err error) {
	if ctx.Err() != nil {
		return v, false, task.Cause(ctx)
	}
	for {
		schedule.Point("flight: look up")
		g.mu.Lock()
		c := g.calls[key]
		if c == nil {
			return g.lead(ctx, key, fn, of) // unlocks
		}
		joined := c.join()
		ended := c.end()
		g.mu.Unlock()
		schedule.Point("flight: looked up")
		if joined {
			g.watch(c)
			return g.wait(ctx, c)
		}
		select {
		case <-ended: // of one that was doomed or forgotten; now there may be another
		case <-ctx.Done():
			return v, false, task.Cause(ctx)
		}
	}
}

// Forget makes sure that a Do that begins later doesn't share the execution for
// key that runs now, if there is one. Those who wait for it still get its result.
func (g *Group[K, V]) Forget(key K) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if c := g.calls[key]; c != nil {
		c.forgotten = true
	}
}

// ForgetAll is Forget for every key.
func (g *Group[K, V]) ForgetAll() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, c := range g.calls {
		c.forgotten = true
	}
}

// Forgotten reports whether somebody has forgotten key since its execution began
// that runs now. It is for the function itself to ask, before it keeps its result
// somewhere; without an execution, Forgotten returns false.
func (g *Group[K, V]) Forgotten(key K) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	c := g.calls[key]
	return c != nil && c.forgotten
}

// Cancel ends the contexts of the executions that run now, with cause. Whoever
// waits for one goes on to wait for its result. It does nothing to executions in
// the goroutines of callers whose contexts have no end, see [Group.Do].
func (g *Group[K, V]) Cancel(cause error) {
	g.mu.Lock()
	var running []*until
	for _, c := range g.calls {
		if c.ctx != nil {
			running = append(running, c.ctx)
		}
	}
	g.mu.Unlock()
	for _, ctx := range running {
		ctx.end(cause)
	}
}

// Wait returns when no execution runs that ran when it was called, or with the
// cause when ctx ends. It cancels nothing: after all callers have left, it tells
// when the function that they abandoned has noticed.
func (g *Group[K, V]) Wait(ctx context.Context) error {
	g.mu.Lock()
	var running []<-chan struct{}
	for _, c := range g.calls {
		running = append(running, c.end())
	}
	g.mu.Unlock()
	for _, ended := range running {
		select {
		case <-ended:
		case <-ctx.Done():
			return task.Cause(ctx)
		}
	}
	return nil
}

// lead starts an execution for key and waits for it. It is called with mu held,
// and gives it back.
func (g *Group[K, V]) lead(ctx context.Context, key K, fn func(context.Context) (V, error), of func(context.Context, K) (V, error)) (V, bool, error) {
	c := g.newCall()
	c.key, c.fn, c.of, c.first, c.callers = key, fn, of, ctx, 1
	if g.calls == nil {
		g.calls = make(map[K]*call[K, V])
	}
	g.calls[key] = c
	if ctx.Done() == nil {
		g.mu.Unlock()
		return g.inline(ctx, c)
	}
	// Not used again: the function may keep it.
	c.ctx = &until{first: ctx}
	if c.run == nil {
		c.run = func() { g.apart(c) }
		c.turn = make(chan struct{}, 1)
	}
	run := c.run
	g.mu.Unlock()
	if g.Go != nil {
		g.Go(run)
	} else {
		go run() // ends when fn does; Wait waits for it
	}
	schedule.Point("flight: wait")
	select {
	case <-c.turn:
	case <-ctx.Done():
		if g.leave(ctx, c) {
			var zero V
			return zero, false, task.Cause(ctx)
		}
		<-c.turn // at once, or when the end of its node is done
	}
	if c.ended != nil || c.panicked != nil {
		return c.result()
	}
	v, err := c.v, c.err
	g.mu.Lock()
	g.reuse(c)
	g.mu.Unlock()
	return v, false, err
}

// wait waits for the end of c, which the caller has joined, or of ctx.
func (g *Group[K, V]) wait(ctx context.Context, c *call[K, V]) (V, bool, error) {
	schedule.Point("flight: wait")
	select {
	case <-c.ended:
	case <-ctx.Done():
		if g.leave(ctx, c) {
			var zero V
			return zero, false, task.Cause(ctx)
		}
	}
	return c.result()
}

// result returns what c, which is over, has for each of its callers, or raises it.
func (c *call[K, V]) result() (V, bool, error) {
	if c.panicked != nil {
		panic(c.panicked)
	}
	return c.v, c.joined, c.err
}

// leave takes a caller whose ctx has ended from c, and reports whether it could:
// a call that has ended has a result for everyone.
func (g *Group[K, V]) leave(ctx context.Context, c *call[K, V]) bool {
	schedule.Point("flight: leave")
	g.mu.Lock()
	if c.over {
		g.mu.Unlock()
		return false
	}
	c.callers--
	doomed := c.callers == 0
	g.mu.Unlock()
	schedule.Point("flight: left")
	if doomed {
		c.ctx.end(context.Cause(ctx))
		g.watch(c)
	}
	return true
}
