package worklist_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"baton/task"
	"baton/worklist"
)

// An errand is an item whose visitor tells when it has been visited.
type errand struct {
	depth   int
	done    chan struct{}
	visited *atomic.Bool // for those who watch it instead
}

// TestItemNeverWaitsForAnIdleWorker has visits that wait until the item that
// they added has been visited, as deep as there are workers. If one of those is
// left asleep, the bubble reports a deadlock.
func TestItemNeverWaitsForAnIdleWorker(t *testing.T) {
	for _, workers := range []int{2, 3, 16, 64} {
		for name, order := range orders {
			for _, pause := range []time.Duration{0, time.Second} { // the others are being started, or parked
				t.Run(fmt.Sprintf("%d/%s/%s", workers, name, pause), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						opts := worklist.Options{Workers: workers, Order: order}
						roots := []errand{{depth: workers, done: make(chan struct{})}}
						err := worklist.Run(t.Context(), opts, roots, func(_ context.Context, e errand, add func(...errand)) error {
							time.Sleep(pause)
							if e.depth > 1 {
								next := errand{depth: e.depth - 1, done: make(chan struct{})}
								add(next)
								<-next.done
							}
							close(e.done)
							return nil
						})
						if err != nil {
							t.Error(err)
						}
					})
				})
			}
		}
	}
}

// TestParkingMeetsAdding has one visit add an item at the very time at which the
// other worker, having visited the one before, looks around a last time and parks.
// The pauses sweep the moment of adding over that of parking.
func TestParkingMeetsAdding(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(max(2, runtime.GOMAXPROCS(0))))
	rounds := 30_000
	if testing.Short() {
		rounds = 3_000
	}
	synctest.Test(t, func(t *testing.T) {
		roots := []errand{{depth: rounds}}
		err := worklist.Run(t.Context(), worklist.Options{Workers: 2}, roots, func(_ context.Context, e errand, add func(...errand)) error {
			if e.depth == 0 {
				e.visited.Store(true)
				e.done <- struct{}{}
				return nil
			}
			next := errand{done: make(chan struct{}, 1), visited: new(atomic.Bool)}
			for i := range e.depth {
				next.visited.Store(false)
				add(next)
				for range 1000 { // a while, to be awake when it is visited
					if next.visited.Load() {
						break
					}
				}
				<-next.done
				for range i % 500 { // the sweep
					next.visited.Load()
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// TestLongVisitDoesNotHoldItsItems adds items from one visit that then goes on
// for an hour, or goes on adding: the other workers take all of them meanwhile.
func TestLongVisitDoesNotHoldItsItems(t *testing.T) {
	for _, workers := range []int{2, 5} {
		for name, order := range orders {
			t.Run(fmt.Sprintf("%d/%s", workers, name), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					start := time.Now()
					var late atomic.Int64
					opts := worklist.Options{Workers: workers, Order: order}
					err := worklist.Run(t.Context(), opts, []int{0}, func(_ context.Context, n int, add func(...int)) error {
						if n > 0 {
							time.Sleep(time.Second)
							if time.Since(start) > 30*time.Minute {
								late.Add(1)
							}
							return nil
						}
						add(times(100, 1)...)
						for range 10 {
							time.Sleep(time.Second)
							add(times(10, 1)...)
						}
						time.Sleep(time.Hour)
						return nil
					})
					if err != nil || late.Load() > 0 {
						t.Errorf("%d items waited for the visit that added them; error %v", late.Load(), err)
					}
				})
			})
		}
	}
}

// times returns n copies of v.
func times(n, v int) []int { return slices.Repeat([]int{v}, n) }

// A gauge measures how many visits run at once.
type gauge struct{ now, peak atomic.Int64 }

func (g *gauge) visit(d time.Duration) {
	n := g.now.Add(1)
	for {
		p := g.peak.Load()
		if n <= p || g.peak.CompareAndSwap(p, n) {
			break
		}
	}
	time.Sleep(d)
	g.now.Add(-1)
}

func TestWorkersBoundVisits(t *testing.T) {
	for _, workers := range []int{0, 1, 2, 9} {
		synctest.Test(t, func(t *testing.T) {
			want := workers
			if workers == 0 {
				want = runtime.GOMAXPROCS(0)
			}
			var g gauge
			err := worklist.Run(t.Context(), worklist.Options{Workers: workers}, []int{6}, func(_ context.Context, n int, add func(...int)) error {
				if n > 0 {
					add(n-1, n-1)
				}
				g.visit(time.Second)
				return nil
			})
			if err != nil || g.peak.Load() != int64(want) {
				t.Errorf("Workers %d: %d visits at once, want %d; error %v", workers, g.peak.Load(), want, err)
			}
		})
	}
}

// TestShapesUnderLoad runs wide, deep and bushy lists with real parallelism, so
// that the race detector sees stealing, parking and ending at the same time.
func TestShapesUnderLoad(t *testing.T) {
	shapes := map[string]struct {
		root, items int
		visit       func(n int, add func(...int))
	}{
		"tree":  {10, 1<<10 - 1, func(n int, add func(...int)) { add(times(2, n-1)...) }},
		"chain": {500, 500, func(n int, add func(...int)) { add(times(1, n-1)...) }},
		"fan":   {2, 1001, func(n int, add func(...int)) { add(times(1000, n-1)...) }},
	}
	for _, procs := range []int{1, 2, 8} {
		for name, shape := range shapes {
			t.Run(fmt.Sprintf("procs=%d/%s", procs, name), func(t *testing.T) {
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
				for round := range 30 {
					var visits atomic.Int64
					opts := worklist.Options{
						Workers: 1 + round%10,
						Order:   worklist.Order(round % 2),
						OnError: task.KeepGoing,
					}
					if round%3 == 0 {
						opts.Tune = func(ctx context.Context, set func(int)) error {
							for n := 0; ctx.Err() == nil; n++ {
								set(1 + n%12)
								runtime.Gosched()
							}
							return ctx.Err()
						}
					}
					_ = worklist.Run(t.Context(), opts, []int{shape.root}, func(_ context.Context, n int, add func(...int)) error {
						if v := visits.Add(1); n > 1 {
							var wg sync.WaitGroup
							if v%7 == 0 {
								wg.Go(func() { shape.visit(n, add) })
							} else {
								shape.visit(n, add)
							}
							wg.Wait()
						}
						if round%5 == 0 && n%13 == 0 {
							runtime.Goexit()
						}
						return nil
					})
					if n := visits.Load(); n != int64(shape.items) {
						t.Fatalf("round %d: %d visits of %d items", round, n, shape.items)
					}
				}
			})
		}
	}
}
