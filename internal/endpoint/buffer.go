package endpoint

import (
	"math/bits"
	"sync"
)

const (
	smallBuffer = 512     // what a read waits with that cannot wait without one
	leastBuffer = 4 << 10 // of those borrowed
)

// A buffer holds what has been read from a connection and is still unread by who
// uses it, in memory that it borrows. The zero value is empty, and has no memory.
type buffer struct {
	mem        []byte // borrowed, or nil
	start, end int32  // what is unread in mem
}

func (b *buffer) unread() []byte { return b.mem[b.start:b.end] }

func (b *buffer) empty() bool { return b.start == b.end }

// use returns the first n bytes of what is unread, which then is unread no more. They
// are valid until another method may move them: room, shrink or release.
func (b *buffer) use(n int) []byte {
	used := b.unread()[:n]
	b.start += int32(n)
	return used
}

// room returns where to read more to, of which add then says how much came. There is
// some if less than n bytes are unread.
func (b *buffer) room(n int) []byte {
	switch {
	case len(b.mem) < n:
		b.move(n)
	case b.empty(), int(b.end) == len(b.mem):
		b.end = int32(copy(b.mem, b.unread()))
		b.start = 0
	}
	return b.mem[b.end:]
}

// add makes the first n bytes of the room unread.
func (b *buffer) add(n int) { b.end += int32(n) }

// shrink gives back as much memory as what is unread doesn't need.
func (b *buffer) shrink() {
	n := len(b.unread())
	switch {
	case n == 0:
		b.release()
	case n <= len(b.mem)/2 && len(b.mem) > leastBuffer:
		b.move(n)
	}
}

// release gives back all memory, and with it what is unread.
func (b *buffer) release() {
	giveBack(b.mem)
	*b = buffer{}
}

// move moves what is unread into memory of n bytes or more.
func (b *buffer) move(n int) {
	mem := borrow(n)
	end := copy(mem, b.unread())
	giveBack(b.mem)
	*b = buffer{mem: mem, end: int32(end)}
}

// pools hold memory in sizes that are powers of two, by exponent.
var pools [32]sync.Pool

// borrow returns n bytes or more.
func borrow(n int) []byte {
	class := bits.Len(uint(max(n, leastBuffer) - 1))
	if class < len(pools) {
		if b, ok := pools[class].Get().(*[]byte); ok {
			return *b
		}
	}
	return make([]byte, 1<<class)
}

// giveBack takes back what borrow returned, or nil.
func giveBack(b []byte) {
	if b == nil {
		return
	}
	if class := bits.Len(uint(len(b) - 1)); class < len(pools) {
		pools[class].Put(&b)
	}
}
