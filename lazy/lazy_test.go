package lazy_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"baton/lazy"
	"baton/task"
	"baton/watch"
)

var errDown = errors.New("server is down")

// get calls Get and turns a panic into an error.
func get(ctx context.Context, v *lazy.Value[int]) (x int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = r.(*task.PanicError)
		}
	}()
	return v.Get(ctx)
}

// TestFailuresAreNotRemembered fails in each way first, and succeeds then.
func TestFailuresAreNotRemembered(t *testing.T) {
	for name, fail := range map[string]func() (int, error){
		"error":  func() (int, error) { return 3, errDown },
		"panic":  func() (int, error) { panic(errDown) },
		"goexit": func() (int, error) { runtime.Goexit(); return 0, nil },
	} {
		t.Run(name, func(t *testing.T) {
			tries := 0
			v := lazy.New(func(context.Context) (int, error) {
				if tries++; tries == 1 {
					return fail()
				}
				return 7, nil
			})
			x, err := get(t.Context(), v)
			want := errDown
			if name == "goexit" {
				want = task.ErrGoexit
			}
			if x != 0 || !errors.Is(err, want) {
				t.Errorf("first: %d, %v", x, err)
			}
			if _, ok := v.Peek(); ok {
				t.Error("there is a value after a failure")
			}
			for range 2 {
				if x, err := v.Get(t.Context()); x != 7 || err != nil {
					t.Errorf("then: %d, %v", x, err)
				}
			}
			if x, ok := v.Peek(); x != 7 || !ok || tries != 2 {
				t.Errorf("Peek: %d, %v after %d tries", x, ok, tries)
			}
		})
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
