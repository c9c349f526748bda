package task

import (
	"context"
	"runtime/pprof"
	"sync/atomic"

	"baton/internal/schedule"
	"baton/watch"
)

// A Group starts the tasks of one [Run]. Its methods may be called by body and
// by the group's tasks, from several goroutines at once, until Run returns.
type Group struct {
	ctx     context.Context // of the tasks; a group lives no longer than its Run
	cancel  context.CancelCauseFunc
	unwatch func()
	outer   *Group // the group in whose body or task this one's Run was called
	onError ErrorPolicy
	onPanic PanicPolicy

	done    chan struct{} // closed when body and all tasks have ended
	places  places
	outcome outcome
	failed  atomic.Uint64 // tasks, for package watch; the others have succeeded or run

	bodyExited bool // body called Goexit; written before done is closed

	// What each task writes lies in another cache line than what it reads.
	_ [64]byte
	// state is the number of running tasks, plus bodyShare until body has returned,
	// and above these the number of tasks that were started, as far as it has room.
	// Who brings the lower part to zero closes done.
	state atomic.Uint64
	turns atomic.Uint64 // how often the number above went back to zero
	_     [48]byte
}

// Shares of Group.state.
const (
	taskShare uint64 = 1
	bodyShare uint64 = 1 << 31
	taskStart uint64 = 1<<32 + taskShare
)

// groupKey is the context key of the innermost *Group.
type groupKey struct{}

func newGroup(ctx context.Context, opts Options) *Group {
	g := &Group{onError: opts.OnError, onPanic: opts.OnPanic, done: make(chan struct{})}
	g.state.Store(bodyShare)
	g.places.limit.Store(int64(opts.Limit))
	if outer, ok := ctx.Value(groupKey{}).(*Group); ok {
		g.outer = outer
		schedule.Point("task: nest")
		outer.places.nested.Add(1)
	}
	ctx, g.cancel = context.WithCancelCause(ctx)
	ctx, g.unwatch = watch.Start(ctx, "task", opts.Name, g.describe)
	g.ctx = context.WithValue(ctx, groupKey{}, g)
	return g
}

// Go starts fn in a goroutine of the group and returns without waiting for it.
//
// If as many tasks run as the limit allows, Go first waits for a place; callers
// get places in the order in which they came. If the group's context ends before
// that, or had ended already, fn is not started, and Run returns an error.
//
// A task that waits in Go keeps its place. So that a group cannot block itself,
// one waiting caller is let in beyond the limit whenever body has returned or
// waits in Go, and all running tasks wait in Go. There are then more unfinished
// tasks than the limit, but of those at most the limit, or two if the limit is
// one, do not wait in Go; at the end of the context all who wait there go on. This
// presumes that each caller of Go is body or a task of the group, in its own
// goroutine: other goroutines that wait in Go are taken for tasks, and may be let
// in too early. A body that waits for its tasks in another way, such as for their
// results, should leave that to a task, if tasks start tasks. Groups within the
// group's body and tasks may use it freely; while there is one, nobody is let in
// beyond the limit.
//
// Go panics if fn is nil or if Run has returned. It allocates what a go
// statement with a closure does, and when it has to wait a channel.
func (g *Group) Go(fn func(ctx context.Context) error) {
	if fn == nil {
		panic("task: nil function")
	}
	if ended(g.state.Load()) {
		panic("task: Go called after Run returned")
	}
	schedule.Point("task: go")
	if g.ctx.Err() != nil {
		g.cutShort()
		return
	}
	schedule.Point("task: look for a place")
	if limit := g.places.limit.Load(); limit == 0 {
		g.count(g.state.Add(taskStart))
	} else if !g.tryPlace(limit) && !g.waitForPlace() {
		g.cutShort()
		return
	}
	if g.places.nested.Load() > 0 {
		fn = labelled(fn)
	}
	go g.run(fn, taskShare)
}

