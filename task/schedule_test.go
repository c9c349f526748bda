//go:build baton_schedule

package task_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"baton/internal/schedule"
	"baton/task"
)

// TestContractUnderSchedules runs the contract with the order of events up to seeds.
func TestContractUnderSchedules(t *testing.T) {
	for name, c := range contract {
		t.Run(name, func(t *testing.T) { schedule.Seeds(t, 10, c.test) })
	}
}

// TestTasksStartTasksUnderSchedules grows trees of tasks within a limit. A group
// that forgets a waiting caller is stuck, one that lets in too many goes beyond
// what Go's comment allows.
func TestTasksStartTasksUnderSchedules(t *testing.T) {
	for _, limit := range []int{1, 2, 3} {
		t.Run(fmt.Sprint("limit=", limit), func(t *testing.T) {
			schedule.Seeds(t, 200, func(t *testing.T) {
				var working gauge
				var visits atomic.Int64
				err := task.Run(t.Context(), task.Options{Limit: limit}, func(_ context.Context, g *task.Group) error {
					tree(g, 3, 2, func() {
						working.in()
						defer working.out()
						visits.Add(1)
						schedule.Point("test: visit")
					})
					return nil
				})
				if err != nil || visits.Load() != 14 {
					t.Errorf("%d visits, want 14; error %v", visits.Load(), err)
				}
				if most := working.most.Load(); most > max(int64(limit), 2) {
					t.Errorf("%d tasks worked at once", most)
				}
			})
		})
	}
}

// TestPlaceAndEndUnderSchedules ends the context while places are taken, waited
// for and given back, or the limit is raised. Each task runs, or Run says why not.
func TestPlaceAndEndUnderSchedules(t *testing.T) {
	const tasks, far = 4, 20
	for _, raise := range []bool{false, true} {
		t.Run(fmt.Sprint("raise=", raise), func(t *testing.T) {
			schedule.Seeds(t, 500, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				var ran atomic.Int64
				err := task.Run(ctx, task.Options{Limit: 1}, func(_ context.Context, g *task.Group) error {
					var other sync.WaitGroup
					defer other.Wait()
					other.Go(func() {
						for range far {
							schedule.Point("test: wait")
						}
						if raise {
							g.SetLimit(2)
						}
						cancel(errOuter)
					})
					for range tasks {
						g.Go(func(context.Context) error { ran.Add(1); return nil })
					}
					return nil
				})
				if (ran.Load() < tasks) != errors.Is(err, errOuter) {
					t.Errorf("%d of %d tasks ran, and Run returned %v", ran.Load(), tasks, err)
				}
			})
		})
	}
}

// TestSetLimitUnderSchedules raises the limit while body waits for a place, or is
// about to, which nobody else will free.
func TestSetLimitUnderSchedules(t *testing.T) {
	schedule.Seeds(t, 200, func(t *testing.T) {
		second := make(chan struct{})
		err := task.Run(t.Context(), task.Options{Limit: 1}, func(_ context.Context, g *task.Group) error {
			var other sync.WaitGroup
			defer other.Wait()
			other.Go(func() { schedule.Point("test: raise"); g.SetLimit(2) })
			g.Go(func(context.Context) error { <-second; return nil })
			g.Go(func(context.Context) error { close(second); return nil })
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// TestFirstErrorIsTheCause lets several fail at the same time: the error that the
// others see as cause is the first that Run returns.
func TestFirstErrorIsTheCause(t *testing.T) {
	schedule.Seeds(t, 300, func(t *testing.T) {
		var cause error
		err := task.Run(t.Context(), task.Options{}, func(ctx context.Context, g *task.Group) error {
			for i := range 3 {
				g.Go(func(context.Context) error {
					schedule.Point("test: fail")
					return fmt.Errorf("task %d", i)
				})
			}
			<-ctx.Done()
			cause = context.Cause(ctx)
			return ctx.Err()
		})
		first := err
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			first = joined.Unwrap()[0]
		}
		if first != cause || errors.Is(err, context.Canceled) {
			t.Errorf("the cause is %v, Run returned %v", cause, err)
		}
	})
}

// TestNestedGroupUnderSchedules lets the tasks of an inner group wait in Go of the
// outer one, which may let in nobody beyond its limit meanwhile, and forget nobody
// afterwards.
func TestNestedGroupUnderSchedules(t *testing.T) {
	schedule.Seeds(t, 300, func(t *testing.T) {
		var running gauge
		var ran atomic.Int64
		work := func(context.Context) error {
			running.in()
			defer running.out()
			ran.Add(1)
			schedule.Point("test: work")
			time.Sleep(time.Second)
			return nil
		}
		err := task.Run(t.Context(), task.Options{Limit: 1}, func(ctx context.Context, outer *task.Group) error {
			err := task.Run(ctx, task.Options{}, func(_ context.Context, inner *task.Group) error {
				for range 3 {
					inner.Go(func(context.Context) error { outer.Go(work); return nil })
				}
				return nil
			})
			outer.Go(work)
			return err
		})
		if err != nil || running.most.Load() != 1 || ran.Load() != 4 {
			t.Errorf("%d of 4 tasks ran, %d at once; error %v", ran.Load(), running.most.Load(), err)
		}
	})
}

// TestNestedGroupEndsUnderSchedules lets a task wait in Go for a place that only
// the end of a nested group entitles it to.
func TestNestedGroupEndsUnderSchedules(t *testing.T) {
	schedule.Seeds(t, 300, func(t *testing.T) {
		var ran bool
		err := task.Run(t.Context(), task.Options{Limit: 1}, func(_ context.Context, g *task.Group) error {
			g.Go(func(ctx context.Context) error {
				var other sync.WaitGroup
				defer other.Wait()
				other.Go(func() {
					task.Run(ctx, task.Options{}, func(context.Context, *task.Group) error { return nil })
				})
				g.Go(func(context.Context) error { ran = true; return nil })
				return nil
			})
			return nil
		})
		if err != nil || !ran {
			t.Errorf("the task ran: %v; error %v", ran, err)
		}
	})
}
