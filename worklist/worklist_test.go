package worklist_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"baton/task"
	"baton/worklist"
)

// TestContract runs every outcome of a visit against every shape of list.
func TestContract(t *testing.T) {
	for name, c := range contract {
		t.Run(name, func(t *testing.T) { synctest.Test(t, c.test) })
	}
}

// The tree of a contractCase has 2^6-1 items; something happens in those of depth
// 3 from below, of which there are 8.
const (
	contractDepth = 6
	contractItems = 63
)

// An outcome is what happens in visits of items of depth 3.
type outcome struct {
	visit    func() error
	before   bool  // the context has ended before Run
	cause    error // cancels the context during the first such visit
	want     error // what the error is
	complete bool  // all items are visited, also without KeepGoing
	panics   bool  // Run panics
}

type contractCase struct {
	outcome
	opts worklist.Options
}

// contract calls yield for each case and its name.
func contract(yield func(name string, c contractCase) bool) {
	boom := errors.New("boom")
	outcomes := map[string]outcome{
		"ok":            {visit: func() error { return nil }, complete: true},
		"error":         {visit: func() error { return boom }, want: boom},
		"panic":         {visit: func() error { panic(boom) }, want: boom, panics: true},
		"goexit":        {visit: func() error { runtime.Goexit(); return nil }, want: task.ErrGoexit},
		"cancel before": {visit: func() error { return nil }, before: true, cause: io.EOF, want: io.EOF},
		"cancel during": {visit: func() error { return nil }, cause: io.EOF, want: io.EOF},
		"echo":          {visit: func() error { return fmt.Errorf("get: %w", context.Canceled) }, cause: io.EOF, want: io.EOF},
	}
	for name, o := range outcomes {
		for _, workers := range []int{1, 2, 7, 64} {
			for orderName, order := range orders {
				for _, policy := range []task.ErrorPolicy{task.CancelSiblings, task.KeepGoing} {
					name := fmt.Sprintf("%s/%d/%s/policy=%d", name, workers, orderName, policy)
					c := contractCase{o, worklist.Options{Workers: workers, Order: order, OnError: policy}}
					if !yield(name, c) {
						return
					}
				}
			}
		}
	}
}

func (c contractCase) test(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	if c.before {
		cancel(c.cause)
	}
	var visited, failed atomic.Int64
	var err error
	value := catch(func() {
		err = worklist.Run(ctx, c.opts, []int{contractDepth}, func(_ context.Context, n int, add func(...int)) error {
			visited.Add(1)
			time.Sleep(time.Millisecond)
			if n > 1 {
				add(n-1, n-1)
			}
			if n != 3 {
				return nil
			}
			failed.Add(1)
			if c.cause != nil {
				cancel(c.cause)
			}
			return c.visit()
		})
	})
	if c.panics {
		p, ok := value.(*task.PanicError)
		if !ok {
			t.Fatalf("Run panicked with %v", value)
		}
		err = p
	} else if value != nil {
		t.Fatalf("Run panicked with %v", value)
	}
	if !errors.Is(err, c.want) {
		t.Errorf("error is %v, want %v", err, c.want)
	}
	if c.cause != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("error %v is not context.Canceled", err)
	}
	complete := c.complete || c.opts.OnError == task.KeepGoing && !c.panics && c.cause == nil
	if n := visited.Load(); (n == contractItems) != complete {
		t.Errorf("%d of %d items were visited", n, contractItems)
	}
	if c.before && visited.Load() != 0 {
		t.Errorf("%d items were visited although the context had ended", visited.Load())
	}
	if c.opts.Workers == 1 && !complete && failed.Load() > 1 {
		t.Errorf("%d visits failed after the first failure", failed.Load()-1)
	}
}

func TestErrorsAreJoinedFirstFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		err := worklist.Run(t.Context(), worklist.Options{Workers: 4, OnError: task.KeepGoing}, []int{3, 1, 2},
			func(_ context.Context, n int, _ func(...int)) error {
				time.Sleep(time.Duration(n) * time.Second)
				return fmt.Errorf("item %d", n)
			})
		if got, want := fmt.Sprint(err), "item 1\nitem 2\nitem 3"; got != want {
			t.Errorf("error is %q, want %q", got, want)
		}
	})
}

func TestFirstErrorCancelsWithItselfAsCause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		boom, late := errors.New("boom"), errors.New("late")
		err := worklist.Run(t.Context(), worklist.Options{Workers: 4}, []int{0, 1, 2, 3},
			func(ctx context.Context, n int, _ func(...int)) error {
				if n == 0 {
					time.Sleep(time.Second)
					return boom
				}
				<-ctx.Done()
				time.Sleep(time.Duration(n) * time.Second)
				switch n {
				case 1:
					return fmt.Errorf("get: %w", ctx.Err()) // an echo
				case 2:
					return context.Cause(ctx) // an echo
				default:
					return late
				}
			})
		if got, want := fmt.Sprint(err), "boom\nlate"; got != want {
			t.Errorf("error is %q, want %q", got, want)
		}
	})
}

func TestContextEndKeepsErrorsInTheirPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		err := worklist.Run(ctx, worklist.Options{Workers: 2, OnError: task.KeepGoing}, []int{1, 20, 30, 40},
			func(ctx context.Context, n int, _ func(...int)) error {
				time.Sleep(time.Duration(n) * time.Second)
				return fmt.Errorf("item %d", n)
			})
		want := "item 1\ncut short with 1 waiting: context deadline exceeded\nitem 20\nitem 30"
		if got := fmt.Sprint(err); got != want {
			t.Errorf("error is %q, want %q", got, want)
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error is not DeadlineExceeded")
		}
	})
}

func TestEchoAloneIsTheContextsError(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	err := worklist.Run(ctx, worklist.Options{}, []int{1}, func(ctx context.Context, _ int, _ func(...int)) error {
		cancel(io.EOF)
		return fmt.Errorf("get: %w", ctx.Err())
	})
	if got, want := fmt.Sprint(err), "cut short: context canceled: EOF"; got != want {
		t.Errorf("error is %q, want %q", got, want)
	}
}

func TestCompleteListIgnoresContextEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	err := worklist.Run(ctx, worklist.Options{}, []int{1}, func(context.Context, int, func(...int)) error {
		cancel()
		return nil
	})
	if err != nil {
		t.Errorf("error is %v although every item was visited", err)
	}
}

func TestPanicsAreAllKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		value := catch(func() {
			_ = worklist.Run(t.Context(), worklist.Options{Workers: 3}, []int{0, 1, 2},
				func(ctx context.Context, n int, _ func(...int)) error {
					time.Sleep(time.Duration(n+1) * time.Second)
					explode(n)
					return nil
				})
		})
		p, ok := value.(*task.PanicError)
		if !ok {
			t.Fatalf("Run panicked with %T", value)
		}
		for n, one := range append([]*task.PanicError{p}, p.Others...) {
			if one.Value != bang(n) {
				t.Errorf("panic %d is %v, want that of item %d", n, one.Value, n)
			}
		}
		if len(p.Others) != 2 {
			t.Errorf("%d panics are kept beside the first, want 2", len(p.Others))
		}
		if !strings.Contains(string(p.Stack), "worklist_test.explode") {
			t.Errorf("stack does not show where the panic was:\n%s", p.Stack)
		}
	})
}

type bang int

func (b bang) Error() string { return fmt.Sprintf("bang %d", int(b)) }

func explode(n int) { panic(bang(n)) }

