package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"time"
)

var errTask, errOther = errors.New("task failed"), errors.New("other task failed")

var taskCases = []testCase[runTasks]{
	{"Goexit in a task is no success", goexitIsNoSuccess},
	{"Goexit in a task stops no other", goexitStopsNoOther},
	{"starting a task waits only as long as the context lives", startObeysContext},
	{"no task is dropped without an error", nothingDropped},
	{"no task starts after the first error", noStartAfterError},
	{"all errors are kept", allErrorsKept},
	{"the first error comes without echoes of the cancellation", noEchoes},
	{"siblings see the error as cause", errorIsCause},
	{"a panic reaches the caller, with its stack", panicWithStack},
	{"a panic cancels the siblings, as cause", panicCancels},
	{"several panics are kept", panicsKept},
	{"tasks are joined when the caller panics", callerPanics},
	{"tasks start tasks within a limit", tasksStartTasks},
}

func goexitIsNoSuccess(run runTasks) string {
	err := run(context.Background(), 0, func(spawn spawnFunc) {
		spawn(func(context.Context) error { runtime.Goexit(); return nil })
	})
	if err == nil {
		return "nil error"
	}
	return ""
}

func goexitStopsNoOther(run runTasks) string {
	var ran atomic.Int32
	run(context.Background(), 1, func(spawn spawnFunc) {
		spawn(func(context.Context) error { ran.Add(1); return nil })
		spawn(func(context.Context) error { ran.Add(1); return nil })
		spawn(func(context.Context) error { runtime.Goexit(); return nil })
	})
	return expect(ran.Load() == 2, "task lost")
}

func startObeysContext(run runTasks) string {
	ctx, cancel := context.WithTimeout(context.Background(), soon)
	defer cancel()
	var took time.Duration
	run(ctx, 1, func(spawn spawnFunc) {
		spawn(func(context.Context) error { time.Sleep(long); return nil })
		begin := time.Now()
		spawn(func(context.Context) error { return nil })
		took = time.Since(begin)
	})
	return expect(took < long/2, "waits for the task")
}

func nothingDropped(run runTasks) string {
	ctx, cancel := context.WithTimeout(context.Background(), soon)
	defer cancel()
	var ran atomic.Int32
	err := run(ctx, 1, func(spawn spawnFunc) {
		for range 2 {
			spawn(func(context.Context) error { ran.Add(1); time.Sleep(2 * soon); return nil })
		}
	})
	return expect(ran.Load() == 2 || errors.Is(err, context.DeadlineExceeded), "dropped, error "+fmt.Sprint(err))
}

func noStartAfterError(run runTasks) string {
	var ran atomic.Int32
	run(context.Background(), 1, func(spawn spawnFunc) {
		for range 5 {
			spawn(func(context.Context) error { ran.Add(1); return errTask })
			time.Sleep(soon / 10)
		}
	})
	return expect(ran.Load() == 1, fmt.Sprintf("%d of 5 ran", ran.Load()))
}

func allErrorsKept(run runTasks) string {
	err := run(context.Background(), 0, func(spawn spawnFunc) {
		both := make(chan struct{}) // else the first may end before the second could start
		spawn(func(context.Context) error { <-both; return errTask })
		spawn(func(context.Context) error { close(both); time.Sleep(soon); return errOther })
	})
	return expect(errors.Is(err, errTask) && errors.Is(err, errOther), "one lost")
}

func noEchoes(run runTasks) string {
	err := run(context.Background(), 0, func(spawn spawnFunc) {
		spawn(func(context.Context) error { time.Sleep(soon); return errTask })
		spawn(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
	})
	return expect(errors.Is(err, errTask) && !errors.Is(err, context.Canceled), "echo kept")
}

func errorIsCause(run runTasks) string {
	var cause error
	run(context.Background(), 0, func(spawn spawnFunc) {
		both := make(chan struct{})
		spawn(func(context.Context) error { <-both; return errTask })
		spawn(func(ctx context.Context) error { close(both); <-ctx.Done(); cause = context.Cause(ctx); return nil })
	})
	return expect(errors.Is(cause, errTask), "other cause")
}

// explode has a name to look for in stacks.
func explode() { panic(errTask) }

// attempt runs tasks and returns the text of what went wrong, be it an error or
// a panic in the caller.
func attempt(run runTasks, body func(spawnFunc)) (text string) {
	defer func() {
		if v := recover(); v != nil {
			text = fmt.Sprint(v)
		}
	}()
	return fmt.Sprint(run(context.Background(), 0, body))
}

func panicWithStack(run runTasks) string {
	text := attempt(run, func(spawn spawnFunc) {
		spawn(func(context.Context) error { explode(); return nil })
	})
	return expect(strings.Contains(text, ".explode("), "no stack")
}

func panicCancels(run runTasks) string {
	var cause string
	attempt(run, func(spawn spawnFunc) {
		both := make(chan struct{})
		spawn(func(context.Context) error { <-both; explode(); return nil })
		spawn(func(ctx context.Context) error {
			close(both)
			select {
			case <-ctx.Done():
				cause = fmt.Sprint(context.Cause(ctx))
			case <-time.After(long):
				cause = "none"
			}
			return nil
		})
	})
	if cause == "none" {
		return "not cancelled"
	}
	return expect(strings.Contains(cause, errTask.Error()), "other cause")
}

func panicsKept(run runTasks) string {
	text := attempt(run, func(spawn spawnFunc) {
		spawn(func(context.Context) error { time.Sleep(soon); panic("first") })
		spawn(func(context.Context) error { time.Sleep(2 * soon); panic("second") })
	})
	return expect(strings.Contains(text, "first") && strings.Contains(text, "second"), "one lost")
}

func callerPanics(run runTasks) string {
	var running atomic.Bool
	attempt(run, func(spawn spawnFunc) {
		running.Store(true)
		spawn(func(context.Context) error { time.Sleep(soon); running.Store(false); return nil })
		panic("in the caller")
	})
	return expect(!running.Load(), "task runs on")
}

func tasksStartTasks(run runTasks) string {
	var ran atomic.Int32
	run(context.Background(), 1, func(spawn spawnFunc) {
		done := make(chan struct{})
		spawn(func(context.Context) error {
			spawn(func(context.Context) error { ran.Add(1); close(done); return nil })
			return nil
		})
		// A group may have to be waited for before body's end means that no more
		// tasks come; body stays until then, but in no call of spawn.
		select {
		case <-done:
		case <-time.After(soon):
		}
	})
	return expect(ran.Load() == 1, "task lost")
}
