package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/samber/lo/parallel"
	"github.com/samber/ro"
	"github.com/sourcegraph/conc/stream"

	"baton/pipe"
)

// A mapItems calls fn for the numbers that a source yields, with 2 workers if the
// contender has any, and calls each with the results in order until that returns
// false. It returns what went wrong.
type mapItems func(ctx context.Context, source func(yield func(int) bool), fn func(context.Context, int) (int, error), each func(int) bool) error

var pipeContenders = []contender[mapItems]{
	{"pipe", func(ctx context.Context, source func(func(int) bool), fn func(context.Context, int) (int, error), each func(int) bool) error {
		for r, err := range pipe.Map(ctx, pipe.From(source), pipe.Options{Workers: 2}, fn) {
			if err != nil {
				return err
			}
			if !each(r) {
				break
			}
		}
		return nil
	}},
	{"conc stream", func(ctx context.Context, source func(func(int) bool), fn func(context.Context, int) (int, error), each func(int) bool) error {
		s := stream.New().WithMaxGoroutines(2)
		var errs collected
		var stop atomic.Bool
		for i := range source {
			if stop.Load() {
				break
			}
			s.Go(func() stream.Callback {
				r, err := fn(ctx, i)
				return func() {
					if err != nil {
						errs.add(err)
						stop.Store(true)
					} else if !stop.Load() && !each(r) {
						stop.Store(true)
					}
				}
			})
		}
		s.Wait()
		return errs.joined()
	}},
	{"ro, ObserveOn", func(ctx context.Context, source func(func(int) bool), fn func(context.Context, int) (int, error), each func(int) bool) error {
		numbers := ro.NewObservable(func(to ro.Observer[int]) ro.Teardown {
			for i := range source {
				to.Next(i)
			}
			to.Complete()
			return nil
		})
		mapped := ro.Pipe2(numbers, ro.ObserveOn[int](2), ro.MapErr(func(i int) (int, error) { return fn(ctx, i) }))
		ended := make(chan error, 1)
		var sub ro.Subscription
		stopped := false
		sub = mapped.Subscribe(ro.NewObserver(func(r int) {
			if !stopped && !each(r) {
				stopped = true
				if sub != nil {
					sub.Unsubscribe()
				}
				ended <- nil
			}
		}, func(err error) { ended <- err }, func() { ended <- nil }))
		return <-ended
	}},
	{"lo parallel.Map", func(ctx context.Context, source func(func(int) bool), fn func(context.Context, int) (int, error), each func(int) bool) error {
		var items []int
		for i := range source {
			items = append(items, i)
			if len(items) > 1000 {
				return errEndless
			}
		}
		var errs collected
		for _, r := range parallel.Map(items, func(i, _ int) int {
			r, err := fn(ctx, i)
			errs.add(err)
			return r
		}) {
			if !each(r) {
				break
			}
		}
		return errs.joined()
	}},
}

// errEndless says that a contender takes no sources without end.
var errEndless = errors.New("takes slices")

var pipeCases = []testCase[mapItems]{
	{"Goexit of an item is an error", pipeGoexit},
	{"a panic of an item reaches the consumer, with its stack", pipePanic},
	{"an error ends the pipeline", pipeError},
	{"the results are in order, whatever takes how long", pipeOrder},
	{"leaving the loop ends an endless source", pipeLeave},
	{"nothing runs on after the loop was left", pipeJoined},
	{"one stuck item bounds how far the others run ahead", pipeAhead},
	{"the end of the context ends the pipeline, with its cause", pipeContext},
}

func upTo(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// endless yields numbers until it is stopped and counts them.
func endless(count *atomic.Int64) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := 0; yield(i); i++ {
			count.Add(1)
			time.Sleep(time.Millisecond)
		}
	}
}

func twice(_ context.Context, i int) (int, error) { return 2 * i, nil }

func pipeGoexit(run mapItems) string {
	err := run(context.Background(), upTo(5), func(_ context.Context, i int) (int, error) {
		if i == 2 {
			runtime.Goexit()
		}
		return i, nil
	}, func(int) bool { return true })
	return expect(err != nil, "item lost, nil error")
}

func pipePanic(run mapItems) (problem string) {
	var text string
	func() {
		defer func() {
			if v := recover(); v != nil {
				text = fmt.Sprint(v)
			}
		}()
		text = fmt.Sprint(run(context.Background(), upTo(5), func(_ context.Context, i int) (int, error) {
			if i == 2 {
				explode()
			}
			return i, nil
		}, func(int) bool { return true }))
	}()
	return expect(strings.Contains(text, ".explode("), "no stack")
}

func pipeError(run mapItems) string {
	var began atomic.Int64
	err := run(context.Background(), upTo(500), func(_ context.Context, i int) (int, error) {
		began.Add(1)
		time.Sleep(time.Millisecond)
		if i == 2 {
			return 0, errTask
		}
		return i, nil
	}, func(int) bool { return true })
	if !errors.Is(err, errTask) {
		return "error lost"
	}
	return expect(began.Load() < 400, "goes on to the end")
}

func pipeOrder(run mapItems) string {
	next := 0
	err := run(context.Background(), upTo(20), func(_ context.Context, i int) (int, error) {
		if i%5 == 0 {
			time.Sleep(10 * time.Millisecond)
		}
		return i, nil
	}, func(r int) bool {
		if r == next {
			next++
		}
		return true
	})
	return expect(err == nil && next == 20, "out of order")
}

func pipeLeave(run mapItems) string {
	var count atomic.Int64
	var err error
	if !within(2*long, func() {
		err = run(context.Background(), endless(&count), twice, func(r int) bool { return r < 20 })
	}) {
		return "does not return"
	}
	if err == errEndless {
		return notOffered
	}
	before := count.Load()
	time.Sleep(soon)
	return expect(count.Load() == before, "source runs on")
}

func pipeJoined(run mapItems) string {
	var running atomic.Int64
	err := run(context.Background(), upTo(100), func(_ context.Context, i int) (int, error) {
		running.Add(1)
		defer running.Add(-1)
		if i > 0 {
			time.Sleep(soon)
		}
		return i, nil
	}, func(int) bool { return false })
	return expect(err == nil && running.Load() == 0, "workers run on")
}

func pipeAhead(run mapItems) string {
	var began atomic.Int64
	release := make(chan struct{})
	var seen int64
	go func() {
		time.Sleep(3 * soon)
		seen = began.Load()
		close(release)
	}()
	run(context.Background(), upTo(1000), func(_ context.Context, i int) (int, error) {
		began.Add(1)
		if i == 0 {
			<-release
		}
		return i, nil
	}, func(int) bool { return true })
	return expect(seen < 900, "no bound")
}

func pipeContext(run mapItems) string {
	ctx, cancel := context.WithTimeoutCause(context.Background(), soon, errOther)
	defer cancel()
	var count atomic.Int64
	var err error
	if !within(2*long, func() {
		err = run(ctx, endless(&count), func(ctx context.Context, i int) (int, error) { return i, nil }, func(int) bool { return true })
	}) {
		return "runs on"
	}
	if err == errEndless {
		return notOffered
	}
	return expect(errors.Is(err, errOther), "other error")
}
