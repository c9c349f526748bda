package endpoint

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestLend: what is unread survives that the buffer is given back, in whichever piece
// it comes, and takes no more than it needs.
func TestLend(t *testing.T) {
	var text []byte
	for i := range 3000 {
		text = fmt.Appendf(text, "%d %s\n", i, bytes.Repeat([]byte{'x'}, i%97))
	}
	text = append(text, bytes.Repeat([]byte("y"), 9000)...)
	text = append(text, "\nlast"...)
	const limit = 8000
	for _, size := range []int{1, 13, 700, 5000, 8001, 20_000, len(text)} {
		l := NewLines(&chunked{chunks: slices.Collect(slices.Chunk(text, size)), end: io.EOF}, LineOptions{Max: limit})
		said := allWith(l, func() {
			l.Lend()
			if unread, has := len(l.buf.unread()), len(l.buf.mem); has > max(2*unread, leastBuffer) || unread == 0 && has > 0 {
				t.Fatalf("%d bytes are unread, and the buffer has %d", unread, has)
			}
		})
		if diff := cmp.Diff(expected(text, limit), said); diff != "" {
			t.Errorf("in pieces of %d: -want +got\n%s", size, diff)
		}
		l.Close()
	}
}
