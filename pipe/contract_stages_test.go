package pipe_test

import (
	"context"
	"fmt"
	"sync"
	"time"

	"baton/pipe"
	"baton/task"
)

type work = func(context.Context, int) (int, error)

// A stage is a row of the contract's table: one way for items through this package.
type stage struct {
	name      string
	build     func(ctx context.Context, src pipe.Seq[int], fn work) pipe.Seq[int]
	opts      pipe.Options
	calls     bool // it calls fn
	goroutine bool // the source runs in a goroutine of its own
	sink      bool // it has the loop in it
	bare      bool // it has no context
	channel   bool // its source is a channel
	holds     int  // how many items it may hold back from a consumer that exits
}

// stages calls yield for each row of the table: the stages that call a function
// with each kind of options, and the others.
func stages(yield func(stage) bool) {
	for _, workers := range []int{0, 1, 2, 8} {
		for _, unordered := range []bool{false, true} {
			for _, policy := range []task.ErrorPolicy{task.CancelSiblings, task.KeepGoing} {
				opts := pipe.Options{Workers: workers, Unordered: unordered && workers > 1, OnError: policy, Buffer: workers}
				for _, s := range callers(opts) {
					s.name = fmt.Sprintf("%s,workers=%d,unordered=%v,policy=%d", s.name, workers, unordered, policy)
					if unordered == opts.Unordered && !yield(s) {
						return
					}
				}
			}
		}
	}
	for _, s := range others {
		if !yield(s) {
			return
		}
	}
}

// callers returns the stages that call a function, with opts.
func callers(opts pipe.Options) []stage {
	all := []stage{
		{name: "Map", build: func(ctx context.Context, src pipe.Seq[int], fn work) pipe.Seq[int] {
			return pipe.Map(ctx, src, opts, fn)
		}},
		{name: "Retry", build: func(ctx context.Context, src pipe.Seq[int], fn work) pipe.Seq[int] {
			return pipe.Map(ctx, src, opts, pipe.Retry(pipe.RetryOptions{Attempts: 2}, fn))
		}},
		{name: "Filter", build: func(ctx context.Context, src pipe.Seq[int], fn work) pipe.Seq[int] {
			return pipe.Filter(ctx, src, opts, func(ctx context.Context, i int) (bool, error) {
				_, err := fn(ctx, i)
				return true, err
			})
		}},
		{name: "FlatMap", build: func(ctx context.Context, src pipe.Seq[int], fn work) pipe.Seq[int] {
			return pipe.FlatMap(ctx, src, opts, func(ctx context.Context, i int) pipe.Seq[int] {
				return func(yield func(int, error) bool) { yield(fn(ctx, i)) }
			})
		}},
		{name: "ForEach", sink: true, build: func(ctx context.Context, src pipe.Seq[int], fn work) pipe.Seq[int] {
			return collected(func(add func(int)) error {
				return pipe.ForEach(ctx, src, opts, func(ctx context.Context, i int) error {
					_, err := fn(ctx, i)
					if err == nil {
						add(i)
					}
					return err
				})
			})
		}},
	}
	for i := range all {
		all[i].calls, all[i].opts = true, opts
		all[i].goroutine = opts.Workers > 1
		if all[i].sink {
			all[i].opts.Unordered = opts.Workers > 1
		}
	}
	return all
}

