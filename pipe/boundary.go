package pipe

import (
	"context"
	"math"
	"math/bits"
	"sync"
	"sync/atomic"

	"baton/internal/schedule"
	"baton/task"
	"baton/watch"
)

// A boundary is a stage while somebody ranges over it. Its pump, a goroutine,
// takes items from the source and gives each the next position and a cell; the
// workers claim positions, several at a time, and put the results into the
// cells; the consumer, who ranges, takes them out. There is no lock: each number
// below has one who writes it, except for claimed, which workers compete for.
//
// Ordered, position p has the cell p modulo their number, and the consumer waits
// for one position after the other. Unordered, workers queue the cells that are
// done, and a position has the cell that was consumed as many positions ago as
// there are cells.
type boundary[T, R any] struct {
	ctx       context.Context // of fn and the source; ends with the boundary
	cancel    context.CancelCauseFunc
	fn        func(context.Context, T) (R, error)
	workers   int // 0: the pump calls fn
	unordered bool
	keepGoing bool
	lowWater  int64 // a pump that found no room waits until no more cells are in use

	limit  int64 // how many cells may be in use
	cells  []cell[T, R]
	mask   int64           // the cells are a power of two; this is that less one
	queue  []atomic.Int32  // unordered: the cell of each position that is not claimed
	done   []atomic.Uint64 // unordered: the cells that are done, in that order, see finish
	claims []claim         // one for each worker

	_        [64]byte // what different goroutines write lies in different cache lines
	pushed   atomic.Int64
	_        [64]byte
	claimed  atomic.Int64
	_        [64]byte
	doneTail atomic.Int64
	_        [64]byte
	consumed atomic.Int64
	want     atomic.Int64 // ordered: the position that the consumer may be waiting for
	errors   atomic.Uint64
	_        [64]byte
	total    atomic.Int64 // how many positions there are; until the source ends, -1
	cut      atomic.Int64 // no position after this one matters
	stopped  atomic.Bool  // nobody wants results any more

	room    gate // the pump waits here for cells
	work    gate // workers wait here for positions
	results gate // the consumer waits here for cells that are done

	running sync.WaitGroup // pump and workers
	closed  bool

	published, publishEvery int64 // the consumer's
	roomUntil               int64 // the pump's: the position from which on it has to look at consumed
	panics                  panics
}

// A cell holds an item and then its result.
type cell[T, R any] struct {
	pos      int64
	in       T
	out      R
	err      error
	upstream bool         // err came with the item
	done     atomic.Int64 // pos+1 once the result is there, if ordered
}

// parallel yields what fn makes of src in a boundary.
func parallel[T, R any](ctx, stop context.Context, from run[T], opts Options, fn func(context.Context, T) (R, error), yield func(R, error) bool) {
	outer := ctx
	ctx, release := within(ctx, stop)
	defer release()
	if ctx.Err() != nil {
		yield(*new(R), task.Cause(ctx))
		return
	}
	b := newBoundary[T](opts, fn)
	b.ctx, b.cancel = context.WithCancelCause(context.WithValue(ctx, ancestor{outer}, true))
	var unwatch func()
	b.ctx, unwatch = watch.Start(b.ctx, "pipe", opts.Name, b.describe)
	defer unwatch()
	defer b.close() // if yield panics
	b.start(from)
	b.consume(ctx, yield)
	b.close()
	b.panics.raise()
}

func newBoundary[T, R any](opts Options, fn func(context.Context, T) (R, error)) *boundary[T, R] {
	n := opts.buffer()
	ring := 1 << bits.Len(uint(n-1)) // a power of two, for mask
	b := &boundary[T, R]{
		fn:        fn,
		workers:   opts.Workers,
		unordered: opts.Unordered,
		keepGoing: opts.OnError == task.KeepGoing,
		lowWater:  int64(min(n-1, max(n/2, 2*opts.Workers))),
		limit:     int64(n),
		cells:     make([]cell[T, R], ring),
		mask:      int64(ring - 1),
		claims:    make([]claim, opts.Workers),
		room:      newGate(1),
		work:      newGate(opts.Workers),
		results:   newGate(1),

		publishEvery: int64(max(1, n/8)),
		roomUntil:    int64(n),
	}
	if b.unordered {
		b.done = make([]atomic.Uint64, ring)
		b.queue = make([]atomic.Int32, ring)
		for i := range b.queue {
			b.queue[i].Store(int32(i))
		}
	}
	b.total.Store(-1)
	b.cut.Store(math.MaxInt64)
	return b
}

// start starts the pump and the workers. They end when the source has ended and
// nothing is left to claim, or when the boundary is halted.
func (b *boundary[T, R]) start(from run[T]) {
	b.running.Add(1 + b.workers)
	go b.pump(from)
	for w := range b.workers {
		go b.worker(w)
	}
}

