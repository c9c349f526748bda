package lazy_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"baton/internal/schedule/orders"
	"baton/lazy"
	"baton/task"
	"baton/watch"
)

var (
	errDown = errors.New("server is down")
	errUser = errors.New("the user went away")
)

// get calls Get and turns a panic into an error.
func get(ctx context.Context, v *lazy.Value[int]) (x int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = r.(*task.PanicError)
		}
	}()
	return v.Get(ctx)
}

// A way is how the first initialisation ends, and what all who wait for it get.
type way struct {
	end    func(ctx context.Context, cancel func()) (int, error)
	before bool // the callers' context has ended before
	want   error
}

var contract = map[string]way{
	"ok":           {end: func(context.Context, func()) (int, error) { return 7, nil }},
	"error":        {end: func(context.Context, func()) (int, error) { return 3, errDown }, want: errDown},
	"panic":        {end: explode, want: errDown},
	"goexit":       {end: func(context.Context, func()) (int, error) { runtime.Goexit(); return 0, nil }, want: task.ErrGoexit},
	"ended before": {before: true, want: errUser},
	"ended during": {want: errUser, end: func(ctx context.Context, cancel func()) (int, error) {
		cancel()
		<-ctx.Done()
		return 0, context.Cause(ctx)
	}},
}

// explode is to be found in the stack of a panic.
//
//go:noinline
func explode(context.Context, func()) (int, error) { panic(errDown) }

// TestContract ends the first initialisation in each way, for one caller and for
// many. Only success is remembered.
func TestContract(t *testing.T) {
	for name, how := range contract {
		for _, callers := range []int{1, orders.Crowd} {
			t.Run(fmt.Sprint(name, callers), func(t *testing.T) {
				orders.Run(t, 20, func(t *testing.T) { how.test(t, callers) })
			})
		}
	}
}

func (w way) test(t *testing.T, callers int) {
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	if w.before {
		cancel(errUser)
	}
	var tries, running atomic.Int32
	v := lazy.New(func(ctx context.Context) (int, error) {
		running.Add(1)
		defer running.Add(-1)
		time.Sleep(time.Second)
		if tries.Add(1) == 1 && w.end != nil {
			return w.end(ctx, func() { cancel(errUser) })
		}
		return 7, nil
	})
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			x, err := get(ctx, v)
			if !errors.Is(err, w.want) || w.want == nil && x != 7 || w.want != nil && x != 0 || w.want == errUser && !errors.Is(err, context.Canceled) {
				t.Errorf("first: %d, %v", x, err)
			}
			var p *task.PanicError
			if errors.As(err, &p) && (p.Value != errDown || !strings.Contains(string(p.Stack), "lazy_test.explode(")) {
				t.Errorf("panicked with %v", p)
			}
		})
	}
	wg.Wait()
	time.Sleep(time.Second) // the end of who was abandoned
	if n := running.Load(); n != 0 {
		t.Errorf("%d initialisations run after the end", n)
	}
	if _, ok := v.Peek(); ok != (w.want == nil) {
		t.Errorf("there is a value: %v", ok)
	}
	for range 2 {
		if x, err := v.Get(t.Context()); x != 7 || err != nil {
			t.Errorf("then: %d, %v", x, err)
		}
	}
	want := int32(2)
	if w.want == nil || w.before {
		want = 1
	}
	if x, ok := v.Peek(); x != 7 || !ok || tries.Load() != want {
		t.Errorf("Peek: %d, %v after %d tries, want %d", x, ok, tries.Load(), want)
	}
}

func TestOneInitialisation(t *testing.T) {
	for _, procs := range []int{1, 2, 8} {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		synctest.Test(t, func(t *testing.T) {
			var runs atomic.Int32
			v := lazy.New(func(context.Context) (int, error) {
				time.Sleep(time.Second)
				return int(runs.Add(1)), nil
			})
			var wg sync.WaitGroup
			for range 1000 {
				wg.Go(func() {
					if x, err := v.Get(t.Context()); x != 1 || err != nil {
						t.Errorf("%d, %v", x, err)
					}
				})
			}
			wg.Wait()
		})
	}
}

func TestCallersLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := lazy.New(func(ctx context.Context) (int, error) {
			select {
			case <-time.After(3 * time.Second):
				return 7, nil
			case <-ctx.Done():
				return 0, context.Cause(ctx)
			}
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begin := time.Now()
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := v.Get(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != time.Second {
				t.Errorf("who leaves: %v after %v", err, time.Since(begin))
			}
		})
		synctest.Wait()
		if x, err := v.Get(t.Context()); x != 7 || err != nil || time.Since(begin) != 3*time.Second {
			t.Errorf("who stays: %d, %v after %v", x, err, time.Since(begin))
		}
		wg.Wait()
		if x, err := v.Get(ctx); x != 7 || err != nil {
			t.Errorf("what is there costs no wait, even with an ended context: %d, %v", x, err)
		}
	})
}

// TestReset resets a value that is there, and one that is being made.
func TestReset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runs := 0
		v := lazy.New(func(context.Context) (int, error) {
			runs++
			x := runs
			time.Sleep(time.Second)
			return x, nil
		})
		first := make(chan int)
		go func() {
			x, _ := v.Get(t.Context())
			first <- x
		}()
		synctest.Wait()
		v.Reset()
		if x, _ := v.Get(t.Context()); x != 2 {
			t.Errorf("after a reset on the way: %d", x)
		}
		if x := <-first; x != 1 {
			t.Errorf("who waited already: %d", x)
		}
		v.Reset()
		if _, ok := v.Peek(); ok {
			t.Error("there is a value after Reset")
		}
		if x, _ := v.Get(t.Context()); x != 3 {
			t.Errorf("after a reset: %d", x)
		}
	})
}

// TestNoStaleValue resets and gets from many goroutines. What was current before
// a Reset began must not be seen by a Get that begins after it.
func TestNoStaleValue(t *testing.T) {
	var source atomic.Int64
	v := lazy.New(func(context.Context) (int, error) { return int(source.Load()), nil })
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 5000 {
				oldest := source.Add(1)
				v.Reset()
				if x, err := v.Get(context.Background()); err != nil || int64(x) < oldest {
					t.Errorf("got %d, %v, which was replaced by %d", x, err, oldest)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestRecursion(t *testing.T) {
	var v, other *lazy.Value[int]
	other = lazy.New(func(ctx context.Context) (int, error) { return v.Get(ctx) })
	v = lazy.New(func(ctx context.Context) (int, error) { return other.Get(ctx) })
	if _, err := v.Get(t.Context()); !errors.Is(err, lazy.ErrRecursive) {
		t.Errorf("got %v", err)
	}
}

func TestNilFunction(t *testing.T) {
	defer func() {
		if r := recover(); r != "lazy: nil function" {
			t.Errorf("recovered %v", r)
		}
	}()
	lazy.New[int](nil)
}

func TestVisible(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := lazy.New(func(context.Context) (int, error) { time.Sleep(time.Minute); return 1, nil })
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() { v.Get(t.Context()) })
		}
		synctest.Wait()
		var found bool
		for _, n := range watch.Snapshot().All {
			found = found || n.Name == "lazy" && n.State["running"] == 1 && n.State["waiting"] == 2
		}
		if !found {
			t.Errorf("nodes:\n%v", watch.Snapshot())
		}
		wg.Wait()
	})
}
