package pipe

import (
	"context"
	"runtime/pprof"
	"sync"
	"sync/atomic"

	"baton/internal/schedule"
	"baton/task"
	"baton/watch"
)

// Merge returns the sequence of the items of all srcs, as they come. Each source
// runs in a goroutine of its own, and is one item ahead of the consumer at the
// most.
func Merge[T any](ctx context.Context, srcs ...Seq[T]) Seq[T] {
	runs := make([]run[T], len(srcs))
	for i, src := range srcs {
		runs[i] = bind(src)
	}
	return seq(func(stop context.Context, yield func(T, error) bool) {
		feed(ctx, stop, "merge", runs, func(ctx context.Context, f *feeder[T]) {
			for ctx.Err() == nil {
				schedule.Point("pipe: receive")
				select {
				case one, ok := <-f.items:
					if !ok && !f.cutOff(ctx) || ok && !yield(one.r, one.err) {
						return
					}
				case <-ctx.Done():
				}
			}
			yield(*new(T), task.Cause(ctx))
		})
	})
}

// Buffer returns src, which runs in a goroutine of its own and may be n items
// ahead of the consumer. It panics if n is less than 1.
func Buffer[T any](ctx context.Context, src Seq[T], n int) Seq[T] {
	if n < 1 {
		panic("pipe: buffer below 1")
	}
	from := bind(src)
	return seq(func(stop context.Context, yield func(T, error) bool) {
		parallel(ctx, stop, from, Options{Name: "buffer", Buffer: n}, same[T], yield)
	})
}

func same[T any](_ context.Context, item T) (T, error) { return item, nil }

// feed runs sources in goroutines of their own and calls drain, in the caller's,
// to receive what they yield. When drain returns, the sources are stopped and
// joined.
func feed[T any](ctx, stop context.Context, name string, sources []run[T], drain func(context.Context, *feeder[T])) {
	outer := ctx
	ctx, release := within(ctx, stop)
	defer release()
	f := feeder[T]{items: make(chan result[T])}
	fctx, cancel := context.WithCancel(context.WithValue(ctx, ancestor{outer}, true))
	fctx, unwatch := watch.Start(fctx, "pipe", name, f.describe)
	defer unwatch()
	f.ctx, f.cancel = fctx, cancel

	f.open.Store(int32(len(sources)))
	for _, from := range sources {
		f.running.Go(func() { f.run(from) }) // ends with the source or with f.ctx
	}
	if len(sources) == 0 {
		close(f.items)
	}
	join := func() {
		cancel()
		f.running.Wait()
	}
	defer join() // if drain panics
	drain(ctx, &f)
	join()
	f.panics.raise()
}

// A feeder is a set of sources while somebody drains them.
type feeder[T any] struct {
	ctx     context.Context // of the sources
	cancel  context.CancelFunc
	items   chan result[T]
	running sync.WaitGroup
	open    atomic.Int32 // sources that have not ended; the last closes items
	cut     atomic.Bool  // ctx has ended while a source had an item
	panics  panics

	in, failed atomic.Uint64
}

// run runs one source to its end.
func (f *feeder[T]) run(from run[T]) {
	returned := false
	defer func() {
		if !returned {
			if r := recover(); r != nil {
				f.panics.add(task.Recovered(r))
				f.cancel()
			} else {
				f.send(*new(T), task.ErrGoexit)
			}
		}
		schedule.Point("pipe: a source has ended")
		if f.open.Add(-1) == 0 {
			close(f.items)
		}
	}()
	pprof.SetGoroutineLabels(f.ctx)
	from(f.ctx, f.send)
	returned = true
}

func (f *feeder[T]) send(item T, err error) bool {
	schedule.Point("pipe: send")
	select {
	case f.items <- result[T]{item, err}:
		if err != nil {
			f.failed.Add(1)
		} else {
			f.in.Add(1)
		}
		return true
	case <-f.ctx.Done():
		f.cut.Store(true)
		return false
	}
}

// cutOff reports, after items was closed, whether items are missing because ctx
// has ended, the consumer's. A panic of a source cuts the others off, too.
func (f *feeder[T]) cutOff(ctx context.Context) bool { return f.cut.Load() && ctx.Err() != nil }

func (f *feeder[T]) describe(n *watch.Node) {
	n.Out, n.Errors = f.in.Load(), f.failed.Load()
	n.In = n.Out + n.Errors
	n.State = map[string]int{"working": int(f.open.Load())}
}
