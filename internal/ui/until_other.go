//go:build !unix

package ui

import (
	"context"
	"io"
	"os"
)

func untilFile(ctx context.Context, f *os.File) (io.Reader, func(), error) {
	read := func(p []byte) (int, error) {
		if ctx.Err() != nil {
			return 0, context.Cause(ctx)
		}
		return f.Read(p)
	}
	return readerFunc(read), func() {}, nil
}
