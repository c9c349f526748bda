package pipe_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/internal/goroutines"
	"baton/pipe"
	"baton/task"
	"baton/watch"
)

var (
	errItem = errors.New("bad item")
	errUser = errors.New("the user went away")
)

// An ending is how ranging over a sequence ended.
type ending struct {
	items    []int
	errs     []error
	panicked *task.PanicError
	exited   bool
}

// observe ranges over src in a goroutine of its own, until body returns false.
func observe(src pipe.Seq[int], body func(n int) bool) ending {
	out := make(chan ending)
	go func() {
		e := ending{exited: true}
		defer func() {
			if r := recover(); r != nil {
				e.panicked, e.exited = task.Recovered(r), false
			}
			out <- e
		}()
		for item, err := range src {
			if err != nil {
				e.errs = append(e.errs, err)
			} else {
				e.items = append(e.items, item)
			}
			if body != nil && !body(len(e.items)) {
				break
			}
		}
		e.exited = false
	}()
	return <-out
}

// shapes are the options under which a stage is tested.
func shapes() map[string]pipe.Options {
	all := make(map[string]pipe.Options)
	for _, workers := range []int{0, 1, 2, 8} {
		for _, buffer := range []int{0, 1, 3} {
			for _, unordered := range []bool{false, true} {
				for _, keepGoing := range []bool{false, true} {
					opts := pipe.Options{Workers: workers, Buffer: buffer, Unordered: unordered}
					if keepGoing {
						opts.OnError = task.KeepGoing
					}
					all[fmt.Sprintf("workers=%d,buffer=%d,unordered=%v,keepGoing=%v", workers, buffer, unordered, keepGoing)] = opts
				}
			}
		}
	}
	return all
}

func forShapes(t *testing.T, test func(t *testing.T, opts pipe.Options)) {
	for _, procs := range []int{1, 2, 8} {
		for name, opts := range shapes() {
			t.Run(fmt.Sprintf("procs=%d,%s", procs, name), func(t *testing.T) {
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
				synctest.Test(t, func(t *testing.T) { test(t, opts) })
			})
		}
	}
}

// TestEarlyEnd leaves an endless pipeline in each way; the bubble fails if a
// goroutine stays.
func TestEarlyEnd(t *testing.T) {
	for name, body := range map[string]func(cancel func(), n int) bool{
		"break":  func(_ func(), n int) bool { return n < 100 },
		"first":  func(func(), int) bool { return false },
		"panic":  func(_ func(), n int) bool { panic(errItem) },
		"goexit": func(_ func(), n int) bool { runtime.Goexit(); return true },
		"cancel": func(cancel func(), n int) bool {
			if n == 50 {
				cancel()
			}
			return true
		},
		"slow": func(_ func(), n int) bool { time.Sleep(time.Second); return n < 20 },
	} {
		t.Run(name, func(t *testing.T) {
			forShapes(t, func(t *testing.T, opts pipe.Options) {
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				var src pipe.Seq[int] = func(yield func(int, error) bool) {
					for i := 0; yield(i, nil); i++ {
					}
				}
				for range 2 {
					src = pipe.Map(ctx, src, opts, double)
				}
				src = pipe.Buffer(ctx, src, 3)
				src = pipe.Filter(ctx, src, opts, func(_ context.Context, i int) (bool, error) { return i%8 == 0, nil })
				e := observe(src, func(n int) bool { return body(func() { cancel(errUser) }, n) })
				switch {
				case name == "panic" && (e.panicked == nil || e.panicked.Value != errItem):
					t.Errorf("ended with %+v", e)
				case name == "goexit" && !e.exited:
					t.Errorf("ended with %+v", e)
				case name == "cancel":
					last := e.errs[len(e.errs)-1]
					if !errors.Is(last, errUser) || !errors.Is(last, context.Canceled) {
						t.Errorf("errors %v", e.errs)
					}
				}
			})
		})
	}
}

// TestBreakWhileSourceWaits leaves the loop while the source waits for an item
// that never comes.
func TestBreakWhileSourceWaits(t *testing.T) {
	type key struct{}
	for _, otherContext := range []bool{false, true} {
		forShapes(t, func(t *testing.T, opts pipe.Options) {
			ctx := t.Context()
			if otherContext {
				ctx = context.WithValue(ctx, key{}, 1)
			}
			ch := make(chan int, 3)
			ch <- 1
			ch <- 2
			src := pipe.FromChan(ctx, ch)
			src = pipe.Map(ctx, src, pipe.Options{}, double)
			src = pipe.Throttle(ctx, src, time.Hour, 2)
			src = pipe.Merge(ctx, src)
			src = pipe.Map(t.Context(), src, opts, double)
			src = pipe.Buffer(t.Context(), src, 2)
			if e := observe(src, func(n int) bool { return n < 2 }); len(e.items) != 2 || e.errs != nil {
				t.Errorf("ended with %+v", e)
			}
		})
	}
}

