package task_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"baton/task"
)

// A gauge counts what runs now, and the most that ever did.
type gauge struct{ now, most atomic.Int64 }

func (g *gauge) in() {
	n := g.now.Add(1)
	for {
		most := g.most.Load()
		if n <= most || g.most.CompareAndSwap(most, n) {
			return
		}
	}
}

func (g *gauge) out() { g.now.Add(-1) }

// TestLimit checks that exactly the limit runs at once, in order of the calls.
func TestLimit(t *testing.T) {
	for _, limit := range []int{1, 2, 7} {
		synctest.Test(t, func(t *testing.T) {
			var running gauge
			const n = 20
			begin := time.Now()
			err := task.Run(t.Context(), task.Options{Limit: limit}, func(_ context.Context, g *task.Group) error {
				for i := range n {
					g.Go(func(context.Context) error {
						running.in()
						defer running.out()
						if at, want := time.Since(begin), time.Duration(i/limit)*time.Second; at != want {
							t.Errorf("limit %d: task %d started at %v, want %v", limit, i, at, want)
						}
						time.Sleep(time.Second)
						return nil
					})
				}
				return nil
			})
			if err != nil || running.most.Load() != int64(limit) {
				t.Errorf("limit %d: %d ran at once, error %v", limit, running.most.Load(), err)
			}
		})
	}
}

// TestSetLimit changes the limit while tasks run and body waits.
func TestSetLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running gauge
		const n = 10
		task.Run(t.Context(), task.Options{Limit: 1}, func(ctx context.Context, g *task.Group) error {
			go func() {
				for range n {
					g.Go(func(context.Context) error {
						running.in()
						defer running.out()
						time.Sleep(time.Minute)
						return nil
					})
				}
			}()
			for i, step := range []struct{ limit, want int64 }{
				{1, 1}, {3, 3}, {2, 3}, {4, 4}, {0, n},
			} {
				g.SetLimit(int(step.limit))
				synctest.Wait()
				if got := running.now.Load(); got != step.want {
					t.Errorf("step %d: %d tasks run, want %d", i, got, step.want)
				}
			}
			time.Sleep(time.Minute)
			synctest.Wait()
			if got := running.now.Load(); got != 0 {
				t.Errorf("%d tasks run at the end, want 0", got)
			}
			return nil
		})
	})
}

// TestNoStartAfterFailure checks that a waiting caller does not get the place
// of the task whose failure has ended the group.
func TestNoStartAfterFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		started := 0
		err := task.Run(t.Context(), task.Options{Limit: 1}, func(_ context.Context, g *task.Group) error {
			for range 5 {
				g.Go(func(context.Context) error {
					started++
					time.Sleep(time.Second)
					return errTask
				})
			}
			return nil
		})
		if err != errTask || started != 1 {
			t.Errorf("%d tasks started, error %v; want 1 and just %v", started, err, errTask)
		}
	})
}

// tree starts a tree of tasks; each task starts its children and then ends.
func tree(g *task.Group, depth, width int, visit func()) {
	for range width {
		g.Go(func(context.Context) error {
			visit()
			if depth > 1 {
				tree(g, depth-1, width, visit)
			}
			return nil
		})
	}
}

// TestTasksStartTasks checks that a group whose tasks all wait in Go goes on,
// within what Go's comment allows.
func TestTasksStartTasks(t *testing.T) {
	for _, limit := range []int{0, 1, 2, 3, 8} {
		for _, bodyReturns := range []bool{false, true} {
			t.Run(fmt.Sprintf("limit=%d/bodyReturns=%v", limit, bodyReturns), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var working gauge
					var visits atomic.Int64
					err := task.Run(t.Context(), task.Options{Limit: limit}, func(_ context.Context, g *task.Group) error {
						visit := func() {
							working.in()
							defer working.out()
							visits.Add(1)
							time.Sleep(time.Second)
						}
						if bodyReturns {
							g.Go(func(context.Context) error { tree(g, 4, 3, visit); return nil })
						} else {
							tree(g, 4, 3, visit)
						}
						return nil
					})
					if want := int64(3 + 9 + 27 + 81); err != nil || visits.Load() != want {
						t.Errorf("%d visits, want %d; error %v", visits.Load(), want, err)
					}
					if most := working.most.Load(); limit > 0 && most > max(int64(limit), 2) {
						t.Errorf("%d tasks worked at once", most)
					}
				})
			})
		}
	}
}

// TestNestedGroupKeepsLimit checks that the tasks of an inner group, waiting in
// the outer group's Go, are not taken for the outer group's own.
func TestNestedGroupKeepsLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running gauge
		const limit, n = 2, 50
		err := task.Run(t.Context(), task.Options{Limit: limit}, func(ctx context.Context, outer *task.Group) error {
			return task.Run(ctx, task.Options{}, func(_ context.Context, inner *task.Group) error {
				for range n {
					inner.Go(func(context.Context) error {
						outer.Go(func(context.Context) error {
							running.in()
							defer running.out()
							time.Sleep(time.Second)
							return nil
						})
						return nil
					})
				}
				return nil
			})
		})
		if err != nil || running.most.Load() != limit {
			t.Errorf("%d tasks ran at once, want %d; error %v", running.most.Load(), limit, err)
		}
	})
}

// TestNestedGroupEnds lets a task wait in Go beside a group that it has started
// in another goroutine: nobody is let in before that group has ended.
func TestNestedGroupEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		err := task.Run(t.Context(), task.Options{Limit: 1}, func(_ context.Context, g *task.Group) error {
			g.Go(func(ctx context.Context) error {
				go task.Run(ctx, task.Options{}, func(context.Context, *task.Group) error {
					time.Sleep(time.Second)
					return nil
				})
				synctest.Wait()
				g.Go(func(context.Context) error {
					if took := time.Since(begin); took != time.Second {
						t.Errorf("let in after %v", took)
					}
					return nil
				})
				return nil
			})
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// TestWaitersLeave lets a task and body wait in Go when the group fails.
func TestWaitersLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		err := task.Run(t.Context(), task.Options{Limit: 2}, func(_ context.Context, g *task.Group) error {
			never := func(context.Context) error { t.Error("started"); return nil }
			g.Go(func(context.Context) error { time.Sleep(time.Second); return errTask })
			g.Go(func(context.Context) error { g.Go(never); return errOther })
			g.Go(never)
			return nil
		})
		if !errors.Is(err, errTask) || !errors.Is(err, errOther) || time.Since(begin) != time.Second {
			t.Errorf("Run returned %v after %v", err, time.Since(begin))
		}
	})
}

// TestPlaceAndEndTogether gives a waiting caller its place and ends the context
// in the same moment. Either the task runs or Run returns the cause.
func TestPlaceAndEndTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 200 {
			ctx, cancel := context.WithCancelCause(t.Context())
			ran := false
			err := task.Run(ctx, task.Options{Limit: 1}, func(_ context.Context, g *task.Group) error {
				g.Go(func(context.Context) error {
					synctest.Wait() // until body waits
					g.SetLimit(2)
					cancel(errOuter)
					return nil
				})
				g.Go(func(context.Context) error { ran = true; return nil })
				return nil
			})
			if ran == errors.Is(err, errOuter) {
				t.Fatalf("task ran: %v, and Run returned %v", ran, err)
			}
		}
	})
}
