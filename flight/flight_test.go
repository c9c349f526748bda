package flight_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"baton/flight"
	"baton/internal/schedule/orders"
	"baton/task"
	"baton/watch"
)

var (
	errLoad = errors.New("no such page")
	errLeft = errors.New("the user went away")
)

// An ending is how a call of Do ended.
type ending struct {
	v        int
	shared   bool
	err      error
	panicked *task.PanicError
	exited   bool
	at       time.Duration // since the start of the test
}

// ask calls Do in a goroutine of its own and tells how it ended.
func ask(ctx context.Context, g *flight.Group[string, int], fn func(context.Context) (int, error)) <-chan ending {
	out := make(chan ending, 1)
	begin := time.Now()
	go func() {
		e := ending{exited: true}
		defer func() {
			if r := recover(); r != nil {
				e = ending{panicked: r.(*task.PanicError)}
			}
			e.at = time.Since(begin)
			out <- e
		}()
		e.v, e.shared, e.err = g.Do(ctx, "key", fn)
		e.exited = false
	}()
	return out
}

// after is a function that takes a while, unless its context ends.
func after(d time.Duration, end func() (int, error)) func(context.Context) (int, error) {
	return func(ctx context.Context) (int, error) {
		select {
		case <-time.After(d):
			return end()
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
}

// deaf is a function that takes a while, whatever its context says.
func deaf(d time.Duration, v int) func(context.Context) (int, error) {
	return func(context.Context) (int, error) { time.Sleep(d); return v, nil }
}

func seven() (int, error) { return 7, nil }

// TestEndings runs each way in which a function can end, with one caller and
// with several, who can leave or can't.
func TestEndings(t *testing.T) {
	endings := map[string]struct {
		end   func() (int, error)
		check func(e ending) bool
	}{
		"ok":    {seven, func(e ending) bool { return e.v == 7 && e.err == nil }},
		"error": {func() (int, error) { return 3, errLoad }, func(e ending) bool { return e.v == 3 && e.err == errLoad }},
		"panic": {func() (int, error) { panic(errLoad) }, func(e ending) bool {
			return e.panicked != nil && e.panicked.Value == errLoad &&
				strings.Contains(string(e.panicked.Stack), "TestEndings")
		}},
		"repanic": {func() (int, error) { panic(&task.PanicError{Value: 5}) }, func(e ending) bool {
			return e.panicked != nil && e.panicked.Value == 5
		}},
		"goexit": {func() (int, error) { runtime.Goexit(); return 0, nil }, func(e ending) bool { return e.err == task.ErrGoexit }},
	}
	for name, tc := range endings {
		for _, callers := range []int{1, 2, orders.Crowd} {
			for _, cancellable := range []bool{true, false} {
				t.Run(name, func(t *testing.T) {
					orders.Run(t, 20, func(t *testing.T) {
						ctx := context.Background()
						if cancellable {
							ctx = t.Context()
						}
						var g flight.Group[string, int]
						runs := 0
						var outs []<-chan ending
						for range callers {
							outs = append(outs, ask(ctx, &g, after(time.Second, func() (int, error) { runs++; return tc.end() })))
							time.Sleep(time.Nanosecond) // until it waits
						}
						for i, out := range outs {
							e := <-out
							if i == 0 && !cancellable && name == "goexit" {
								if !e.exited {
									t.Error("Goexit did not end the goroutine that ran the function")
								}
								continue
							}
							if !tc.check(e) {
								t.Fatalf("caller %d of %d: %+v", i, callers, e)
							}
							if e.err == nil && e.panicked == nil && e.shared != (callers > 1) {
								t.Errorf("shared is %v for %d callers", e.shared, callers)
							}
						}
						if runs != 1 {
							t.Errorf("%d executions", runs)
						}
						// The group is as good as new.
						if e := <-ask(ctx, &g, func(context.Context) (int, error) { return 8, nil }); e.v != 8 || e.shared {
							t.Errorf("afterwards: %+v", e)
						}
					})
				})
			}
		}
	}
}

func TestEndedContextStartsNothing(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errLeft)
	var g flight.Group[string, int]
	_, shared, err := g.Do(ctx, "key", func(context.Context) (int, error) { t.Error("started"); return 0, nil })
	if shared || !errors.Is(err, errLeft) || !errors.Is(err, context.Canceled) {
		t.Errorf("shared %v, error %v", shared, err)
	}
}

// TestFirstCallerLeaves has the first caller leave, and a second one lose
// nothing by it, neither time nor the values that the function sees.
func TestFirstCallerLeaves(t *testing.T) {
	type key struct{}
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[string, int]
		ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), key{}, 42), 220*time.Millisecond)
		defer cancel()
		first := ask(ctx, &g, func(ctx context.Context) (int, error) {
			if _, ok := ctx.Deadline(); ok {
				t.Error("the function has its first caller's deadline")
			}
			return after(300*time.Millisecond, func() (int, error) { return ctx.Value(key{}).(int), nil })(ctx)
		})
		synctest.Wait()
		second := ask(t.Context(), &g, deaf(0, 0))
		if e := <-first; e.at != 220*time.Millisecond || !errors.Is(e.err, context.DeadlineExceeded) {
			t.Errorf("first: %+v", e)
		}
		if e := <-second; e.at != 300*time.Millisecond || e.v != 42 || !e.shared {
			t.Errorf("second: %+v", e)
		}
	})
}

