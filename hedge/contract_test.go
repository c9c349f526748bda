package hedge_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"baton/hedge"
	"baton/internal/schedule/orders"
	"baton/task"
)

// A way is how one of several tries ends, after a second; the others succeed
// after an hour, or as soon as they see that they have lost.
type way struct {
	end    func(cancel func()) error
	before bool  // the context ends before
	alone  error // the result if there is no other try
	beside error // the result if there is
	panics bool
	loses  bool // the others win, when there are any
}

var contract = map[string]way{
	"ok":           {end: func(func()) error { return nil }},
	"error":        {end: func(func()) error { return errDown }, alone: errDown, loses: true},
	"fatal error":  {end: func(func()) error { return errGone }, alone: errGone, beside: errGone},
	"panic":        {end: explode, panics: true},
	"goexit":       {end: func(func()) error { runtime.Goexit(); return nil }, alone: task.ErrGoexit, loses: true},
	"ended before": {before: true, alone: errUser, beside: errUser},
	"ended during": {end: func(cancel func()) error { cancel(); return errDown }, alone: errUser, beside: errUser},
}

// explode is to be found in the stack of a panic.
//
//go:noinline
func explode(func()) error { panic(errDown) }

// TestContract has each of up to three tries end in each way, when all start at
// once and when one starts after the other.
func TestContract(t *testing.T) {
	for name, how := range contract {
		for tries := 1; tries <= 3; tries++ {
			for which := range tries {
				for _, delay := range []time.Duration{0, time.Minute} {
					t.Run(fmt.Sprintf("%s/%d of %d/delay=%v", name, which+1, tries, delay), func(t *testing.T) {
						orders.Run(t, 10, func(t *testing.T) { how.test(t, tries, which, delay) })
					})
				}
			}
		}
	}
}

func (w way) test(t *testing.T, tries, which int, delay time.Duration) {
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil) // after the end
	if w.before {
		cancel(errUser)
	}
	var begun, running atomic.Int32
	var all []try
	for i := range tries {
		all = append(all, func(ctx context.Context) (int, error) {
			begun.Add(1)
			running.Add(1)
			defer running.Add(-1)
			if i == which {
				time.Sleep(time.Second)
				return 1, w.end(func() { cancel(errUser) })
			}
			return in(time.Hour, 2, nil)(ctx)
		})
	}
	opts := hedge.Options{Delay: delay, Fatal: func(err error) bool { return err == errGone }}
	v, panicked, err := do(ctx, opts, all)
	if n := running.Load(); n != 0 || w.before && begun.Load() != 0 {
		t.Errorf("%d tries run after the end; %d were begun", n, begun.Load())
	}
	want, wantErr := 1, w.beside
	switch {
	case tries == 1:
		wantErr = w.alone
	case w.loses:
		want = 2
	}
	switch {
	case w.panics:
		if panicked == nil || panicked.Value != errDown || !strings.Contains(string(panicked.Stack), "hedge_test.explode(") {
			t.Errorf("panicked with %v", panicked)
		}
	case panicked != nil || !errors.Is(err, wantErr) || wantErr == nil && v != want || wantErr == errUser && !errors.Is(err, context.Canceled):
		t.Errorf("got %d, %v, panicked with %v", v, err, panicked)
	}
}

// do is hedge.Do with a panic as a result.
func do(ctx context.Context, opts hedge.Options, tries []try) (v int, panicked *task.PanicError, err error) {
	defer func() {
		if r := recover(); r != nil {
			panicked = r.(*task.PanicError)
		}
	}()
	v, err = hedge.Do(ctx, opts, tries...)
	return v, nil, err
}
