//go:build unix

package ui

import (
	"context"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

func untilFile(ctx context.Context, f *os.File) (io.Reader, func(), error) {
	// The end of ctx closes the pipe's end for writing, which wakes who waits.
	wake, waker, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	woken := make(chan struct{})
	release := context.AfterFunc(ctx, func() {
		defer close(woken)
		waker.Close()
	})
	read := func(p []byte) (int, error) {
		if err := waitReadable(int(f.Fd()), int(wake.Fd())); err != nil {
			return 0, err
		}
		if ctx.Err() != nil {
			return 0, context.Cause(ctx)
		}
		return f.Read(p)
	}
	return readerFunc(read), func() {
		if release() {
			waker.Close()
		} else {
			<-woken
		}
		wake.Close()
	}, nil
}

// waitReadable waits until one of two descriptors has something to read or has
// come to its end.
func waitReadable(a, b int) error {
	for {
		var ready unix.FdSet
		ready.Set(a)
		ready.Set(b)
		// Select rather than poll: macOS has no poll for terminals.
		if _, err := unix.Select(max(a, b)+1, &ready, nil, nil, nil); err != unix.EINTR {
			return err
		}
	}
}