func TestLastCallerCancels(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[string, int]
		causes := make(chan error, 1)
		var outs []<-chan ending
		for i := range 3 {
			ctx, cancel := context.WithCancelCause(t.Context())
			time.AfterFunc(time.Duration(i+1)*time.Second, func() { cancel(errLeft) })
			outs = append(outs, ask(ctx, &g, func(ctx context.Context) (int, error) {
				<-ctx.Done()
				causes <- context.Cause(ctx)
				return 0, ctx.Err()
			}))
			synctest.Wait()
		}
		for i, out := range outs {
			if i == 2 && len(causes) > 0 {
				t.Error("cancelled before the last caller left")
			}
			if e := <-out; e.at != time.Duration(i+1)*time.Second || !errors.Is(e.err, errLeft) || !errors.Is(e.err, context.Canceled) {
				t.Errorf("caller %d: %+v", i, e)
			}
		}
		g.Wait(t.Context())
		if cause := <-causes; cause != errLeft {
			t.Errorf("cause %v", cause)
		}
	})
}

// TestNoOverlap abandons a function that goes on regardless, and asks again.
func TestNoOverlap(t *testing.T) {
	for _, forget := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			var g flight.Group[string, int]
			ctx, cancel := context.WithCancel(t.Context())
			first := ask(ctx, &g, deaf(10*time.Second, 1))
			synctest.Wait()
			if forget {
				g.Forget("key")
			} else {
				cancel()
				<-first
			}
			impatient, stop := context.WithTimeout(t.Context(), time.Second)
			defer stop()
			left := ask(impatient, &g, deaf(0, 2))
			var outs []<-chan ending
			var runs atomic.Int32
			for range 10 {
				outs = append(outs, ask(t.Context(), &g, func(ctx context.Context) (int, error) {
					runs.Add(1)
					return deaf(5*time.Second, 3)(ctx)
				}))
			}
			if e := <-left; e.at != time.Second || !errors.Is(e.err, context.DeadlineExceeded) {
				t.Errorf("one who does not wait: %+v", e)
			}
			for _, out := range outs {
				if e := <-out; e.v != 3 || e.at != 15*time.Second {
					t.Errorf("the next: %+v", e)
				}
			}
			if runs.Load() != 1 {
				t.Errorf("%d executions for those who waited", runs.Load())
			}
			if forget {
				if e := <-first; e.v != 1 || e.at != 10*time.Second {
					t.Errorf("one whose key was forgotten: %+v", e)
				}
			}
			cancel()
		})
	}
}

func TestForgetAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[string, int]
		g.ForgetAll()
		first := ask(t.Context(), &g, deaf(time.Second, 1))
		synctest.Wait()
		g.ForgetAll()
		second := ask(t.Context(), &g, deaf(time.Second, 2))
		if e := <-first; e.v != 1 || e.shared {
			t.Errorf("first: %+v", e)
		}
		if e := <-second; e.v != 2 || e.at != 2*time.Second {
			t.Errorf("second: %+v", e)
		}
	})
}

func TestKeysAreIndependent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[int, int]
		begin := time.Now()
		var wg sync.WaitGroup
		for key := range 256 {
			wg.Go(func() {
				if v, _, _ := g.Do(t.Context(), key, deaf(time.Second, key)); v != key {
					t.Errorf("key %d: %d", key, v)
				}
			})
		}
		wg.Wait()
		if took := time.Since(begin); took != time.Second {
			t.Errorf("took %v", took)
		}
	})
}

func TestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[string, int]
		if err := g.Wait(t.Context()); err != nil {
			t.Error(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		out := ask(ctx, &g, deaf(time.Minute, 1))
		synctest.Wait()
		cancel()
		<-out
		short, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		if err := g.Wait(short); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("impatient: %v", err)
		}
		begin := time.Now()
		if err := g.Wait(t.Context()); err != nil || time.Since(begin) != 59*time.Second {
			t.Errorf("patient: %v after %v", err, time.Since(begin))
		}
	})
}

func TestNilFunction(t *testing.T) {
	var g flight.Group[string, int]
	for what, do := range map[string]func(){
		"Do":    func() { g.Do(t.Context(), "key", nil) },
		"DoKey": func() { g.DoKey(t.Context(), "key", nil) },
	} {
		t.Run(what, func(t *testing.T) {
			defer func() {
				if r := recover(); r != "flight: nil function" {
					t.Errorf("recovered %v", r)
				}
			}()
			do()
		})
	}
}

// TestDoKey has one function run for several keys, in the caller's goroutine and in
// one of its own, between executions of functions that Do has got.
func TestDoKey(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for _, ctx := range []context.Context{context.Background(), ctx} {
		var g flight.Group[int, int]
		for key := range 4 {
			v, shared, err := g.DoKey(ctx, key, func(_ context.Context, key int) (int, error) { return 10 * key, nil })
			if v != 10*key || shared || err != nil {
				t.Errorf("key %d: got %d, %v, %v", key, v, shared, err)
			}
			if v, _, err = g.Do(ctx, key, func(context.Context) (int, error) { return key, nil }); v != key || err != nil {
				t.Errorf("key %d: Do got %d, %v", key, v, err)
			}
		}
	}
}

// TestVisible looks at an execution that several wait for, and at one that all
// have left.
func TestVisible(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := flight.Group[string, int]{Name: "pages"}
		ctx, cancel := context.WithCancel(t.Context())
		a := ask(ctx, &g, deaf(time.Minute, 1))
		synctest.Wait()
		b := ask(ctx, &g, deaf(time.Minute, 1))
		synctest.Wait()
		if n := node(); n == nil || n.State["running"] != 1 || n.State["waiting"] != 2 {
			t.Errorf("shared: %+v", n)
		}
		cancel()
		<-a
		<-b
		if n := node(); n == nil || n.State["running"] != 1 || n.State["waiting"] != 0 {
			t.Errorf("abandoned: %+v", n)
		}
		g.Wait(t.Context())
		synctest.Wait()
		if n := node(); n != nil {
			t.Errorf("after the end: %+v", n)
		}
	})
}

func node() *watch.Node {
	for _, n := range watch.Snapshot().All {
		if n.Kind == "flight" && n.Name == "pages" {
			return n
		}
	}
	return nil
}