// TestContextEndsWhileBusy has all workers wait for their context.
func TestContextEndsWhileBusy(t *testing.T) {
	forShapes(t, func(t *testing.T, opts pipe.Options) {
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Minute, errUser)
		defer cancel()
		e := observe(pipe.Map(ctx, count(10), opts, func(ctx context.Context, i int) (int, error) {
			<-ctx.Done()
			return 0, context.Cause(ctx)
		}), nil)
		if len(e.items) != 0 || len(e.errs) == 0 || !errors.Is(e.errs[0], errUser) {
			t.Errorf("ended with %+v", e)
		}
	})
}

// TestStuckItem checks that results don't run further ahead of a slow one than
// the buffer allows, and that no item waits behind it while a worker is idle.
func TestStuckItem(t *testing.T) {
	for _, unordered := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			opts := pipe.Options{Workers: 4, Buffer: 16, Unordered: unordered}
			var done atomic.Int32
			var consumed int
			for i, err := range pipe.Map(t.Context(), count(100), opts, func(_ context.Context, i int) (int, error) {
				if i == 20 {
					time.Sleep(time.Hour)
				}
				done.Add(1)
				return i, nil
			}) {
				if err != nil {
					t.Fatal(err)
				}
				consumed++
				if !unordered && i == 19 {
					time.Sleep(time.Minute)
					if got := done.Load(); got > 20+16 || got < 20+10 {
						t.Errorf("%d items done with a window of 16 behind item 20", got)
					}
				}
				if unordered && consumed == 99 && i == 20 {
					t.Error("the slow item held another up")
				}
			}
			if consumed != 100 {
				t.Errorf("%d items", consumed)
			}
		})
	}
}

func TestFusedStagesUseNoGoroutine(t *testing.T) {
	ctx := t.Context()
	src := pipe.Map(ctx, count(10), pipe.Options{}, double)
	src = pipe.Filter(ctx, src, pipe.Options{Workers: 1}, func(context.Context, int) (bool, error) { return true, nil })
	src = pipe.FlatMap(ctx, src, pipe.Options{}, func(_ context.Context, i int) pipe.Seq[int] { return pipe.Of(i, i) })
	src = pipe.Throttle(ctx, src, 0, 1)
	n := 0
	for range pipe.Batch(ctx, src, 3, 0) {
		for _, e := range goroutines.All(t) { // those of other tests may still be ending
			if strings.Contains(e.Stack, "baton/pipe.") && !strings.Contains(e.Stack, "TestFusedStagesUseNoGoroutine") {
				t.Fatalf("a goroutine is at\n%s", e.Stack)
			}
		}
		n++
	}
	if n != 7 {
		t.Errorf("%d batches", n)
	}
}

func TestNoAllocationPerItem(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	for _, unordered := range []bool{false, true} {
		opts := pipe.Options{Workers: 4, Unordered: unordered}
		run := func(n int) float64 {
			return testing.AllocsPerRun(5, func() {
				for range pipe.Map(context.Background(), count(n), opts, double) {
				}
			})
		}
		if few, lots := run(1000), run(101_000); lots-few > 100 {
			t.Errorf("%v allocations for 100,000 items more", lots-few)
		}
	}
}

func TestVisible(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen := false
		for i := range pipe.Map(t.Context(), count(100), pipe.Options{Name: "double", Workers: 4}, double) {
			if i != 10 {
				continue
			}
			synctest.Wait()
			for _, n := range watch.Snapshot().All {
				if n.Kind == "pipe" && n.Name == "double" {
					seen = n.In >= 6 && n.In <= 100 && n.Limit == 4 && n.QueueCap == 256 && n.State["waiting"]+n.State["working"] == 4
					if !seen {
						t.Errorf("%+v", n)
					}
				}
			}
		}
		if !seen {
			t.Error("no node")
		}
	})
}

