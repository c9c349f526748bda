// Package task runs goroutines that cannot outlive their caller.
//
// [Run] calls a function, its body, with a [Group]; the body and the tasks that
// it starts with [Group.Go] may fail, panic or call [runtime.Goexit], but Run
// returns only when all of them have ended, and what went wrong is its result:
//
//	err := task.Run(ctx, task.Options{Limit: 8}, func(ctx context.Context, g *task.Group) error {
//		for _, url := range urls {
//			g.Go(func(ctx context.Context) error { return fetch(ctx, url) })
//		}
//		return nil
//	})
//
// The nearest thing in the standard library is [sync.WaitGroup], whose Go method
// costs the same. A WaitGroup joins goroutines where its owner remembers to wait;
// here the join is the end of a call, so that a panic or an early return cannot
// skip it. Beyond that a group takes errors, cancels, limits, and waits for a
// place only as long as its context lives.
//
// # Cancellation
//
// The group's context ends when the context given to Run ends, when a task or
// the body fails (unless [KeepGoing]), when one panics (unless [PanicAsError]
// with KeepGoing), with [Group.Cancel], and when Run returns. A task that ignores
// its context delays Run: Go cannot stop a goroutine from outside.
//
// Once the group's context has ended, Go starts nothing more. If the end came
// from outside or with Cancel, and had an effect, because a task was not started or
// gave up with the context's error, then Run returns [context.Cause] of it.
//
// # Visibility
//
// Each group is a node of package watch while Run runs, and its goroutines carry
// the node's pprof label.
package task

import (
	"context"
	"runtime"
	"runtime/pprof"
)

// An ErrorPolicy says what the first error of a group does to its siblings.
type ErrorPolicy int

const (
	// CancelSiblings cancels the group's context with the first error as cause.
	// Errors that merely repeat the cancellation are left out of Run's result.
	CancelSiblings ErrorPolicy = iota
	// KeepGoing lets all tasks run and joins all errors.
	KeepGoing
)

// Options configure a group; the zero value is useful.
type Options struct {
	// Name is the group's name in package watch and in pprof labels; the default
	// is "task".
	Name string
	// Limit is how many tasks may run at once; 0 means no limit. The body does
	// not count. [Group.SetLimit] changes it.
	Limit int
	// OnError says what the first error does to the other tasks.
	OnError ErrorPolicy
	// OnPanic says what becomes of a panic.
	OnPanic PanicPolicy
}

// Run calls body with a new group and returns after body and every task of the
// group have returned.
//
// The result is nil if body and all tasks were started and returned nil;
// otherwise it is their errors, joined if there are several, the first one
// first. [Group.Go] says when a task is not started.
//
// Body runs in the caller's goroutine, so that it may call functions such as
// [testing.T.FailNow]: if body calls [runtime.Goexit], the tasks are joined and
// then the caller's goroutine goes on exiting. (Under [Crash] body has its own
// goroutine, because a panic in it must not reach a caller who recovers; the
// effect of Goexit is the same.)
//
// Run panics if body is nil or the limit negative.
func Run(ctx context.Context, opts Options, body func(ctx context.Context, g *Group) error) (err error) {
	if body == nil {
		panic("task: nil body")
	}
	if opts.Limit < 0 {
		panic("task: negative limit")
	}
	g := newGroup(ctx, opts)
	// Deferred, since a Goexit in body must not leave tasks behind either.
	defer func() { err = g.join() }()

	pprof.SetGoroutineLabels(g.ctx)
	defer pprof.SetGoroutineLabels(ctx)
	main := func(ctx context.Context) error { return body(ctx, g) }
	if opts.OnPanic == Crash {
		go g.run(main, bodyShare)
		<-g.done
		if g.bodyExited {
			runtime.Goexit()
		}
		return nil
	}
	g.run(main, bodyShare)
	return nil
}
