package task_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"baton/task"
)

var (
	errTask  = errors.New("task failed")
	errOther = errors.New("other task failed")
	errOuter = errors.New("outer context ended")
)

// TestContract lets a task or the body end in each way, under each policy and
// several limits, beside a sibling that takes an hour unless it is cancelled.
func TestContract(t *testing.T) {
	for name, c := range contract {
		t.Run(name, func(t *testing.T) { synctest.Test(t, c.test) })
	}
}

// contract calls yield for each case and its name.
func contract(yield func(name string, c contractCase) bool) {
	for how, end := range endings {
		for _, inBody := range []bool{false, true} {
			for _, onError := range []task.ErrorPolicy{task.CancelSiblings, task.KeepGoing} {
				for _, onPanic := range []task.PanicPolicy{task.Repanic, task.PanicAsError, task.Crash} {
					for _, limit := range []int{0, 1, 3} {
						if how == "panic" && onPanic == task.Crash {
							continue // TestCrash
						}
						c := contractCase{how, end, inBody, task.Options{OnError: onError, OnPanic: onPanic, Limit: limit}}
						name := fmt.Sprintf("%s/body=%v/onError=%d/onPanic=%d/limit=%d", how, inBody, onError, onPanic, limit)
						if !yield(name, c) {
							return
						}
					}
				}
			}
		}
	}
}

type contractCase struct {
	how    string
	end    func() error
	inBody bool
	opts   task.Options
}

func (c contractCase) test(t *testing.T) {
	var sibling error // its context's cause, if it saw the end of it
	siblingStarted := false
	begin := time.Now()
	got := observe(func() error {
		return task.Run(t.Context(), c.opts, func(ctx context.Context, g *task.Group) error {
			end := func(context.Context) error {
				time.Sleep(time.Second)
				return c.end()
			}
			if !c.inBody {
				g.Go(end)
			}
			g.Go(func(ctx context.Context) error {
				siblingStarted = true
				select {
				case <-time.After(time.Hour):
					return nil
				case <-ctx.Done():
					sibling = context.Cause(ctx)
					return fmt.Errorf("sibling: %w", ctx.Err())
				}
			})
			if c.inBody {
				return end(ctx)
			}
			return nil
		})
	})
	took := time.Since(begin)

	failed := c.how != "ok"
	panics := c.how == "panic" && c.opts.OnPanic == task.Repanic
	cancels := failed && (panics || c.opts.OnError == task.CancelSiblings)
	want := map[string]error{"ok": nil, "error": errTask, "panic": errTask, "goexit": task.ErrGoexit}[c.how]

	switch {
	case panics:
		if got.panic == nil || got.panic.Value != any(errTask) {
			t.Errorf("Run ended as %+v, want a panic with %v", got, errTask)
		}
	case c.how == "goexit" && c.inBody:
		if !got.exited {
			t.Errorf("Run ended as %+v, want Goexit", got)
		}
	case !errors.Is(got.err, want) || (want == nil) != (got.err == nil):
		t.Errorf("Run returned %v, want %v", got.err, want)
	case got.err != nil && strings.Contains(got.err.Error(), "canceled"):
		t.Errorf("Run returned an echo of the cancellation: %v", got.err)
	}

	sequential := c.opts.Limit == 1 && !c.inBody
	if wantStarted := !(cancels && sequential); siblingStarted != wantStarted {
		t.Errorf("sibling started: %v, want %v", siblingStarted, wantStarted)
	}
	wantTook := time.Hour
	switch {
	case cancels:
		wantTook = time.Second
		if siblingStarted && !errors.Is(sibling, want) {
			t.Errorf("sibling's cause is %v, want %v", sibling, want)
		}
	case sequential:
		wantTook += time.Second
	}
	if took != wantTook {
		t.Errorf("Run took %v, want %v", took, wantTook)
	}
}

// TestContextEnds checks what Run returns when the context given to it ends, at
// several moments, with a task that gives up, ignores it or fails.
func TestContextEnds(t *testing.T) {
	giveUp := func(ctx context.Context) error {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Hour):
			return nil
		}
	}
	ignore := func(context.Context) error { time.Sleep(time.Hour); return nil }
	fail := func(ctx context.Context) error { <-ctx.Done(); return errTask }
	wrap := func(ctx context.Context) error { return fmt.Errorf("wrapped: %w", errors.Join(giveUp(ctx), nil)) }

	for _, c := range []struct {
		name  string
		after time.Duration // until the context ends; 0 is before Run
		limit int
		tasks []func(context.Context) error
		want  []error
	}{
		{"before", 0, 0, []func(context.Context) error{ignore}, []error{errOuter, context.Canceled}},
		{"before, with limit", 0, 1, []func(context.Context) error{ignore}, []error{errOuter, context.Canceled}},
		{"before, without tasks", 0, 0, nil, nil},
		{"while a task gives up", time.Minute, 0, []func(context.Context) error{giveUp}, []error{errOuter, context.Canceled}},
		{"while a task gives up and wraps it", time.Minute, 0, []func(context.Context) error{wrap}, []error{errOuter, context.Canceled}},
		{"while a task ignores it", time.Minute, 0, []func(context.Context) error{ignore}, nil},
		{"while one waits for a place", time.Minute, 1, []func(context.Context) error{ignore, ignore}, []error{errOuter, context.Canceled}},
		{"and a task fails", time.Minute, 0, []func(context.Context) error{fail}, []error{errTask}},
		{"and one gives up and one fails", time.Minute, 0, []func(context.Context) error{giveUp, fail}, []error{errTask, errOuter}},
		{"after the tasks", 2 * time.Hour, 1, []func(context.Context) error{ignore}, nil},
	} {
		for _, policy := range []task.ErrorPolicy{task.CancelSiblings, task.KeepGoing} {
			t.Run(fmt.Sprintf("%s/%d", c.name, policy), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					ctx, cancel := context.WithCancelCause(t.Context())
					if c.after == 0 {
						cancel(errOuter)
					} else {
						defer time.AfterFunc(c.after, func() { cancel(errOuter) }).Stop()
					}
					err := task.Run(ctx, task.Options{Limit: c.limit, OnError: policy}, func(_ context.Context, g *task.Group) error {
						for _, fn := range c.tasks {
							g.Go(fn)
						}
						return nil
					})
					if len(c.want) == 0 && err != nil {
						t.Errorf("Run returned %v, want nil", err)
					}
					for _, want := range c.want {
						if !errors.Is(err, want) {
							t.Errorf("Run returned %v, want %v", err, want)
						}
					}
				})
			})
		}
	}
}

