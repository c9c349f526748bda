//go:build !unix

package nc

import (
	"context"
	"io"
	"os"

	"baton/task"
)

// untilEnd returns a reader of f whose Read ends with ctx. This system can't end a
// read that waits, so it goes on beside, and what it brings is lost.
func untilEnd(ctx context.Context, f *os.File) (r io.Reader, stop func()) {
	b := &beside{ctx: ctx, pieces: make(chan []byte)}
	go b.read(f) // ends with f, or after ctx when f next has something; at the latest with the process
	return b, func() {}
}

type beside struct {
	ctx    context.Context
	pieces chan []byte // closed at the end, when err is set
	piece  []byte
	err    error
}

func (b *beside) read(f *os.File) {
	defer close(b.pieces)
	for {
		p := make([]byte, 32<<10)
		n, err := f.Read(p)
		if n > 0 {
			select {
			case b.pieces <- p[:n]:
			case <-b.ctx.Done():
				return
			}
		}
		if err != nil {
			b.err = err
			return
		}
	}
}

// Read returns what was read of the file, once there is something.
func (b *beside) Read(p []byte) (int, error) {
	if len(b.piece) == 0 {
		select {
		case piece, ok := <-b.pieces:
			if !ok {
				if b.err == nil {
					return 0, task.Cause(b.ctx)
				}
				return 0, b.err
			}
			b.piece = piece
		case <-b.ctx.Done():
			return 0, task.Cause(b.ctx)
		}
	}
	n := copy(p, b.piece)
	b.piece = b.piece[n:]
	return n, nil
}

var _ io.Reader = (*beside)(nil)
