package pipe_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/pipe"
	"baton/task"
)

// clock yields the numbers of gaps, each after its gap.
func clock(gaps ...time.Duration) pipe.Seq[int] {
	return func(yield func(int, error) bool) {
		for i, gap := range gaps {
			time.Sleep(gap)
			if !yield(i, nil) {
				return
			}
		}
	}
}

func TestBatchByTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const s = time.Second
		begin := time.Now()
		type batch struct {
			At    time.Duration
			Items []int
		}
		var got []batch
		for items, err := range pipe.Batch(t.Context(), clock(0, 1*s, 9*s, 0, 0, 0, 20*s), 3, 5*s) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, batch{time.Since(begin), items})
		}
		want := []batch{
			{5 * s, []int{0, 1}},     // the first has waited long enough
			{10 * s, []int{2, 3, 4}}, // full
			{15 * s, []int{5}},
			{30 * s, []int{6}}, // the end
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

// TestBatchError has items before an error come out before it, by size and by time.
func TestBatchError(t *testing.T) {
	for _, wait := range []time.Duration{0, time.Second} {
		synctest.Test(t, func(t *testing.T) {
			src := func(yield func(int, error) bool) { _ = yield(1, nil) && yield(0, errItem) && yield(2, nil) }
			var got []int
			for items, err := range pipe.Batch(t.Context(), src, 2, wait) {
				if err != nil {
					items = []int{-1}
				}
				got = append(got, items...)
			}
			if diff := cmp.Diff([]int{1, -1, 2}, got); diff != "" {
				t.Errorf("wait %v: %s", wait, diff)
			}
			for _, err := range pipe.Batch(t.Context(), clock(0, 0, 0), 2, wait) {
				if err != nil {
					t.Error(err)
				}
				break
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			_, err := pipe.Collect(pipe.Batch(ctx, pipe.FromChan(ctx, make(chan int)), 2, wait))
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("wait %v: %v", wait, err)
			}
		})
	}
}

func TestThrottle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		var got []time.Duration
		for i := range pipe.Throttle(t.Context(), count(7), time.Second, 3) {
			got = append(got, time.Since(begin))
			if i == 4 {
				time.Sleep(10 * time.Second) // the burst fills up again, and not more
			}
		}
		s := time.Second
		if diff := cmp.Diff([]time.Duration{0, 0, 0, s, 2 * s, 12 * s, 12 * s}, got); diff != "" {
			t.Error(diff)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		items, err := pipe.Collect(pipe.Throttle(ctx, count(7), time.Hour, 2))
		if len(items) != 2 || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v, %v", items, err)
		}
	})
}

func TestRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		errFatal := errors.New("no such user")
		calls := 0
		fn := func(_ context.Context, succeedAt int) (int, error) {
			if calls++; succeedAt == 0 {
				return 0, errFatal
			} else if calls < succeedAt {
				return 0, errItem
			}
			return 42, nil
		}
		opts := pipe.RetryOptions{Attempts: 5, Delay: time.Second, MaxDelay: 3 * time.Second, Fatal: func(err error) bool { return err == errFatal }}
		for _, tc := range []struct {
			succeedAt, calls int
			err              error
			longest          time.Duration
		}{
			{1, 1, nil, 0},
			{3, 3, nil, 3 * time.Second},
			{9, 5, errItem, 9 * time.Second}, // 1 + 2 + 3 + 3
			{0, 1, errFatal, 0},
		} {
			begin := time.Now()
			calls = 0
			v, err := pipe.Retry(opts, fn)(t.Context(), tc.succeedAt)
			took := time.Since(begin)
			if calls != tc.calls || !errors.Is(err, tc.err) || err == nil && v != 42 || took > tc.longest || took < tc.longest/2 {
				t.Errorf("success at %d: %d, %v after %d calls and %v", tc.succeedAt, v, err, calls, took)
			}
		}
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second/4, errUser)
		defer cancel()
		if _, err := pipe.Retry(opts, fn)(ctx, 9); !errors.Is(err, errUser) || !errors.Is(err, errItem) {
			t.Errorf("cancelled: %v", err)
		}
	})
}