// TestDeadline checks that errors keep the kind of the context's end.
func TestDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := task.Run(ctx, task.Options{Limit: 1}, func(_ context.Context, g *task.Group) error {
			g.Go(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
			g.Go(func(ctx context.Context) error { t.Error("started after the deadline"); return nil })
			return nil
		})
		if err != context.DeadlineExceeded {
			t.Errorf("Run returned %v, want just %v", err, context.DeadlineExceeded)
		}
	})
}

// TestErrorsJoined checks which errors are kept, and their order.
func TestErrorsJoined(t *testing.T) {
	wrapsOther := fmt.Errorf("wraps: %w", errOther)
	for _, c := range []struct {
		name   string
		policy task.ErrorPolicy
		errs   []error // of tasks, one a second, whatever their context says
		want   []error
	}{
		{"all fail, keep going", task.KeepGoing, []error{errTask, errOther, errTask}, []error{errTask, errOther, errTask}},
		{"late real errors", task.CancelSiblings, []error{errTask, errOther, wrapsOther}, []error{errTask, errOther, wrapsOther}},
		{"echoes", task.CancelSiblings, []error{errTask, context.Canceled, fmt.Errorf("get: %w", context.Canceled)}, []error{errTask}},
		{"echoes of the cause", task.CancelSiblings, []error{errTask, fmt.Errorf("get: %w", errTask)}, []error{errTask}},
		{
			"echo beside an error", task.CancelSiblings,
			[]error{errTask, errors.Join(context.Canceled, errOther)},
			[]error{errTask, errors.Join(context.Canceled, errOther)},
		},
		{"own cancellation", task.CancelSiblings, []error{context.Canceled, errOther}, []error{context.Canceled, errOther}},
		{"other kind of end", task.CancelSiblings, []error{errTask, context.DeadlineExceeded}, []error{errTask, context.DeadlineExceeded}},
		{"not comparable", task.CancelSiblings, []error{slice{"a"}, slice{"b"}}, []error{slice{"a"}, slice{"b"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				err := task.Run(t.Context(), task.Options{OnError: c.policy}, func(_ context.Context, g *task.Group) error {
					for i, err := range c.errs {
						g.Go(func(context.Context) error {
							time.Sleep(time.Duration(i+1) * time.Second)
							return err
						})
					}
					return nil
				})
				got := []error{err}
				if joined, ok := err.(interface{ Unwrap() []error }); ok {
					got = joined.Unwrap()
				}
				if diff := cmp.Diff(texts(c.want), texts(got), cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("errors differ (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// slice is an error type that cannot be compared.
type slice []string

func (s slice) Error() string { return strings.Join(s, " ") }

func texts(errs []error) []string {
	var all []string
	for _, err := range errs {
		all = append(all, err.Error())
	}
	return all
}

// TestMisuse checks the panics that tell of misuse.
func TestMisuse(t *testing.T) {
	body := func(context.Context, *task.Group) error { return nil }
	var ended *task.Group
	task.Run(t.Context(), task.Options{}, func(_ context.Context, g *task.Group) error { ended = g; return nil })

	for want, do := range map[string]func(){
		"task: nil body":                     func() { task.Run(t.Context(), task.Options{}, nil) },
		"task: negative limit":               func() { task.Run(t.Context(), task.Options{Limit: -1}, body) },
		"task: nil function":                 func() { ended.Go(nil) },
		"task: Go called after Run returned": func() { ended.Go(func(context.Context) error { return nil }) },
	} {
		func() {
			defer func() {
				if got := recover(); got != any(want) {
					t.Errorf("panic with %v, want %q", got, want)
				}
			}()
			do()
		}()
	}
	if p := observe(func() error {
		return task.Run(t.Context(), task.Options{}, func(_ context.Context, g *task.Group) error { g.SetLimit(-1); return nil })
	}).panic; p == nil || p.Value != any("task: negative limit") {
		t.Errorf("SetLimit(-1) made Run end with %v", p)
	}
}
