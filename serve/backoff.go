package serve

import (
	"context"
	"errors"
	"slices"
	"syscall"
	"time"
)

// A backoff is the pause after a failure, which doubles with each that follows.
// Its zero value is ready.
type backoff struct{ last time.Duration }

const (
	shortestPause = 5 * time.Millisecond
	longestPause  = time.Second
)

// next returns how long the next wait will be.
func (b *backoff) next() time.Duration {
	return max(shortestPause, min(2*b.last, longestPause))
}

// wait waits, and reports whether ctx lives on.
func (b *backoff) wait(ctx context.Context) bool {
	b.last = b.next()
	timer := time.NewTimer(b.last)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (b *backoff) reset() { b.last = 0 }

// temporary reports whether accepting may succeed later: the system is out of
// descriptors or memory, or what failed was one client's connection.
func temporary(err error) bool {
	var t interface{ Temporary() bool }
	return errors.As(err, &t) && t.Temporary() || slices.ContainsFunc(passing, func(e error) bool { return errors.Is(err, e) })
}

// passing are errors that don't say of themselves that they are temporary. Those of
// the network are of a connection that has failed before it was accepted; Linux's
// accept(2) says so of them.
var passing = []error{
	syscall.ENOBUFS, syscall.ENOMEM,
	syscall.ECONNABORTED, syscall.EPROTO, syscall.ENOPROTOOPT,
	syscall.ENETDOWN, syscall.ENETUNREACH, syscall.EHOSTDOWN, syscall.EHOSTUNREACH,
}
