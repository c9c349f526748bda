package pipe

import (
	"runtime/pprof"

	"baton/internal/schedule"
	"baton/task"
)

// pump takes the items of the source and gives them positions, in its own
// goroutine, because an iterator is bound to one.
func (b *boundary[T, R]) pump(from run[T]) {
	defer b.running.Done()
	returned := false
	defer func() {
		if !returned {
			if r := recover(); r != nil {
				b.broke(task.Recovered(r))
			} else {
				b.push(*new(T), task.ErrGoexit)
			}
		}
		b.total.Store(b.pushed.Load())
		schedule.Point("pipe: source has ended")
		b.work.openAll()
		b.results.openAll()
	}()
	pprof.SetGoroutineLabels(b.ctx)
	from(b.ctx, b.push)
	returned = true
}

// push gives an item of the source a position once there is room for it, and
// reports whether there may be more.
func (b *boundary[T, R]) push(item T, err error) bool {
	pos := b.pushed.Load()
	if pos >= b.roomUntil {
		b.awaitRoom(pos)
	}
	if b.stopped.Load() || pos > b.cut.Load() {
		return false
	}
	i := b.cellOf(pos)
	c := &b.cells[i]
	c.pos, c.in, c.err, c.upstream = pos, item, err, err != nil
	schedule.Point("pipe: push")
	b.pushed.Store(pos + 1)
	schedule.Point("pipe: pushed")
	if b.workers == 0 {
		b.process(i)
	} else if b.work.waiting.Load() > 0 {
		b.work.open()
	}
	return true
}

// cellOf returns the cell of a position that is not claimed.
func (b *boundary[T, R]) cellOf(pos int64) int32 {
	slot := pos & b.mask
	if b.unordered {
		return b.queue[slot].Load()
	}
	return int32(slot)
}

// awaitRoom waits until there is a cell for pos, and for some more, or nobody
// wants it any more.
func (b *boundary[T, R]) awaitRoom(pos int64) {
	full := func() bool {
		b.roomUntil = b.consumed.Load() + b.limit
		return pos >= b.roomUntil && !b.stopped.Load()
	}
	for full() {
		b.room.announce()
		if !full() {
			b.room.withdraw()
			return
		}
		<-b.room.pass
	}
}