// others are the stages that call no function, or always do so in the consumer.
var others = []stage{
	{name: "Batch", build: func(ctx context.Context, src pipe.Seq[int], _ work) pipe.Seq[int] {
		return flat(pipe.Batch(ctx, src, 1, 0))
	}},
	{name: "Batch of 4", holds: 3, build: func(ctx context.Context, src pipe.Seq[int], _ work) pipe.Seq[int] {
		return flat(pipe.Batch(ctx, src, 4, 0))
	}},
	{name: "Batch by time", goroutine: true, build: func(ctx context.Context, src pipe.Seq[int], _ work) pipe.Seq[int] {
		return flat(pipe.Batch(ctx, src, 4, 3*time.Second))
	}},
	{name: "Buffer", goroutine: true, build: func(ctx context.Context, src pipe.Seq[int], _ work) pipe.Seq[int] {
		return pipe.Buffer(ctx, src, 3)
	}},
	{name: "Merge", goroutine: true, build: func(ctx context.Context, src pipe.Seq[int], _ work) pipe.Seq[int] {
		return pipe.Merge(ctx, pipe.Of[int](), src)
	}},
	{name: "Throttle", build: func(ctx context.Context, src pipe.Seq[int], _ work) pipe.Seq[int] {
		return pipe.Throttle(ctx, src, time.Second, 2)
	}},
	{name: "Tee", build: func(ctx context.Context, src pipe.Seq[int], _ work) pipe.Seq[int] {
		return pipe.Tee(ctx, src, 1, 1)[0]
	}},
	{name: "Tee for two", build: func(ctx context.Context, src pipe.Seq[int], _ work) pipe.Seq[int] {
		return beside(pipe.Tee(ctx, src, 2, 2))
	}},
	{name: "FromChan", channel: true, build: func(ctx context.Context, src pipe.Seq[int], _ work) pipe.Seq[int] {
		return sent(src, func(ch <-chan int) pipe.Seq[int] { return pipe.FromChan(ctx, ch) })
	}},
	{name: "From", bare: true, channel: true, build: func(_ context.Context, src pipe.Seq[int], _ work) pipe.Seq[int] {
		return pipe.From(func(yield func(int) bool) { src(func(i int, _ error) bool { return yield(i) }) })
	}},
	{name: "Collect", holds: bad, bare: true, sink: true, build: func(_ context.Context, src pipe.Seq[int], _ work) pipe.Seq[int] {
		return collected(func(add func(int)) error {
			items, err := pipe.Collect(src)
			for _, i := range items {
				add(i)
			}
			return err
		})
	}},
	{name: "Reduce", holds: bad, bare: true, sink: true, calls: true, build: func(ctx context.Context, src pipe.Seq[int], fn work) pipe.Seq[int] {
		return collected(func(add func(int)) error {
			sum, err := pipe.Reduce(src, nil, func(all []int, i int) ([]int, error) {
				i, err := fn(ctx, i)
				return append(all, i), err
			})
			for _, i := range sum {
				add(i)
			}
			return err
		})
	}},
}

// flat yields the items of batches.
func flat(src pipe.Seq[[]int]) pipe.Seq[int] {
	return func(yield func(int, error) bool) {
		for batch, err := range src {
			if err != nil && !yield(0, err) {
				return
			}
			for _, i := range batch {
				if !yield(i, nil) {
					return
				}
			}
		}
	}
}

// collected yields what run adds, also if it doesn't return, and then its error.
func collected(run func(add func(int)) error) pipe.Seq[int] {
	return func(yield func(int, error) bool) {
		var mu sync.Mutex
		var items []int
		defer func() {
			for _, i := range items {
				yield(i, nil)
			}
		}()
		err := run(func(i int) {
			mu.Lock()
			defer mu.Unlock()
			items = append(items, i)
		})
		if err != nil {
			defer yield(0, err)
		}
	}
}

// beside yields the items of the first sequence, while another goroutine takes
// the first few of the second.
func beside(branches []pipe.Seq[int]) pipe.Seq[int] {
	return func(yield func(int, error) bool) {
		var other sync.WaitGroup
		defer other.Wait()
		other.Go(func() { observe(branches[1], func(n int) bool { return n < bad-3 }) })
		branches[0](yield)
	}
}

// sent sends the items of src to a channel while what is made of it is ranged over.
func sent(src pipe.Seq[int], from func(<-chan int) pipe.Seq[int]) pipe.Seq[int] {
	if src == nil {
		return from(nil)
	}
	return func(yield func(int, error) bool) {
		ch, stop := make(chan int), make(chan struct{})
		var sender sync.WaitGroup
		defer sender.Wait()
		defer close(stop)
		sender.Go(func() {
			defer close(ch)
			src(func(i int, _ error) bool {
				select {
				case ch <- i:
					return true
				case <-stop:
					return false
				}
			})
		})
		from(ch)(yield)
	}
}
