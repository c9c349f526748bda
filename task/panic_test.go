package task_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"baton/task"
)

// explode has a name to look for in stacks.
func explode() { panic(errTask) }

// TestPanicStack checks that value and stack are those of the panic, in the
// group and through groups around it.
func TestPanicStack(t *testing.T) {
	for _, policy := range []task.PanicPolicy{task.Repanic, task.PanicAsError} {
		got := observe(func() error {
			return task.Run(t.Context(), task.Options{OnPanic: policy}, func(_ context.Context, g *task.Group) error {
				g.Go(func(ctx context.Context) error {
					return task.Run(ctx, task.Options{}, func(_ context.Context, g *task.Group) error {
						g.Go(func(context.Context) error { explode(); return nil })
						return nil
					})
				})
				return nil
			})
		})
		p := got.panic
		if policy == task.PanicAsError {
			errors.As(got.err, &p)
		}
		switch {
		case p == nil:
			t.Errorf("policy %d: Run ended as %+v, without a PanicError", policy, got)
		case p.Value != any(errTask) || !errors.Is(p, errTask):
			t.Errorf("policy %d: value is %v, want %v", policy, p.Value, errTask)
		case !strings.Contains(string(p.Stack), "task_test.explode"):
			t.Errorf("policy %d: stack does not lead to the panic:\n%s", policy, p.Stack)
		}
	}
}

// TestPanicsKept lets several tasks and the body panic.
func TestPanicsKept(t *testing.T) {
	for _, policy := range []task.PanicPolicy{task.Repanic, task.PanicAsError} {
		synctest.Test(t, func(t *testing.T) {
			got := observe(func() error {
				return task.Run(t.Context(), task.Options{OnPanic: policy}, func(_ context.Context, g *task.Group) error {
					for i := range 3 {
						g.Go(func(context.Context) error {
							time.Sleep(time.Duration(i+1) * time.Second) // all have been started
							panic(i)
						})
					}
					time.Sleep(time.Minute)
					panic("body")
				})
			})
			var text string
			if policy == task.Repanic {
				if n := len(got.panic.Others); n != 3 {
					t.Errorf("%d other panics are kept, want 3", n)
				}
				text = got.panic.Error()
			} else {
				text = got.err.Error()
			}
			at := 0
			for _, value := range []string{"panic: 0\n", "panic: 1\n", "panic: 2\n", "panic: body\n"} {
				i := strings.Index(text[at:], value)
				if i < 0 {
					t.Fatalf("policy %d: %q is missing or out of order in:\n%s", policy, value, text)
				}
				at += i
			}
		})
	}
}

// TestPanicCause checks that siblings can see why they were cancelled.
func TestPanicCause(t *testing.T) {
	var cause error
	p := observe(func() error {
		return task.Run(t.Context(), task.Options{OnError: task.KeepGoing}, func(_ context.Context, g *task.Group) error {
			g.Go(func(ctx context.Context) error {
				<-ctx.Done()
				cause = context.Cause(ctx)
				return errOther
			})
			panic(nil)
		})
	}).panic
	if cause != error(p) {
		t.Errorf("the sibling's cause is %v, want the panic %v", cause, p)
	}
	var nilPanic *runtime.PanicNilError
	if !errors.As(p, &nilPanic) {
		t.Errorf("panic(nil) became %v", p.Value)
	}
}

// TestGoexitOrPanic mixes the two: the last one decides.
func TestGoexitOrPanic(t *testing.T) {
	for _, c := range []struct {
		name string
		fn   func()
		want error
	}{
		{"exit while panicking", func() { defer runtime.Goexit(); explode() }, task.ErrGoexit},
		{"panic while exiting", func() { defer explode(); runtime.Goexit() }, errTask},
		{"recover while exiting", func() {
			defer func() {
				defer func() { recover() }()
				explode()
			}()
			runtime.Goexit()
		}, task.ErrGoexit},
	} {
		for _, policy := range []task.PanicPolicy{task.PanicAsError, task.Crash} {
			if policy == task.Crash && c.want == errTask {
				continue // TestCrash
			}
			err := task.Run(t.Context(), task.Options{OnPanic: policy}, func(_ context.Context, g *task.Group) error {
				g.Go(func(context.Context) error { c.fn(); return nil })
				return nil
			})
			if !errors.Is(err, c.want) {
				t.Errorf("%s, policy %d: Run returned %v, want %v", c.name, policy, err, c.want)
			}
		}
	}
}

// TestCrash runs each scene of crash in a process of its own, which must die of
// the panic, at once, though siblings still run and its callers recover.
func TestCrash(t *testing.T) {
	for _, scene := range []string{"task", "body", "last task", "panic while exiting"} {
		t.Run(scene, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), "TASK_TEST_CRASH="+scene)
			out, err := cmd.CombinedOutput()
			text := string(out)
			if err == nil {
				t.Fatalf("the program ended with %v; output:\n%s", err, text)
			}
			for _, want := range []string{"panic: ", errTask.Error(), "task_test.explode"} {
				if !strings.Contains(text, want) {
					t.Errorf("output lacks %q", want)
				}
			}
			for _, not := range []string{"returned", "recovered", "deadlock"} {
				if strings.Contains(text, not) {
					t.Errorf("output has %q", not)
				}
			}
			if t.Failed() {
				t.Logf("output:\n%s", text)
			}
		})
	}
}

// slow is a panic's value that takes the runtime long to print: long enough for
// Run to return meanwhile if it could.
type slow struct{}

func (slow) Error() string { time.Sleep(300 * time.Millisecond); return errTask.Error() }

func explodeSlowly() { panic(slow{}) }

// crash is the program of TestCrash.
func crash(scene string) {
	defer func() {
		if recover() != nil {
			fmt.Println("recovered")
		}
	}()
	task.Run(context.Background(), task.Options{OnPanic: task.Crash}, func(_ context.Context, g *task.Group) error {
		if scene != "last task" {
			g.Go(func(context.Context) error { time.Sleep(time.Hour); return nil })
		}
		switch scene {
		case "body":
			explodeSlowly()
		case "panic while exiting":
			g.Go(func(context.Context) error { defer explodeSlowly(); runtime.Goexit(); return nil })
		default:
			g.Go(func(context.Context) error { explodeSlowly(); return nil })
		}
		return nil
	})
	fmt.Println("returned")
}