// consume yields results until there are no more, yield returns false, or ctx ends.
func (b *boundary[T, R]) consume(ctx context.Context, yield func(R, error) bool) {
	for head := int64(0); ; head++ {
		if ctx.Err() != nil {
			b.close()
			yield(*new(R), task.Cause(ctx))
			return
		}
		i, ok := b.ready(head)
		if !ok {
			if i, ok = b.await(ctx, head); !ok {
				if ctx.Err() != nil {
					head--
					continue
				}
				return
			}
		}
		c := &b.cells[i]
		out, err := c.out, c.err
		last := err != nil && !c.upstream && !b.keepGoing
		c.out, c.err = *new(R), nil // not to be kept alive by the cell
		if b.unordered {
			// For the position that is a ring further, which will be pushed after
			// this was published. The position head is claimed, or else not as many
			// could have been consumed.
			b.queue[head&b.mask].Store(i)
		}
		if head+1-b.published >= b.publishEvery {
			b.publish(head + 1)
		}
		if err != nil {
			b.errors.Add(1)
		}
		if last {
			b.close()
		}
		if !yield(out, err) || last {
			return
		}
	}
}

// publish gives the cells of the positions before head back to the pump. That
// is not done for each, because what two processors write and read in turn costs
// more than all the rest.
func (b *boundary[T, R]) publish(head int64) {
	b.published = head
	b.consumed.Store(head)
	schedule.Point("pipe: publish")
	if b.room.waiting.Load() > 0 && b.pushed.Load()-head <= b.lowWater {
		b.room.open()
	}
}

// ready returns the cell that is the head-th to consume, if it is done.
func (b *boundary[T, R]) ready(head int64) (int32, bool) {
	slot := head & b.mask
	if !b.unordered {
		return int32(slot), b.cells[slot].done.Load() == head+1
	}
	d := b.done[slot].Load()
	return int32(uint32(d)), uint32(d>>32) == uint32(head+1)
}

// await waits for the cell that is the head-th to consume. It returns false if
// there will be none or ctx has ended.
//
// Neither it nor who waits elsewhere lets others run a few times first. That
// seems cheaper if what is waited for is about to come. But who does so is ready to
// run, and another processor takes it: then a lone item, which the goroutines of
// one processor hand on in less than a microsecond, takes several.
func (b *boundary[T, R]) await(ctx context.Context, head int64) (int32, bool) {
	b.publish(head)
	b.want.Store(head)
	for {
		b.results.announce()
		if i, ok := b.ready(head); ok {
			b.results.withdraw()
			return i, true
		}
		if b.over(head) {
			b.results.withdraw()
			return 0, false
		}
		if !b.results.wait(ctx.Done()) {
			return 0, false
		}
		if i, ok := b.ready(head); ok {
			return i, true
		}
		if b.over(head) {
			return 0, false
		}
	}
}

// over reports whether there is no head-th result and won't be.
func (b *boundary[T, R]) over(head int64) bool { return b.stopped.Load() || b.total.Load() == head }

// halt makes pump and workers end.
func (b *boundary[T, R]) halt() {
	schedule.Point("pipe: halt")
	b.stopped.Store(true)
	schedule.Point("pipe: halted")
	b.cancel(nil)
	b.room.openAll()
	b.work.openAll()
	b.results.openAll()
}

// close ends the boundary and waits for its goroutines.
func (b *boundary[T, R]) close() {
	if b.closed {
		return
	}
	b.closed = true
	b.halt()
	b.running.Wait()
}

// broke notes a panic, which ends the boundary.
func (b *boundary[T, R]) broke(p *task.PanicError) {
	b.panics.add(p)
	b.halt()
}

// cutAt says that no position after pos matters.
func (b *boundary[T, R]) cutAt(pos int64) {
	for {
		cut := b.cut.Load()
		if cut <= pos || b.cut.CompareAndSwap(cut, pos) {
			return
		}
	}
}

// describe fills in the node. Numbers that can only grow are read downstream first.
func (b *boundary[T, R]) describe(n *watch.Node) {
	n.Errors = b.errors.Load()
	n.Out = uint64(b.consumed.Load()) - n.Errors
	claimed := b.claimed.Load()
	if b.workers == 0 {
		claimed = b.consumed.Load()
	}
	pushed := b.pushed.Load()
	n.In = uint64(pushed)
	n.Queue, n.QueueCap = int(max(0, pushed-claimed)), int(b.limit)
	n.Limit = b.workers
	idle := int(b.work.waiting.Load())
	n.State = map[string]int{"waiting": idle, "working": b.workers - idle}
}