// labelled returns fn for a goroutine that has not inherited its group's labels,
// because a nested group's goroutine may start it. All others inherit them from
// body, which saves a lookup in each task.
func labelled(fn func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		pprof.SetGoroutineLabels(ctx)
		return fn(ctx)
	}
}

// SetLimit changes how many tasks may run at once; 0 means no limit. A higher
// limit lets waiting callers of [Group.Go] in; with a lower one, the tasks that
// run are left to finish. SetLimit panics if n is negative.
func (g *Group) SetLimit(n int) {
	if n < 0 {
		panic("task: negative limit")
	}
	g.places.limit.Store(int64(n))
	g.letIn()
}

// Cancel ends the group's context with cause, unless it has ended, and returns at
// once; a nil cause is [context.Canceled]. It is for a body that has what it wanted,
// and costs less than a context of its own for the tasks. As after any end that is
// not a failure of the group's own, Run returns the cause if it kept a task from
// starting, or if a task gave up with it.
func (g *Group) Cancel(cause error) { g.cancel(cause) }

// run calls fn, which is a task or the body, and gives its share of the state
// back when fn has ended in whatever way.
func (g *Group) run(fn func(context.Context) error, share uint64) {
	returned := false
	defer func() {
		if !returned {
			if g.onPanic == Crash && !exiting() {
				// The runtime ends the program when this function has returned.
				// The share is kept, or else Run could return meanwhile, and with
				// it main, and the program would end as if nothing had happened.
				return
			}
			g.aborted(recover(), share)
		}
		schedule.Point("task: end")
		g.release(share)
	}()
	schedule.Point("task: begin")
	if err := fn(g.ctx); err != nil {
		g.fail(err)
		g.countFailed(share)
	}
	returned = true
}

// aborted notes that a task or the body ended by a panic with value v, or by
// Goexit if v is nil. It is called by the function that recovered, so that
// the stack is still the one of the panic.
func (g *Group) aborted(v any, share uint64) {
	g.countFailed(share)
	if v == nil {
		if share == bodyShare {
			g.bodyExited = true
		}
		g.fail(ErrGoexit)
		return
	}
	p := Recovered(v)
	if g.onPanic == PanicAsError {
		g.fail(p)
	} else {
		g.panicked(p)
	}
}

// countFailed counts a task that ended without success.
func (g *Group) countFailed(share uint64) {
	if share == taskShare {
		g.failed.Add(1)
	}
}

// release gives back a share of the state.
func (g *Group) release(share uint64) {
	if ended(g.state.Add(-share)) {
		close(g.done)
		return
	}
	g.letIn()
}

// join waits for body and the tasks, and returns Run's result or panics with it.
func (g *Group) join() error {
	<-g.done
	g.cancel(nil)
	g.unwatch()
	if g.outer != nil {
		schedule.Point("task: nested group ends")
		g.outer.places.nested.Add(-1)
		g.outer.letIn()
	}
	return g.outcome.result()
}

// describe fills in the group's node. The counters are read in the order that
// never shows more tasks finished than started: who succeeded isn't counted, since
// that would cost each task as much again as all its other counting.
func (g *Group) describe(n *watch.Node) {
	n.Errors = g.failed.Load()
	turns, state := g.turns.Load(), g.state.Load()
	for turns != g.turns.Load() {
		turns, state = g.turns.Load(), g.state.Load()
	}
	n.In = turns<<32 + state>>32
	n.Out = n.In - min(n.In, n.Errors+uint64(tasks(state)))
	n.Queue = int(g.places.waiting.Load())
	n.Limit = int(g.places.limit.Load())
	n.State = map[string]int{
		"running": tasks(state),
		"waiting": n.Queue, // body and tasks that wait in Go
	}
}

// count completes the number of tasks that were started: state is the one with
// which a task was.
func (g *Group) count(state uint64) {
	if state>>32 == 0 {
		g.turns.Add(1)
	}
}

// ended says whether body and all tasks have ended.
func ended(state uint64) bool { return uint32(state) == 0 }

// tasks returns the number of running tasks in a group's state.
func tasks(state uint64) int { return int(state % bodyShare) }
