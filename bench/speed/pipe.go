package main

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/panjf2000/ants/v2"
	"github.com/samber/ro"
	"github.com/sourcegraph/conc/stream"
	"golang.org/x/sync/errgroup"

	"baton/pipe"
	"baton/watch"
)

const (
	workers   = 4
	slowItem  = 50 * time.Microsecond
	shortItem = 8 * time.Microsecond
)

var pipeRows = []row{
	{
		what: "pipe: ordered map that does nothing, 4 workers, an item",
		ours: contender{"pipe.Map", func(n int) { mapWith(n, pipe.Options{Workers: workers}, double) }},
		peers: []contender{
			{"channel pool, unbuffered", func(n int) { channelPool(n, 0, double) }},
			{"channel pool, buffers of 256, unordered", func(n int) { channelPool(n, 256, double) }},
			{"conc stream", func(n int) { concStream(n, double) }},
			{"errgroup, limit 4", func(n int) { errGroup(n, double) }},
			{"ants pool", func(n int) { antsPool(n, double) }},
		},
	},
	{
		what:  "pipe: unordered map that does nothing, 4 workers, an item",
		ours:  contender{"pipe.Map", func(n int) { mapWith(n, pipe.Options{Workers: workers, Unordered: true}, double) }},
		peers: []contender{{"channel pool, unbuffered", func(n int) { channelPool(n, 0, double) }}},
	},
	{
		what:  "pipe: 3 sequential maps, an item",
		ours:  contender{"pipe.Map", threeMaps},
		peers: []contender{{"ro.Pipe3", roMaps}, {"3 goroutines, unbuffered channels", channelStages}},
	},
	{
		what: "pipe: map with 50 µs of work, 4 workers, an item",
		ours: contender{"pipe.Map", func(n int) { mapWith(n, pipe.Options{Workers: workers}, workFor(slowItem)) }},
		peers: []contender{
			{"errgroup, limit 4", func(n int) { errGroup(n, workFor(slowItem)) }},
			{"channel pool, unbuffered", func(n int) { channelPool(n, 0, workFor(slowItem)) }},
		},
	},
	{
		what: "watch: 8 µs of work, 4 workers, an item",
		ours: contender{"pipe.Map, nobody looks", func(n int) { mapWith(n, pipe.Options{Workers: workers}, workFor(shortItem)) }},
		peers: []contender{
			{"channel pool, buffers of 256: no watch", func(n int) { channelPool(n, 256, workFor(shortItem)) }},
			{"pipe.Map, 10 snapshots a second", func(n int) { looking(func() { mapWith(n, pipe.Options{Workers: workers}, workFor(shortItem)) }) }},
		},
	},
}

func double(_ context.Context, i int) (int, error) { return 2 * i, nil }

func sameTime(_ context.Context, t time.Time) (time.Time, error) { return t, nil }

// workFor returns a function that works for a time.
func workFor(d time.Duration) func(context.Context, int) (int, error) {
	return func(_ context.Context, i int) (int, error) {
		for begin := time.Now(); time.Since(begin) < d; {
		}
		return i, nil
	}
}

func count(n int) pipe.Seq[int] {
	return func(yield func(int, error) bool) {
		for i := range n {
			if !yield(i, nil) {
				return
			}
		}
	}
}

func drain(src pipe.Seq[int]) {
	sum := 0
	for i := range src {
		sum += i
	}
	sink.Store(int64(sum))
}

func mapWith(n int, opts pipe.Options, fn func(context.Context, int) (int, error)) {
	drain(pipe.Map(background, count(n), opts, fn))
}

func threeMaps(n int) {
	src := count(n)
	for range 3 {
		src = pipe.Map(background, src, pipe.Options{}, double)
	}
	drain(src)
}

func roMaps(n int) {
	twice := ro.Map(func(i int64) int64 { return 2 * i })
	sum := int64(0)
	ro.Pipe3(ro.Range(0, int64(n)), twice, twice, twice).Subscribe(ro.OnNext(func(i int64) { sum += i }))
	sink.Store(sum)
}

func channelStages(n int) {
	in := make(chan int)
	go func() { // ends when the first stage has taken all
		for i := range n {
			in <- i
		}
		close(in)
	}()
	for range 3 {
		out := make(chan int)
		go func(in chan int) { // ends when in is closed, since the loop below takes all
			for i := range in {
				out <- 2 * i
			}
			close(out)
		}(in)
		in = out
	}
	sum := 0
	for i := range in {
		sum += i
	}
	sink.Store(int64(sum))
}

func channelPool(n, buffer int, fn func(context.Context, int) (int, error)) {
	in, out := make(chan int, buffer), make(chan int, buffer)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := range in {
				r, _ := fn(background, i)
				out <- r
			}
		})
	}
	go func() { // ends after the workers, since the loop below takes all
		for i := range n {
			in <- i
		}
		close(in)
		wg.Wait()
		close(out)
	}()
	sum := 0
	for i := range out {
		sum += i
	}
	sink.Store(int64(sum))
}

func concStream(n int, fn func(context.Context, int) (int, error)) {
	s := stream.New().WithMaxGoroutines(workers)
	sum := 0
	for i := range n {
		s.Go(func() stream.Callback {
			r, _ := fn(background, i)
			return func() { sum += r }
		})
	}
	s.Wait()
	sink.Store(int64(sum))
}

func errGroup(n int, fn func(context.Context, int) (int, error)) {
	var g errgroup.Group
	g.SetLimit(workers)
	var sum atomic.Int64
	for i := range n {
		g.Go(func() error {
			r, err := fn(background, i)
			sum.Add(int64(r))
			return err
		})
	}
	g.Wait()
}

func antsPool(n int, fn func(context.Context, int) (int, error)) {
	var sum atomic.Int64
	var wg sync.WaitGroup
	pool, _ := ants.NewPoolWithFunc(workers, func(i any) {
		r, _ := fn(background, i.(int))
		sum.Add(int64(r))
		wg.Done()
	})
	defer pool.Release()
	wg.Add(n)
	for i := range n {
		pool.Invoke(i)
	}
	wg.Wait()
}

// looking takes ten snapshots a second while fn runs.
func looking(fn func()) {
	ticker := time.NewTicker(time.Second / 10)
	defer ticker.Stop()
	done := make(chan struct{})
	var wg sync.WaitGroup
	defer wg.Wait()
	defer close(done)
	wg.Go(func() {
		for {
			watch.Snapshot()
			select {
			case <-ticker.C:
			case <-done:
				return
			}
		}
	})
	fn()
}
