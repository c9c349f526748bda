package fanout

import "sync/atomic"

// A log holds the latest messages in segments. A message is written once, before
// head grows to its number, and is never changed, so that it can be read without
// a lock; a reader that comes too late finds another segment in the place.
type log[T any] struct {
	head     atomic.Uint64 // the number of the last message
	size     uint64        // messages in a segment
	segments []atomic.Pointer[segment[T]]
}

type segment[T any] struct {
	index    uint64 // the first message has the number index*size+1
	messages []T
}

func newLog[T any](keep int) log[T] {
	size := min(256, keep)
	return log[T]{
		size:     uint64(size),
		segments: make([]atomic.Pointer[segment[T]], (keep+size-1)/size+1), // one more, being filled
	}
}

// append writes the message seq, the one after head. One at a time may do so.
func (l *log[T]) append(seq uint64, v T) {
	index, i := (seq-1)/l.size, (seq-1)%l.size
	slot := &l.segments[index%uint64(len(l.segments))]
	if i == 0 {
		slot.Store(&segment[T]{index, make([]T, l.size)})
	}
	slot.Load().messages[i] = v
	l.head.Store(seq)
}

// at returns the message seq, or false if the log has it no more. There must
// have been one.
func (l *log[T]) at(seq uint64) (v T, ok bool) {
	index, i := (seq-1)/l.size, (seq-1)%l.size
	s := l.segments[index%uint64(len(l.segments))].Load()
	if s == nil || s.index != index {
		return v, false
	}
	return s.messages[i], true
}
