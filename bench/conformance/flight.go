package main

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"
	resenje "resenje.org/singleflight"

	"baton/flight"
)

// A doKey returns the result of fn or of an execution for "key" under way.
type doKey func(ctx context.Context, fn func(context.Context) (int, error)) (int, error)

// A newDoKey makes one with a group of its own.
type newDoKey func() doKey

var flightContenders = []contender[newDoKey]{
	{"flight", func() doKey {
		var g flight.Group[string, int]
		return func(ctx context.Context, fn func(context.Context) (int, error)) (int, error) {
			v, _, err := g.Do(ctx, "key", fn)
			return v, err
		}
	}},
	{"x/sync", func() doKey {
		var g singleflight.Group
		return func(ctx context.Context, fn func(context.Context) (int, error)) (int, error) {
			ch := g.DoChan("key", func() (any, error) { return fn(ctx) })
			select {
			case r := <-ch:
				v, _ := r.Val.(int)
				return v, r.Err
			case <-ctx.Done():
				return 0, ctx.Err()
			}
		}
	}},
	{"resenje", func() doKey {
		var g resenje.Group[string, int]
		return func(ctx context.Context, fn func(context.Context) (int, error)) (int, error) {
			v, _, err := g.Do(ctx, "key", fn)
			return v, err
		}
	}},
}

var flightCases = []testCase[newDoKey]{
	{"a caller may leave", callerLeaves},
	{"the first caller may leave, the others get their result", firstLeaves},
	{"the execution ends when the last caller has left", lastCancels},
	{"nobody joins an execution that is doomed", noDoomed},
	{"executions never overlap", noOverlap},
	{"nobody gets a result from before they asked", noLateJoin},
	{"an ended context starts nothing", endedStartsNothing},
	{"Goexit is an error for those who wait", flightGoexit},
	{"a panic reaches each caller, with its stack", flightPanic},
}

func callerLeaves(newGroup newDoKey) string {
	do := newGroup()
	go do(context.Background(), func(context.Context) (int, error) { time.Sleep(long); return 1, nil })
	time.Sleep(soon)
	ctx, cancel := context.WithTimeout(context.Background(), soon)
	defer cancel()
	begin := time.Now()
	do(ctx, func(context.Context) (int, error) { return 2, nil })
	return expect(time.Since(begin) < long/2, "waits for the end")
}

func firstLeaves(newGroup newDoKey) string {
	do := newGroup()
	fn := func(ctx context.Context) (int, error) {
		select {
		case <-time.After(3 * soon):
			return 1, nil
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*soon)
	defer cancel()
	left := make(chan time.Duration, 1)
	begin := time.Now()
	go func() {
		do(ctx, fn)
		left <- time.Since(begin)
	}()
	time.Sleep(soon)
	v, err := do(context.Background(), fn)
	if v != 1 || err != nil {
		return fmt.Sprint("the other gets ", err)
	}
	if <-left > 2*soon+soon/2 {
		return "first waits on"
	}
	return expect(time.Since(begin) < 4*soon+soon/2, "begun anew")
}

func lastCancels(newGroup newDoKey) string {
	do := newGroup()
	ended := make(chan struct{})
	ctx, cancel := context.WithTimeout(context.Background(), soon)
	defer cancel()
	do(ctx, func(ctx context.Context) (int, error) {
		select {
		case <-ctx.Done():
			close(ended)
		case <-time.After(long):
		}
		return 0, ctx.Err()
	})
	select {
	case <-ended:
		return ""
	case <-time.After(long / 2):
		return "runs on"
	}
}

func noDoomed(newGroup newDoKey) string {
	do := newGroup()
	ctx, cancel := context.WithTimeout(context.Background(), soon)
	defer cancel()
	do(ctx, func(ctx context.Context) (int, error) {
		<-ctx.Done()
		time.Sleep(soon)
		return 0, ctx.Err()
	})
	v, err := do(context.Background(), func(context.Context) (int, error) { return 2, nil })
	return expect(v == 2 && err == nil, fmt.Sprint("gets ", err))
}

func noOverlap(newGroup newDoKey) string {
	do := newGroup()
	var running, most atomic.Int64
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), soon/2)
			defer cancel()
			do(ctx, func(context.Context) (int, error) {
				if n := running.Add(1); n > most.Load() {
					most.Store(n)
				}
				defer running.Add(-1)
				time.Sleep(3 * soon)
				return 0, nil
			})
		})
		time.Sleep(soon)
	}
	wg.Wait()
	return expect(most.Load() <= 1, fmt.Sprint(most.Load(), " at once"))
}

func noLateJoin(newGroup newDoKey) string {
	do := newGroup()
	var started, returned, late, calls atomic.Int64
	var wg sync.WaitGroup
	end := time.Now().Add(long / 2)
	for range 8 {
		wg.Go(func() {
			for time.Now().Before(end) {
				before := returned.Load()
				id, err := do(context.Background(), func(context.Context) (int, error) {
					id := int(started.Add(1))
					runtime.Gosched()
					return id, nil
				})
				if err != nil {
					continue
				}
				calls.Add(1)
				if int64(id) <= before {
					late.Add(1)
				}
				for seen := returned.Load(); seen < int64(id) && !returned.CompareAndSwap(seen, int64(id)); seen = returned.Load() {
				}
			}
		})
	}
	wg.Wait()
	return expect(late.Load() == 0, fmt.Sprintf("%.1f %% of calls", 100*float64(late.Load())/float64(calls.Load())))
}

func endedStartsNothing(newGroup newDoKey) string {
	do := newGroup()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var ran atomic.Bool
	do(ctx, func(context.Context) (int, error) { ran.Store(true); return 0, nil })
	time.Sleep(soon)
	return expect(!ran.Load(), "runs")
}

func flightGoexit(newGroup newDoKey) string {
	do := newGroup()
	fn := func(context.Context) (int, error) { time.Sleep(2 * soon); runtime.Goexit(); return 1, nil }
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go do(ctx, fn)
	time.Sleep(soon)
	ended := make(chan error, 1)
	go func() {
		_, err := do(ctx, fn)
		ended <- err
	}()
	select {
	case err := <-ended:
		return expect(err != nil, "zero value, nil error")
	case <-time.After(long):
		return "hangs"
	}
}

func flightPanic(newGroup newDoKey) string {
	do := newGroup()
	fn := func(context.Context) (int, error) { time.Sleep(2 * soon); explode(); return 1, nil }
	texts := make(chan string, 2)
	for range 2 {
		go func() {
			defer func() {
				if v := recover(); v != nil {
					texts <- fmt.Sprint(v)
				}
			}()
			_, err := do(context.Background(), fn)
			texts <- fmt.Sprint(err)
		}()
		time.Sleep(soon / 2)
	}
	for range 2 {
		if text := <-texts; !strings.Contains(text, ".explode(") {
			return "no stack"
		}
	}
	return ""
}
