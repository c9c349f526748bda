//go:build baton_schedule

package worklist_test

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"

	"baton/internal/schedule"
	"baton/task"
	"baton/worklist"
)

// TestContractUnderSchedules runs the contract with the order of events up to seeds.
func TestContractUnderSchedules(t *testing.T) {
	for name, c := range contract {
		if c.opts.Workers > 7 {
			continue // a seed of 64 workers costs too much for what it can find
		}
		t.Run(name, func(t *testing.T) { schedule.Seeds(t, 5, c.test) })
	}
}

// TestNoItemWaitsUnderSchedules has visits wait for the items that they added, as
// deep as there are workers. Where a worker is left asleep, the list is stuck.
func TestNoItemWaitsUnderSchedules(t *testing.T) {
	for _, workers := range []int{2, 3, 5} {
		t.Run(fmt.Sprint(workers, " workers"), func(t *testing.T) {
			schedule.Seeds(t, 200, func(t *testing.T) {
				opts := worklist.Options{Workers: workers}
				roots := []errand{{depth: workers, done: make(chan struct{})}}
				err := worklist.Run(t.Context(), opts, roots, func(_ context.Context, e errand, add func(...errand)) error {
					defer close(e.done)
					if e.depth == 1 {
						return nil
					}
					// The first is taken by a worker that is being started or woken, the
					// second perhaps by one that has just visited it, and parks.
					for range 2 {
						next := errand{depth: e.depth - 1, done: make(chan struct{})}
						add(next)
						<-next.done
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestManyAddedUnderSchedules has one visit wait for several items that it adds in
// one call: the worker that is woken for the first must have others woken in turn.
func TestManyAddedUnderSchedules(t *testing.T) {
	const workers = 4
	schedule.Seeds(t, 200, func(t *testing.T) {
		var here atomic.Int64
		all := make(chan struct{})
		opts := worklist.Options{Workers: workers}
		err := worklist.Run(t.Context(), opts, []int{0}, func(_ context.Context, n int, add func(...int)) error {
			if n == 0 {
				add(times(workers-1, 1)...)
			}
			if here.Add(1) == workers {
				close(all)
			}
			<-all // so each worker has one
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// TestTuneUnderSchedules changes the number of workers all the time, while visits
// add items and some of them exit.
func TestTuneUnderSchedules(t *testing.T) {
	const depth, items = 5, 31
	for _, sizes := range [][]int{{1, 2}, {3, 1, 2}, {2, 1, 5, 1}} {
		t.Run(fmt.Sprint(sizes), func(t *testing.T) {
			schedule.Seeds(t, 200, func(t *testing.T) {
				var visits atomic.Int64
				opts := worklist.Options{Workers: 2, OnError: task.KeepGoing}
				opts.Tune = func(ctx context.Context, set func(int)) error {
					for i := range 12 {
						schedule.Point("test: tune")
						set(sizes[i%len(sizes)])
					}
					return nil
				}
				_ = worklist.Run(t.Context(), opts, []int{depth}, func(_ context.Context, n int, add func(...int)) error {
					visits.Add(1)
					if n > 1 {
						add(n-1, n-1)
					}
					if n == 2 {
						runtime.Goexit()
					}
					return nil
				})
				if n := visits.Load(); n != items {
					t.Errorf("%d visits of %d items", n, items)
				}
			})
		})
	}
}

// TestGrowingUnderSchedules raises the number of workers beside a visit that waits
// for the items it has added.
func TestGrowingUnderSchedules(t *testing.T) {
	schedule.Seeds(t, 200, func(t *testing.T) {
		done := make(chan struct{})
		opts := worklist.Options{Workers: 1}
		opts.Tune = func(_ context.Context, set func(int)) error {
			schedule.Point("test: grow")
			set(2)
			return nil
		}
		err := worklist.Run(t.Context(), opts, []int{0}, func(_ context.Context, n int, add func(...int)) error {
			if n == 0 {
				add(1)
				<-done
			} else {
				close(done)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}
