package ui

import (
	"context"
	"io"
	"os"
)

// Until returns a reader of r, an [*Input] or [*os.File], whose Read fails with
// the cause of ctx's end, also while it waits for something to read. Other readers
// it returns as they are.
//
// The caller must call stop, which closes nothing, when it reads no more. A Read
// costs one more system call than that of r. Except on Unix, a Read that waits
// already is not interrupted.
func Until(ctx context.Context, r io.Reader) (until io.Reader, stop func(), err error) {
	if in, ok := r.(*Input); ok && in.file != nil {
		r = in.file
	}
	if f, ok := r.(*os.File); ok {
		return untilFile(ctx, f)
	}
	return r, func() {}, nil
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
