package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"

	"baton/memo"
)

// A cache gets "key" and forgets it.
type cache struct {
	get    func(ctx context.Context) (int, error)
	forget func()
}

// A newCache makes one over load. With stale, it is to return the old value when
// it can't load the key anew after 10 ms; with remember, to remember errors.
type newCache func(load func(context.Context) (int, error), stale, remember bool) (_ cache, ok bool)

var memoContenders = []contender[newCache]{
	{"memo", func(load func(context.Context) (int, error), stale, remember bool) (cache, bool) {
		var opts memo.Options[string, int]
		if stale {
			opts.TTL = func(string, int) time.Duration { return 10 * time.Millisecond }
			opts.StaleIfError = time.Hour
		}
		if remember {
			opts.ErrorTTL = func(string, error) time.Duration { return time.Hour }
		}
		c := memo.New(opts, func(ctx context.Context, _ string) (int, error) { return load(ctx) })
		return cache{
			get:    func(ctx context.Context) (int, error) { return c.Get(ctx, "key") },
			forget: func() { c.Invalidate("key") },
		}, true
	}},
	{"otter", func(load func(context.Context) (int, error), stale, remember bool) (cache, bool) {
		c := otter.Must(&otter.Options[string, int]{MaximumSize: 100})
		loader := otter.LoaderFunc[string, int](func(ctx context.Context, _ string) (int, error) { return load(ctx) })
		return cache{
			get:    func(ctx context.Context) (int, error) { return c.Get(ctx, "key", loader) },
			forget: func() { c.Invalidate("key") },
		}, !stale && !remember
	}},
}

var memoCases = []testCase[newCache]{
	{"who waits for a load may leave", memoWaiterLeaves},
	{"who began a load may leave", memoFirstLeaves},
	{"when they leave, the others lose nothing", memoOthersKeep},
	{"a key forgotten while it is loaded is loaded anew", memoForget},
	{"a cancelled load is not remembered", memoCancelled},
	{"Goexit of a load is an error for those who wait", memoGoexit},
	{"a panic of a load reaches each caller, with its stack", memoPanic},
	{"the old value serves while the source fails", memoStale},
	{"an error is remembered if wanted", memoRemember},
}

// sleepy takes a time, whatever its context says, and counts.
func sleepy(loads *atomic.Int64, d time.Duration) func(context.Context) (int, error) {
	return func(context.Context) (int, error) {
		n := loads.Add(1)
		time.Sleep(d)
		return int(n), nil
	}
}

func memoWaiterLeaves(open newCache) string {
	var loads atomic.Int64
	c, _ := open(sleepy(&loads, long), false, false)
	go c.get(context.Background())
	time.Sleep(soon)
	return leavesIn(c)
}

func memoFirstLeaves(open newCache) string {
	var loads atomic.Int64
	c, _ := open(sleepy(&loads, long), false, false)
	return leavesIn(c)
}

func leavesIn(c cache) string {
	ctx, cancel := context.WithTimeout(context.Background(), soon)
	defer cancel()
	begin := time.Now()
	c.get(ctx)
	return expect(time.Since(begin) < long/2, "waits for the end")
}

func memoOthersKeep(open newCache) string {
	var loads atomic.Int64
	c, _ := open(func(ctx context.Context) (int, error) {
		loads.Add(1)
		select {
		case <-time.After(3 * soon):
			return 1, nil
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}, false, false)
	ctx, cancel := context.WithTimeout(context.Background(), 2*soon)
	defer cancel()
	go c.get(ctx)
	time.Sleep(soon)
	v, err := c.get(context.Background())
	if v != 1 || err != nil {
		return fmt.Sprint("the other gets ", err)
	}
	return expect(loads.Load() == 1, fmt.Sprint(loads.Load(), " loads"))
}

func memoForget(open newCache) string {
	var loads atomic.Int64
	c, _ := open(sleepy(&loads, 2*soon), false, false)
	go c.get(context.Background())
	time.Sleep(soon)
	c.forget()
	c.get(context.Background())
	v, _ := c.get(context.Background())
	return expect(v == 2, "the old value")
}

func memoCancelled(open newCache) string {
	c, _ := open(func(ctx context.Context) (int, error) { <-ctx.Done(); return 7, nil }, false, false)
	ctx, cancel := context.WithTimeout(context.Background(), soon)
	defer cancel()
	c.get(ctx)
	time.Sleep(soon)
	again, cancel := context.WithTimeout(context.Background(), soon)
	defer cancel()
	begin := time.Now()
	c.get(again)
	return expect(time.Since(begin) > soon/2, "remembered")
}

func memoGoexit(open newCache) string {
	c, _ := open(func(context.Context) (int, error) { time.Sleep(2 * soon); runtime.Goexit(); return 1, nil }, false, false)
	go c.get(context.Background())
	time.Sleep(soon)
	ended := make(chan error, 1)
	go func() {
		_, err := c.get(context.Background())
		ended <- err
	}()
	select {
	case err := <-ended:
		return expect(err != nil, "zero value, nil error")
	case <-time.After(long):
		return "hangs"
	}
}

func memoPanic(open newCache) string {
	c, _ := open(func(context.Context) (int, error) { time.Sleep(2 * soon); explode(); return 1, nil }, false, false)
	texts := make(chan string, 2)
	for range 2 {
		go func() {
			defer func() {
				if v := recover(); v != nil {
					texts <- fmt.Sprint(v)
				}
			}()
			_, err := c.get(context.Background())
			texts <- "error: " + fmt.Sprint(err)
		}()
		time.Sleep(soon / 2)
	}
	for range 2 {
		text := <-texts
		if strings.HasPrefix(text, "error: ") {
			return "an error for those who wait"
		}
		if !strings.Contains(text, ".explode(") {
			return "no stack"
		}
	}
	return ""
}

func memoStale(open newCache) string {
	var loads atomic.Int64
	c, ok := open(func(context.Context) (int, error) {
		if loads.Add(1) > 1 {
			return 0, errTask
		}
		return 1, nil
	}, true, false)
	if !ok {
		return notOffered
	}
	c.get(context.Background())
	time.Sleep(soon)
	v, err := c.get(context.Background())
	return expect(v == 1 && err == nil, fmt.Sprint(err))
}

func memoRemember(open newCache) string {
	var loads atomic.Int64
	c, ok := open(func(context.Context) (int, error) { loads.Add(1); return 0, errTask }, false, true)
	if !ok {
		return notOffered
	}
	c.get(context.Background())
	_, err := c.get(context.Background())
	return expect(errors.Is(err, errTask) && loads.Load() == 1, "loaded again")
}