func TestMerge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const s = time.Second
		src := pipe.Merge(t.Context(), clock(1*s, 4*s), clock(2*s, 1*s), pipe.Of[int]())
		begin := time.Now()
		var at []time.Duration
		for _, err := range src {
			if err != nil {
				t.Fatal(err)
			}
			at = append(at, time.Since(begin))
		}
		if diff := cmp.Diff([]time.Duration{1 * s, 2 * s, 3 * s, 5 * s}, at); diff != "" {
			t.Error(diff)
		}
		if e := observe(pipe.Merge[int](t.Context()), nil); e.items != nil || e.errs != nil {
			t.Errorf("of nothing: %+v", e)
		}
		boom := func(func(int, error) bool) { panic(errItem) }
		if e := observe(pipe.Merge(t.Context(), boom, pipe.FromChan(t.Context(), make(chan int))), nil); e.panicked == nil || e.panicked.Value != errItem {
			t.Errorf("panic: %+v", e)
		}
	})
}

func TestBufferRunsAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		made := 0
		src := func(yield func(int, error) bool) {
			for yield(made, nil) {
				made++
			}
		}
		for range pipe.Buffer(t.Context(), src, 5) {
			synctest.Wait()
			if made != 5 && made != 6 {
				t.Errorf("%d items made ahead of the first", made)
			}
			break
		}
	})
}

func TestTee(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var made atomic.Int32
		src := func(yield func(int, error) bool) {
			for ; made.Load() < 100; made.Add(1) {
				if !yield(int(made.Load()), nil) {
					return
				}
			}
			yield(0, errItem)
		}
		var wg sync.WaitGroup
		for i, branch := range pipe.Tee(t.Context(), src, 3, 4) {
			wg.Go(func() {
				e := observe(branch, func(n int) bool {
					switch i {
					case 0:
						return n < 10 // leaves, and holds nobody up
					case 1:
						time.Sleep(time.Second) // the others wait for it
						if made := int(made.Load()); made > n+6 {
							t.Errorf("%d items made, of which one sequence has %d", made, n)
						}
					}
					return true
				})
				if i == 0 {
					if len(e.items) != 10 || e.errs != nil {
						t.Errorf("the first: %+v", e)
					}
				} else if len(e.items) != 100 || !slices.IsSorted(e.items) || len(e.errs) != 1 || e.errs[0] != errItem {
					t.Errorf("%d: %+v", i, e)
				}
			})
		}
		wg.Wait()
	})
}

// TestTeeEndings stops the source by leaving all sequences, ends the context of
// one that waits for another, and has the source panic.
func TestTeeEndings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stopped := false
		endless := func(yield func(int, error) bool) {
			for yield(1, nil) {
			}
			stopped = true
		}
		branches := pipe.Tee(t.Context(), endless, 2, 1)
		for _, branch := range branches {
			observe(branch, func(int) bool { return false })
		}
		if !stopped {
			t.Error("the source runs on")
		}

		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		branches = pipe.Tee(ctx, endless, 2, 3)
		if e := observe(branches[0], nil); len(e.items) != 3 || len(e.errs) != 1 || !errors.Is(e.errs[0], context.DeadlineExceeded) {
			t.Errorf("beside one that nobody reads: %+v", e)
		}
		observe(branches[1], nil)

		branches = pipe.Tee(t.Context(), func(func(int, error) bool) { panic(errItem) }, 2, 3)
		for i, branch := range branches {
			if e := observe(branch, nil); e.panicked == nil || e.panicked.Value != errItem {
				t.Errorf("%d: %+v", i, e)
			}
		}
	})
}

func TestFlatMapError(t *testing.T) {
	inner := func(_ context.Context, i int) pipe.Seq[int] {
		return func(yield func(int, error) bool) { _ = yield(i, nil) && yield(0, errItem) && yield(i, nil) }
	}
	for _, workers := range []int{1, 3} {
		for _, policy := range []task.ErrorPolicy{task.CancelSiblings, task.KeepGoing} {
			e := observe(pipe.FlatMap(t.Context(), count(3), pipe.Options{Workers: workers, OnError: policy}, inner), nil)
			if policy == task.KeepGoing && (len(e.items) != 6 || len(e.errs) != 3) || policy != task.KeepGoing && (len(e.items) != 1 || len(e.errs) != 1) {
				t.Errorf("workers %d, policy %d: %+v", workers, policy, e)
			}
		}
	}
}
