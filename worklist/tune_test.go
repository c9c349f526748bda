package worklist_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"baton/task"
	"baton/worklist"
)

// TestTuneChangesTheNumberOfWorkers sets a number every two seconds and looks how
// many visits, of one second each, run before the next one. The odd milliseconds
// keep that look away from the moments at which one visit follows another.
func TestTuneChangesTheNumberOfWorkers(t *testing.T) {
	for name, order := range orders {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				schedule := []int{4, 1, 8, 8, 2, 64, 3, 1}
				var now, total atomic.Int64
				opts := worklist.Options{Workers: 2, Order: order}
				opts.Tune = func(_ context.Context, set func(int)) error {
					time.Sleep(500 * time.Millisecond)
					for _, n := range schedule {
						set(n)
						time.Sleep(2010 * time.Millisecond)
						if got := now.Load(); got != int64(n) {
							t.Errorf("after set(%d), %d items are being visited", n, got)
						}
					}
					return nil
				}
				err := worklist.Run(t.Context(), opts, times(300, 1), func(_ context.Context, n int, add func(...int)) error {
					now.Add(1)
					total.Add(1)
					if n > 0 {
						add(0)
					}
					time.Sleep(time.Second)
					now.Add(-1)
					return nil
				})
				if err != nil || total.Load() != 600 {
					t.Errorf("%d visits, error %v", total.Load(), err)
				}
			})
		})
	}
}

// TestGrowingFindsItemsOfLongVisits sets a larger number while the only worker is
// in a visit that added items and goes on for an hour.
func TestGrowingFindsItemsOfLongVisits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		opts := worklist.Options{Workers: 1, Tune: func(_ context.Context, set func(int)) error {
			time.Sleep(time.Second)
			set(2)
			return nil
		}}
		err := worklist.Run(t.Context(), opts, []int{2}, func(_ context.Context, n int, add func(...int)) error {
			if n == 2 {
				add(1, 1, 1)
				time.Sleep(time.Hour)
			} else if d := time.Since(start); d != time.Second {
				t.Errorf("an item was visited after %v", d)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// TestItemsOutliveTheirWorker has workers leave and come back all the time in a
// list that never has more than two items: if one of those is left with nobody to
// visit it, the bubble reports a deadlock.
func TestItemsOutliveTheirWorker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var visits atomic.Int64
		opts := worklist.Options{Workers: 3, Tune: func(_ context.Context, set func(int)) error {
			for i := range 200 {
				set(1 + i%3)
				time.Sleep(time.Second)
			}
			return nil
		}}
		err := worklist.Run(t.Context(), opts, []int{300}, func(_ context.Context, n int, add func(...int)) error {
			if visits.Add(1); n > 1 {
				time.Sleep(300 * time.Millisecond)
				add(n - 1)
				time.Sleep(300 * time.Millisecond)
			}
			return nil
		})
		if err != nil || visits.Load() != 300 {
			t.Errorf("%d visits, error %v", visits.Load(), err)
		}
	})
}

func TestTuneOutcomes(t *testing.T) {
	boom := errors.New("boom")
	tests := map[string]struct {
		tune     func(ctx context.Context, set func(int)) error
		want     error
		complete bool // all items are visited, also without KeepGoing
		panics   bool // so that none is, even with it
	}{
		"nil at once":      {tune: func(context.Context, func(int)) error { return nil }, complete: true},
		"nil at the end":   {tune: func(ctx context.Context, _ func(int)) error { <-ctx.Done(); return nil }, complete: true},
		"ctx.Err":          {tune: func(ctx context.Context, _ func(int)) error { <-ctx.Done(); return ctx.Err() }, complete: true},
		"error":            {tune: func(context.Context, func(int)) error { return boom }, want: boom},
		"error at the end": {tune: func(ctx context.Context, _ func(int)) error { <-ctx.Done(); return boom }, want: boom, complete: true},
		"goexit":           {tune: func(context.Context, func(int)) error { runtime.Goexit(); return nil }, want: task.ErrGoexit},
		"panic":            {tune: func(context.Context, func(int)) error { panic(boom) }, want: boom, panics: true},
		"set(0)":           {tune: func(_ context.Context, set func(int)) error { set(0); return nil }, panics: true},
		"set(-1)":          {tune: func(_ context.Context, set func(int)) error { set(-1); return nil }, panics: true},
	}
	for name, test := range tests {
		for _, policy := range []task.ErrorPolicy{task.CancelSiblings, task.KeepGoing} {
			t.Run(fmt.Sprintf("%s/policy=%d", name, policy), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var visits atomic.Int64
					opts := worklist.Options{Workers: 2, OnError: policy, Tune: test.tune}
					var err error
					value := catch(func() {
						err = worklist.Run(t.Context(), opts, times(10, 0), func(context.Context, int, func(...int)) error {
							visits.Add(1)
							time.Sleep(time.Second)
							return nil
						})
					})
					if test.panics {
						p, ok := value.(*task.PanicError)
						if !ok {
							t.Fatalf("Run panicked with %v", value)
						}
						err = p.Unwrap()
					}
					if !errors.Is(err, test.want) {
						t.Errorf("error is %v, want %v", err, test.want)
					}
					complete := test.complete || policy == task.KeepGoing && !test.panics
					if n := visits.Load(); (n == 10) != complete {
						t.Errorf("%d of 10 items were visited", n)
					}
				})
			})
		}
	}
}

func TestSetAfterTunePanics(t *testing.T) {
	var late func(int)
	opts := worklist.Options{Tune: func(_ context.Context, set func(int)) error {
		late = set
		return nil
	}}
	_ = worklist.Run(t.Context(), opts, []int{1}, func(context.Context, int, func(...int)) error { return nil })
	if got, want := catch(func() { late(1) }), "worklist: set after Tune returned"; got != want {
		t.Errorf("panics with %v, want %v", got, want)
	}
}

func TestTuneIsJoined(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		opts := worklist.Options{Tune: func(ctx context.Context, set func(int)) error {
			<-ctx.Done()
			set(5) // of no use any more, but allowed
			time.Sleep(time.Minute)
			return nil
		}}
		err := worklist.Run(t.Context(), opts, []int{1}, func(context.Context, int, func(...int)) error { return nil })
		if err != nil || time.Since(start) != time.Minute {
			t.Errorf("Run returned after %v with error %v", time.Since(start), err)
		}
	})
}
