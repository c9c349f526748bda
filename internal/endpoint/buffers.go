package endpoint

import (
	"math/bits"
	"sync"
)

const (
	smallBuffer = 512     // what a read waits with that cannot wait without one
	leastBuffer = 4 << 10 // of those borrowed
)

// pools hold buffers whose sizes are powers of two, by exponent.
var pools [32]sync.Pool

// borrow returns a buffer of n bytes or more.
func borrow(n int) []byte {
	class := bits.Len(uint(max(n, leastBuffer) - 1))
	if class < len(pools) {
		if b, ok := pools[class].Get().(*[]byte); ok {
			return *b
		}
	}
	return make([]byte, 1<<class)
}

// giveBack takes a buffer of borrow back.
func giveBack(b []byte) {
	if class := bits.Len(uint(len(b) - 1)); class < len(pools) {
		pools[class].Put(&b)
	}
}
