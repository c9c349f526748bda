// Package countdown counts down to a moment, unless someone stops it.
package countdown

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"baton/internal/ui"
)

// ErrAborted is the error of a countdown that was stopped with Return.
var ErrAborted = errors.New("aborted")

// Options say what to count down to.
type Options struct {
	Target Target
	Title  string // what happens then, shown beside the time; "" for nothing
}

// Wait returns nil at the target's moment, [ErrAborted] when Return is pressed
// before, and the context's cause when that ends.
//
// Return counts only where standard input is a terminal. Anything else, and its
// end above all, is for the command that runs afterwards.
//
// The time left stands in the status line. Where there is none it is printed as
// lines: each of the last ten seconds, tens of seconds in the last minute, then
// minutes, then hours. s.Quiet turns both off.
func Wait(ctx context.Context, opts Options, s *ui.Streams) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	deadline := opts.Target.Deadline(time.Now())

	var keys sync.WaitGroup
	if in := s.In.File(); in != nil && s.In.Terminal {
		keys.Go(func() { // ends with ctx at the latest
			if waitReturn(ctx, in) == nil {
				cancel(ErrAborted)
			}
		})
	}
	status := s.StartStatus(func() (string, time.Duration) {
		left := seconds(time.Until(deadline))
		return line(left, opts.Title, s.In.Terminal), untilNext(deadline)
	})
	var lines io.Writer = s.Err
	if s.Quiet || s.Interactive() {
		lines = io.Discard
	}
	err := count(ctx, deadline, lines)

	status.Stop()
	cancel(nil)
	keys.Wait()
	if context.Cause(ctx) == ErrAborted {
		return ErrAborted // though the time may be over: who pressed Return was in time
	}
	return err
}

// count waits for deadline and prints the times on the way that are worth a line.
// Each wait is computed from the deadline, so that no error adds up.
func count(ctx context.Context, deadline time.Time, lines io.Writer) error {
	first := true
	for {
		left := seconds(time.Until(deadline))
		if left <= 0 {
			return nil
		}
		if first || worthLine(left) {
			fmt.Fprintln(lines, clock(left))
		}
		first = false
		next := time.NewTimer(untilNext(deadline))
		select {
		case <-ctx.Done():
			next.Stop()
			return context.Cause(ctx)
		case <-next.C:
		}
	}
}

// seconds returns how many seconds of a time have not passed entirely.
func seconds(left time.Duration) int64 {
	n := int64(left / time.Second)
	if left%time.Second > 0 {
		n++
	}
	return n
}

// untilNext returns how long it is to the next whole second before deadline.
func untilNext(deadline time.Time) time.Duration {
	left := time.Until(deadline)
	if rest := left % time.Second; rest > 0 {
		return rest
	}
	return time.Second
}

func worthLine(left int64) bool {
	switch {
	case left <= 10:
		return true
	case left <= 60:
		return left%10 == 0
	case left <= 60*60:
		return left%60 == 0
	default:
		return left%(60*60) == 0
	}
}

// line is the status line.
func line(left int64, title string, canReturn bool) string {
	text := clock(left)
	if title != "" {
		text += "  " + title
	}
	if canReturn {
		return text + "  (Return aborts)"
	}
	return text + "  (Ctrl-C aborts)"
}

// clock formats seconds: "7", "1:30", "2:00:00".
func clock(n int64) string {
	switch {
	case n < 60:
		return fmt.Sprint(n)
	case n < 60*60:
		return fmt.Sprintf("%d:%02d", n/60, n%60)
	default:
		return fmt.Sprintf("%d:%02d:%02d", n/3600, n/60%60, n%60)
	}
}
