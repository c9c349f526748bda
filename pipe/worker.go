package pipe

import (
	"runtime/pprof"
	"sync/atomic"
	"time"

	"baton/internal/schedule"
	"baton/task"
)

const (
	// maxClaim is how many positions a worker claims at the most.
	maxClaim = 64
	// claimTime is how long the items of one claim should take at the most, so
	// that sharing the work stays fair when items take long.
	claimTime = 50 * time.Microsecond
	// measureEvery is how many claims there are to each that is measured. Items
	// that turn slow in between are no harm: others take them over.
	measureEvery = 16
)

// A claim is the positions that a worker has claimed and not begun. Others take
// from it when they have nothing else to do, so that no item waits behind a
// slow one while a worker is idle.
type claim struct {
	state atomic.Uint64          // generation, and the part of the claim that is left: see pack
	first atomic.Int64           // ordered: the first position
	cells [maxClaim]atomic.Int32 // unordered: the cells

	// The owner's.
	current int32         // the cell it works on
	average time.Duration // how long an item takes lately
	known   bool          // average is
	busy    bool          // there was more to claim, so that it matters how much it claims
	count   int           // claims so far
	_       [64]byte
}

// pack makes a state of which next to end is left. The generation tells a state
// from an equal one of an earlier claim.
func pack(generation, next, end uint64) uint64 { return generation<<16 | next<<8 | end }

func unpack(state uint64) (generation, next, end uint64) {
	return state >> 16, state >> 8 & 0xff, state & 0xff
}

// take takes a cell from the claim c, for its owner or for another worker.
func (b *boundary[T, R]) take(c *claim) (int32, bool) {
	for {
		state := c.state.Load()
		_, next, end := unpack(state)
		if next >= end {
			return 0, false
		}
		var i int32
		if b.unordered {
			i = c.cells[next].Load()
		} else {
			i = int32((c.first.Load() + int64(next)) & b.mask)
		}
		schedule.Point("pipe: take a cell")
		// Should the owner have made another claim meanwhile, then this fails.
		if c.state.CompareAndSwap(state, state+1<<8) {
			return i, true
		}
	}
}

// reset makes n cells, from the first, what is left. Only the owner calls it,
// after nothing was left.
func (c *claim) reset(n int64) {
	generation, _, _ := unpack(c.state.Load())
	c.state.Store(pack(generation+1, 0, uint64(n)))
}

// worker processes cells until there are no more. It is a goroutine, and is
// replaced by another when fn ends it by Goexit.
func (b *boundary[T, R]) worker(w int) {
	c := &b.claims[w]
	returned := false
	defer func() {
		if !returned {
			if r := recover(); r != nil {
				b.broke(task.Recovered(r))
			} else {
				b.cells[c.current].err = task.ErrGoexit
				b.finish(c.current)
				b.running.Add(1)
				go b.worker(w)
			}
		}
		b.running.Done()
	}()
	pprof.SetGoroutineLabels(b.ctx)
	b.finishClaim(c) // what a predecessor has left
	for b.acquire(w) {
		measured := c.busy && (!c.known || c.count%measureEvery == 0)
		c.count++
		if !measured {
			b.finishClaim(c)
			continue
		}
		begin := time.Now()
		if did := b.finishClaim(c); did > 0 {
			c.measure(time.Since(begin) / time.Duration(did))
		}
	}
	returned = true
}

// finishClaim processes what is left of claim c and returns how many cells that were.
func (b *boundary[T, R]) finishClaim(c *claim) (did int) {
	for !b.stopped.Load() {
		i, ok := b.take(c)
		if !ok {
			break
		}
		c.current = i
		b.process(i)
		did++
	}
	return did
}

// measure notes how long an item took.
func (c *claim) measure(d time.Duration) {
	if c.known {
		d = (3*c.average + d) / 4
	}
	c.average, c.known = d, true
}

// size returns how many of the available positions the owner should claim.
func (c *claim) size(available int64, workers int) int64 {
	if !c.known {
		return 1
	}
	return max(1, min(available/int64(workers), maxClaim, int64(claimTime/(c.average+1))))
}

// acquire gets cells for worker w and reports whether there are any.
func (b *boundary[T, R]) acquire(w int) bool {
	for {
		if b.stopped.Load() {
			return false
		}
		if b.claim(w) || b.steal(w) {
			return true
		}
		if b.exhausted() {
			return false
		}
		b.work.announce()
		if b.stopped.Load() || b.exhausted() || b.pushed.Load() > b.claimed.Load() {
			b.work.withdraw()
			continue
		}
		<-b.work.pass
	}
}

// exhausted reports whether there is nothing left to claim and won't be.
func (b *boundary[T, R]) exhausted() bool {
	total := b.total.Load()
	return total >= 0 && b.claimed.Load() >= total
}

// claim claims positions for worker w, if some are free.
func (b *boundary[T, R]) claim(w int) bool {
	c := &b.claims[w]
	for {
		first := b.claimed.Load()
		available := b.pushed.Load() - first
		if available <= 0 {
			return false
		}
		n := c.size(available, b.workers)
		if b.unordered {
			// Before the claim, because after it the positions' slots may be reused.
			for k := range n {
				c.cells[k].Store(b.cellOf(first + k))
			}
		} else {
			c.first.Store(first)
		}
		schedule.Point("pipe: claim")
		if b.claimed.CompareAndSwap(first, first+n) {
			schedule.Point("pipe: claimed")
			c.reset(n)
			c.busy = available > 1
			if available > 1 && b.work.waiting.Load() > 0 {
				b.work.open() // for the rest, or to help with ours
			}
			return true
		}
	}
}

// steal takes a cell from another worker's claim for worker w, if there is one.
func (b *boundary[T, R]) steal(w int) bool {
	other := w
	for range b.workers - 1 {
		if other++; other == b.workers {
			other = 0
		}
		if i, ok := b.take(&b.claims[other]); ok {
			c := &b.claims[w]
			c.cells[0].Store(i)
			c.first.Store(int64(i)) // as good as its position, to find the cell
			c.reset(1)
			return true
		}
	}
	return false
}

// process calls fn for the item in a cell.
func (b *boundary[T, R]) process(i int32) {
	c := &b.cells[i]
	if c.pos > b.cut.Load() {
		return
	}
	if c.err == nil {
		c.out, c.err = b.fn(b.ctx, c.in)
		if c.err != nil {
			c.out = *new(R)
		}
	}
	b.finish(i)
}

// finish hands a cell to the consumer.
func (b *boundary[T, R]) finish(i int32) {
	c := &b.cells[i]
	c.in = *new(T)
	if c.err != nil && !c.upstream && !b.keepGoing {
		b.cutAt(c.pos)
	}
	if !b.unordered {
		pos := c.pos
		c.done.Store(pos + 1)
		schedule.Point("pipe: done")
		if b.want.Load() == pos {
			b.results.open()
		}
		return
	}
	// Entries of earlier rounds have other numbers in their upper half.
	n := b.doneTail.Add(1)
	schedule.Point("pipe: done, not shown")
	b.done[(n-1)&b.mask].Store(uint64(n)<<32 | uint64(uint32(i)))
	schedule.Point("pipe: done")
	b.results.open()
}
