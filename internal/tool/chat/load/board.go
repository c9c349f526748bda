package load

import (
	"sync/atomic"
	"time"
)

// A board keeps when messages were sent and have arrived. Its methods may be called
// concurrently.
type board struct {
	start    time.Time
	messages []mark
	sent     atomic.Int64
	arrived  atomic.Int64 // deliveries
	complete atomic.Int64 // messages that all have
	done     chan struct{}
	each     histogram // from sending to each delivery
}

// A mark is what is known of one message. Times are nanoseconds since the start.
type mark struct {
	sent atomic.Int64
	left atomic.Int32 // members that don't have it yet
	last atomic.Int64 // when the last of them got it
}

func newBoard(messages int) *board {
	return &board{start: time.Now(), messages: make([]mark, messages), done: make(chan struct{})}
}

func (b *board) now() int64 { return int64(time.Since(b.start)) }

// send notes that message i is on its way to so many members.
func (b *board) send(i, members int) {
	m := &b.messages[i]
	m.left.Store(int32(members))
	m.sent.Store(max(b.now(), 1))
	b.sent.Add(1)
}

// arrive notes that one member has message i, as of now, and reports whether that is
// a message of this run.
func (b *board) arrive(i int, now int64) bool {
	if i < 0 || i >= len(b.messages) {
		return false
	}
	m := &b.messages[i]
	sent := m.sent.Load()
	if sent == 0 {
		return false // of an earlier run, told as history
	}
	b.each.add(now - sent)
	b.arrived.Add(1)
	if m.left.Add(-1) == 0 {
		m.last.Store(now)
		if b.complete.Add(1) == int64(len(b.messages)) {
			close(b.done)
		}
	}
	return true
}

// toAll returns the times from sending to the last delivery, of complete messages.
func (b *board) toAll() []int64 {
	var all []int64
	for i := range b.messages {
		if m := &b.messages[i]; m.last.Load() > 0 {
			all = append(all, m.last.Load()-m.sent.Load())
		}
	}
	return all
}

// lost returns how many deliveries are missing.
func (b *board) lost() (n int64) {
	for i := range b.messages {
		n += int64(b.messages[i].left.Load())
	}
	return n
}
