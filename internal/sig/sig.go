// Package sig turns signals into the end of a context, in two stages: the first
// asks the program to stop, the second stops it.
//
// Its nearest relative is [signal.NotifyContext]. There, the second Ctrl-C works
// only by giving the signal its default action back, which is to be ignored where
// the process inherited it so, as the background jobs of a script and nohup's
// commands do. Here both stages are handled. The cause of the context's end is
// typed and knows its exit code.
package sig

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"baton/internal/exit"
)

// A Cause is why a context ended: the signal that asked the program to stop. It
// is also a [context.Canceled] to errors.Is.
type Cause struct{ Signal os.Signal }

// Error returns "interrupted" or "terminated".
func (c *Cause) Error() string {
	if c.Signal == os.Interrupt {
		return "interrupted"
	}
	return "terminated"
}

// Is makes errors.Is(c, context.Canceled) true.
func (c *Cause) Is(target error) bool { return target == context.Canceled }

// ExitCode returns 130 or 143.
func (c *Cause) ExitCode() int {
	if c.Signal == os.Interrupt {
		return exit.Interrupted
	}
	return exit.Terminated
}

// CauseOf returns the signal that ended ctx, or nil when none did.
func CauseOf(ctx context.Context) *Cause {
	var c *Cause
	errors.As(context.Cause(ctx), &c)
	return c
}

// Options configure [Context]; the zero value is useful.
type Options struct {
	// CatchIgnored takes SIGINT also where the process inherited it as ignored.
	// By default it stays ignored there: a script that ends should not take
	// its background jobs with it.
	CatchIgnored bool

	// Stopping is called at the first signal, once the context has ended.
	Stopping func(os.Signal)

	// Quitting is called at the second signal, to give the terminal back. The
	// process ends when it returns, and after a quarter of a second in any case.
	Quitting func(os.Signal)

	exit func(code int) // os.Exit, but for tests
}

// Context returns a context that ends with a [*Cause] at the first SIGINT or
// SIGTERM. The second one ends the process at once, with exit code 130 or 143.
//
// stop releases the signals and ends the context. It returns when the goroutine
// that waits for signals has ended, and must be called exactly like a CancelFunc.
func Context(parent context.Context, opts Options) (ctx context.Context, stop func()) {
	signals := make(chan os.Signal, 2)
	want := []os.Signal{syscall.SIGTERM}
	if opts.CatchIgnored || !signal.Ignored(os.Interrupt) {
		want = append(want, os.Interrupt)
	}
	signal.Notify(signals, want...)
	ctx, join := watch(parent, opts, signals)
	return ctx, func() {
		signal.Stop(signals)
		join()
	}
}

// watch is Context without the process's real signals.
func watch(parent context.Context, opts Options, signals <-chan os.Signal) (ctx context.Context, join func()) {
	ctx, cancel := context.WithCancelCause(parent)
	released := make(chan struct{})
	release := sync.OnceFunc(func() { close(released) })
	stopped := make(chan struct{})
	go func() { // ends when join closes released
		defer close(stopped)
		var first, second os.Signal
		select {
		case first = <-signals:
		case <-released:
			return
		}
		cancel(&Cause{first})
		if opts.Stopping != nil {
			opts.Stopping(first)
		}
		select {
		case second = <-signals:
		case <-released:
			return
		}
		quit(opts, second)
	}()
	return ctx, func() {
		cancel(context.Canceled)
		release()
		<-stopped
	}
}

func quit(opts Options, s os.Signal) {
	if opts.Quitting != nil {
		done := make(chan struct{})
		go func() { // ends with the process at the latest
			defer close(done)
			opts.Quitting(s)
		}()
		select {
		case <-done:
		case <-time.After(250 * time.Millisecond):
		}
	}
	end := opts.exit
	if end == nil {
		end = os.Exit
	}
	end((&Cause{s}).ExitCode())
}
