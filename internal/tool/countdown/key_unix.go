//go:build unix

package countdown

import (
	"bytes"
	"context"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// waitReturn returns nil once a line was entered at the terminal in, and an error
// when ctx ends. It never has a read pending: what is typed later belongs to
// others.
func waitReturn(ctx context.Context, in *os.File) error {
	// The end of ctx closes the pipe's end for writing, which wakes the wait below.
	wake, waker, err := os.Pipe()
	if err != nil {
		return err
	}
	defer wake.Close()
	woken := make(chan struct{})
	release := context.AfterFunc(ctx, func() {
		defer close(woken)
		waker.Close()
	})
	defer func() {
		if !release() {
			<-woken
			return
		}
		waker.Close()
	}()

	fd, wakeFd := int(in.Fd()), int(wake.Fd())
	for ctx.Err() == nil {
		if !inForeground(fd) {
			// To read now would stop this process, and what is typed is not meant for it.
			if !sleep(ctx, 200*time.Millisecond) {
				break
			}
			continue
		}
		var ready unix.FdSet
		ready.Set(fd)
		ready.Set(wakeFd)
		// Select rather than poll: macOS has no poll for terminals. The limit is for
		// the case that the terminal is given to another process meanwhile.
		n, err := unix.Select(max(fd, wakeFd)+1, &ready, nil, nil, &unix.Timeval{Usec: 500_000})
		if n <= 0 || !ready.IsSet(fd) || ctx.Err() != nil {
			if err != nil && err != unix.EINTR {
				return err
			}
			continue
		}
		if entered(fd) {
			return nil
		}
		// Ctrl-D, or the end of a terminal that is gone: not worth a busy loop.
		sleep(ctx, 100*time.Millisecond)
	}
	return context.Cause(ctx)
}

// entered reads what the terminal has, and reports whether a line's end is there.
func entered(fd int) bool {
	if !inForeground(fd) {
		return false
	}
	buf := make([]byte, 4096) // the longest line that a terminal gives
	n, _ := unix.Read(fd, buf)
	return n > 0 && bytes.ContainsAny(buf[:n], "\r\n")
}

// inForeground reports whether this process may read the terminal.
func inForeground(fd int) bool {
	group, err := unix.IoctlGetInt(fd, unix.TIOCGPGRP)
	if err != nil {
		return true // not this process's controlling terminal, so nothing is shared
	}
	own, err := unix.Getpgid(0)
	return err == nil && own == group
}

// sleep reports whether it was not interrupted by the end of ctx.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