func TestPanicHoldsOriginalValue(t *testing.T) {
	opts := worklist.Options{Workers: 2}
	var inner any
	outer := catch(func() {
		_ = worklist.Run(t.Context(), opts, []int{1}, func(ctx context.Context, _ int, _ func(...int)) error {
			inner = catch(func() {
				_ = worklist.Run(ctx, opts, []int{1}, func(context.Context, int, func(...int)) error {
					panic("original")
				})
			})
			panic(inner)
		})
	})
	if p, ok := outer.(*task.PanicError); !ok || p.Value != "original" || outer != inner {
		t.Errorf("the nested list's panic came out as %v", outer)
	}
}

func TestMisusePanics(t *testing.T) {
	noop := func(context.Context, int, func(...int)) error { return nil }
	tests := map[string]struct {
		run  func()
		want string
	}{
		"nil visit": {
			func() { _ = worklist.Run[int](t.Context(), worklist.Options{}, nil, nil) },
			"worklist: nil visit",
		},
		"negative workers": {
			func() { _ = worklist.Run(t.Context(), worklist.Options{Workers: -1}, []int{1}, noop) },
			"worklist: negative Workers",
		},
		"add after Run": {
			func() {
				var late func(...int)
				_ = worklist.Run(t.Context(), worklist.Options{}, []int{1}, func(_ context.Context, _ int, add func(...int)) error {
					late = add
					return nil
				})
				late()
			},
			"worklist: add after visit returned",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := catch(test.run); got != test.want {
				t.Errorf("panics with %v, want %v", got, test.want)
			}
		})
	}
}

func TestLateAddPanicsDuringLaterVisits(t *testing.T) {
	for how, leave := range map[string]func() error{
		"return": func() error { return nil },
		"error":  func() error { return io.EOF },
		"goexit": func() error { runtime.Goexit(); return nil },
	} {
		t.Run(how, func(t *testing.T) {
			var first func(...int)
			var missed int
			_ = worklist.Run(t.Context(), worklist.Options{Workers: 1, OnError: task.KeepGoing}, make([]int, 20),
				func(_ context.Context, _ int, add func(...int)) error {
					if first == nil {
						first = add
						return leave()
					}
					if catch(func() { first() }) == nil {
						missed++
					}
					return nil
				})
			if missed > 0 {
				t.Errorf("%d late adds did not panic", missed)
			}
		})
	}
}

func TestNothingToDo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	opts := worklist.Options{Tune: func(context.Context, func(int)) error { return errors.New("called") }}
	err := worklist.Run(ctx, opts, nil, func(context.Context, int, func(...int)) error { return errors.New("called") })
	if err != nil {
		t.Error(err)
	}
}

func TestAddOfNothingAndReusedBuffer(t *testing.T) {
	var sum atomic.Int64
	err := worklist.Run(t.Context(), worklist.Options{Workers: 2}, []int{0}, func(_ context.Context, n int, add func(...int)) error {
		sum.Add(int64(n))
		add()
		add([]int(nil)...)
		if n == 0 {
			buf := make([]int, 1)
			for i := range 100 {
				buf[0] = i + 1
				add(buf...)
			}
		}
		return nil
	})
	if err != nil || sum.Load() != 5050 {
		t.Errorf("sum is %d, error %v", sum.Load(), err)
	}
}

func TestItemsCostNoAllocation(t *testing.T) {
	const depth, items = 15, 1<<15 - 1
	var children [depth][]int
	for n := 1; n < depth; n++ {
		children[n] = times(2, n-1)
	}
	for name, order := range orders {
		for _, workers := range []int{1, 2} {
			allocs := testing.AllocsPerRun(3, func() {
				opts := worklist.Options{Workers: workers, Order: order}
				_ = worklist.Run(t.Context(), opts, []int{depth - 1}, func(_ context.Context, n int, add func(...int)) error {
					add(children[n]...)
					return nil
				})
			})
			if allocs > items/100 {
				t.Errorf("%s first, %d workers: %v allocations for %d items", name, workers, allocs, items)
			}
		}
	}
}
