package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
	"github.com/maypok86/otter/v2/stats"
	"github.com/panjf2000/ants/v2"
	"github.com/samber/lo"
	"github.com/samber/ro"
	"github.com/sourcegraph/conc/stream"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/singleflight"
	resenje "resenje.org/singleflight"

	"baton/fanout"
	"baton/flight"
	"baton/lazy"
	"baton/memo"
	"baton/monitor"
	"baton/pipe"
)

var (
	background     = context.Background()
	cancellable, _ = context.WithCancel(context.Background())
	workers        = 4
	sink           atomic.Int64
	subscribers    = 300
	slowItem       = 50 * time.Microsecond
	shortItem      = 8 * time.Microsecond
)

var rows = []row{
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
	taskRow(20_000),
	taskRow(1000),
	{
		what: "worklist: an item of a tree that does nothing, 2 workers",
		ours: contender{"worklist.Run", listTree},
		peers: []contender{
			{"goroutine for each, semaphore", goroutineTree},
			{"channel pool and a queue", channelTree},
		},
	},
	{
		what: "hedge: a call whose first try succeeds, 2 tries",
		ours: contender{"hedge.Do", hedges},
		peers: []contender{
			{"failsafe-go", failsafes},
			{"hedgedhttp", hedgedHTTPs},
		},
	},
	{
		what:  "flight: a call that nobody shares, context without end",
		ours:  contender{"flight", func(n int) { flights(background, n) }},
		peers: []contender{{"singleflight", singleflights}, {"resenje", func(n int) { resenjes(background, n) }}},
	},
	{
		what:  "flight: a call that nobody shares, cancellable",
		ours:  contender{"flight", func(n int) { flights(cancellable, n) }},
		peers: []contender{{"resenje", func(n int) { resenjes(cancellable, n) }}},
	},
	{
		what:  "lazy: a value that is there",
		ours:  contender{"lazy.Value", lazyGets},
		peers: []contender{{"atomic.Pointer", pointerLoads}, {"sync.OnceValues", onceValues}},
	},
	{
		what: "memo: hit, counted",
		ours: contender{"memo", memoHits},
		peers: []contender{
			{"otter, counting", func(n int) { otterHits(n, stats.NewCounter()) }},
			{"otter, not counting", func(n int) { otterHits(n, nil) }},
		},
	},
	{
		what:  "memo: miss, context without end",
		ours:  contender{"memo", func(n int) { memoMisses(background, n) }},
		peers: []contender{{"otter", func(n int) { otterMisses(background, n) }}},
	},
	{
		what:  "memo: miss, cancellable",
		ours:  contender{"memo", func(n int) { memoMisses(cancellable, n) }},
		peers: []contender{{"otter", func(n int) { otterMisses(cancellable, n) }}},
	},
	{
		what:  "fanout: a message to 300 subscribers",
		ours:  contender{"fanout", publish},
		peers: []contender{{"loop over channels, buffers of 256", sendToAll}, {"lo.FanOut, buffers of 256", loFanOut}},
	},
	{
		what:  "monitor: a call, 2 callers",
		ours:  contender{"monitor", monitorCalls},
		peers: []contender{{"request and response channels", channelCalls}},
	},
}