func TestMisuse(t *testing.T) {
	ctx := context.Background()
	for want, misuse := range map[string]func(){
		"pipe: negative number of workers":  func() { pipe.Map(ctx, count(1), pipe.Options{Workers: -1}, double) },
		"pipe: negative buffer":             func() { pipe.Map(ctx, count(1), pipe.Options{Buffer: -1}, double) },
		"pipe: batch size below 1":          func() { pipe.Batch(ctx, count(1), 0, 0) },
		"pipe: negative wait":               func() { pipe.Batch(ctx, count(1), 1, -1) },
		"pipe: buffer below 1":              func() { pipe.Buffer(ctx, count(1), 0) },
		"pipe: burst below 1":               func() { pipe.Throttle(ctx, count(1), 0, 0) },
		"pipe: negative interval":           func() { pipe.Throttle(ctx, count(1), -1, 1) },
		"pipe: number of sequences below 1": func() { pipe.Tee(ctx, count(1), 0, 1) },
		"pipe: negative retry option":       func() { pipe.Retry(pipe.RetryOptions{Attempts: -1}, double) },
	} {
		func() {
			defer func() {
				if r := recover(); r != want {
					t.Errorf("recovered %v, want %s", r, want)
				}
			}()
			misuse()
		}()
	}
}

// TestContractMisuse gives each stage no source, and no function.
func TestContractMisuse(t *testing.T) {
	misuse := func(what, want string, use func() pipe.Seq[int]) {
		defer func() {
			if r := recover(); r != want {
				t.Errorf("%s: recovered %v, want %s", what, r, want)
			}
		}()
		use()(func(int, error) bool { return true })
	}
	for s := range stages {
		if !s.channel {
			misuse(s.name, "pipe: nil sequence", func() pipe.Seq[int] { return s.build(t.Context(), nil, double) })
		}
	}
	ctx, src := t.Context(), pipe.Of(1)
	for what, use := range map[string]func() pipe.Seq[int]{
		"Map":     func() pipe.Seq[int] { return pipe.Map[int, int](ctx, src, pipe.Options{}, nil) },
		"Filter":  func() pipe.Seq[int] { return pipe.Filter(ctx, src, pipe.Options{}, nil) },
		"FlatMap": func() pipe.Seq[int] { return pipe.FlatMap[int, int](ctx, src, pipe.Options{}, nil) },
		"Retry":   func() pipe.Seq[int] { pipe.Retry[int, int](pipe.RetryOptions{}, nil); return nil },
		"ForEach": func() pipe.Seq[int] { pipe.ForEach(ctx, src, pipe.Options{}, nil); return nil },
		"Reduce":  func() pipe.Seq[int] { pipe.Reduce[int, int](src, 0, nil); return nil },
	} {
		misuse(what, "pipe: nil function", use)
	}
	misuse("From", "pipe: nil sequence", func() pipe.Seq[int] { return pipe.From[int](nil) })
}

func TestSinks(t *testing.T) {
	ctx := t.Context()
	failing := func(yield func(int, error) bool) {
		_ = yield(1, nil) && yield(2, nil) && yield(0, errItem) && yield(3, nil)
	}
	items, err := pipe.Collect(failing)
	if diff := cmp.Diff([]int{1, 2}, items); diff != "" || err != errItem {
		t.Errorf("Collect: %v %s", err, diff)
	}
	sum, err := pipe.Reduce(failing, 10, func(a, b int) (int, error) { return a + b, nil })
	if sum != 13 || err != errItem {
		t.Errorf("Reduce: %d, %v", sum, err)
	}
	sum, err = pipe.Reduce(pipe.Of(1, 2, 3), 0, func(a, b int) (int, error) {
		if b == 3 {
			return 0, errUser
		}
		return a + b, nil
	})
	if sum != 3 || err != errUser {
		t.Errorf("Reduce with a failing function: %d, %v", sum, err)
	}
	for _, workers := range []int{1, 4} {
		var calls atomic.Int32
		odd := func(_ context.Context, i int) error {
			calls.Add(1)
			if i%2 == 1 {
				return fmt.Errorf("%d is odd", i)
			}
			return nil
		}
		err := pipe.ForEach(ctx, count(10), pipe.Options{Workers: workers, OnError: task.KeepGoing}, odd)
		if calls.Load() != 10 || err == nil || strings.Count(err.Error(), "odd") != 5 {
			t.Errorf("%d workers: %v after %d calls", workers, err, calls.Load())
		}
		if err := pipe.ForEach(ctx, count(10), pipe.Options{Workers: workers}, odd); err == nil || strings.Count(err.Error(), "odd") != 1 {
			t.Errorf("%d workers: %v", workers, err)
		}
		if err := pipe.ForEach(ctx, pipe.Of[int](), pipe.Options{Workers: workers}, odd); err != nil {
			t.Errorf("%d workers, nothing to do: %v", workers, err)
		}
	}
}