func taskRow(batch int) row {
	return row{
		what: fmt.Sprintf("task: a task that does nothing, %d in a group", batch),
		ours: contender{"task.Group.Go", inBatches(batch, groupTasks)},
		peers: []contender{
			{"sync.WaitGroup.Go", inBatches(batch, waitGroupTasks)},
			{"errgroup", inBatches(batch, errGroupTasks)},
			{"conc WaitGroup", inBatches(batch, concTasks)},
			{"pond, 4 workers", inBatches(batch, pondTasks)},
		},
	}
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
	go func() {
		for i := range n {
			in <- i
		}
		close(in)
	}()
	for range 3 {
		out := make(chan int)
		go func(in chan int) {
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
	go func() {
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

func flights(ctx context.Context, n int) {
	var g flight.Group[string, int]
	for i := range n {
		g.Do(ctx, "key", func(context.Context) (int, error) { return i, nil })
	}
}

func singleflights(n int) {
	var g singleflight.Group
	for i := range n {
		g.Do("key", func() (any, error) { return i, nil })
	}
}

func resenjes(ctx context.Context, n int) {
	var g resenje.Group[string, int]
	for i := range n {
		g.Do(ctx, "key", func(context.Context) (int, error) { return i, nil })
	}
}

func lazyGets(n int) {
	v := lazy.New(func(context.Context) (int, error) { return 1, nil })
	for range n {
		if x, _ := v.Get(background); x != 1 {
			panic("another value")
		}
	}
}

func pointerLoads(n int) {
	var p atomic.Pointer[int]
	one := 1
	p.Store(&one)
	for range n {
		if *p.Load() != 1 {
			panic("another value")
		}
	}
}

func onceValues(n int) {
	get := sync.OnceValues(func() (int, error) { return 1, nil })
	for range n {
		if x, _ := get(); x != 1 {
			panic("another value")
		}
	}
}

func loadKey(_ context.Context, key int) (int, error) { return key, nil }

func memoHits(n int) {
	c := memo.New(memo.Options[int, int]{}, loadKey)
	defer c.Close()
	for i := range 1024 {
		c.Get(background, i)
	}
	for i := range n {
		c.Get(background, i&1023)
	}
}

func otterHits(n int, recorder stats.Recorder) {
	c := otter.Must(&otter.Options[int, int]{MaximumSize: 10_000, StatsRecorder: recorder})
	for i := range 1024 {
		c.Set(i, i)
	}
	for i := range n {
		c.GetIfPresent(i & 1023)
	}
}

func memoMisses(ctx context.Context, n int) {
	c := memo.New(memo.Options[int, int]{MaxEntries: 1000}, loadKey)
	defer c.Close()
	for i := range n {
		c.Get(ctx, i)
	}
}

func otterMisses(ctx context.Context, n int) {
	c := otter.Must(&otter.Options[int, int]{MaximumSize: 1000})
	for i := range n {
		c.Get(ctx, i, otter.LoaderFunc[int, int](loadKey))
	}
}

func publish(n int) {
	topic := fanout.New[int](fanout.Options{})
	var wg sync.WaitGroup
	for range subscribers {
		sub := topic.Subscribe(background, fanout.SubscribeOptions{Buffer: 256})
		wg.Go(func() {
			for range sub.All() {
			}
		})
	}
	for i := range n {
		topic.Publish(background, i)
	}
	topic.Close()
	wg.Wait()
}

func sendToAll(n int) {
	var wg sync.WaitGroup
	var channels []chan int
	for range subscribers {
		ch := make(chan int, 256)
		channels = append(channels, ch)
		wg.Go(func() {
			for range ch {
			}
		})
	}
	for i := range n {
		for _, ch := range channels {
			ch <- i
		}
	}
	for _, ch := range channels {
		close(ch)
	}
	wg.Wait()
}

func loFanOut(n int) {
	in := make(chan int, 256)
	var wg sync.WaitGroup
	for _, ch := range lo.FanOut(subscribers, 256, in) {
		wg.Go(func() {
			for range ch {
			}
		})
	}
	for i := range n {
		in <- i
	}
	close(in)
	wg.Wait()
}

func monitorCalls(n int) {
	m := monitor.New(0, monitor.Options[int]{})
	defer m.Close()
	twoCallers(n, func() {
		monitor.Call(background, m, func(n *int) (int, error) { *n++; return *n, nil })
	})
}

func channelCalls(n int) {
	type request struct{ response chan int }
	requests := make(chan request)
	go func() {
		n := 0
		for r := range requests {
			n++
			r.response <- n
		}
	}()
	defer close(requests)
	twoCallers(n, func() {
		response := make(chan int)
		requests <- request{response}
		<-response
	})
}

// twoCallers calls fn n times from two goroutines.
func twoCallers(n int, fn func()) {
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for range (n + 1) / 2 {
				fn()
			}
		})
	}
	wg.Wait()
}
