package pipe_test

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"baton/internal/schedule/orders"
	"baton/task"
)

// TestContract has each stage end in each way.
func TestContract(t *testing.T) {
	for s := range stages {
		for name, how := range contract {
			if how.appliesTo(s) {
				t.Run(s.name+"/"+name, func(t *testing.T) {
					orders.Run(t, 2, func(t *testing.T) { how.test(t, s) })
				})
			}
		}
	}
}

const (
	many = 40
	bad  = 15 // the item at which it happens
)

// A way is how a pipeline ends: what happens at item bad, and where.
type way struct {
	at        place
	fail      func(cancel func()) error
	endless   bool // the source is; otherwise it has many items
	empty     bool
	before    bool          // the context has ended before
	slow      time.Duration // what each item takes there
	want      error         // the last error, which is the cause of the end
	panics    bool
	exits     bool
	cancelled bool
}

type place int

const (
	nowhere place = iota
	inSource
	inFunction
	inLoop
)

func (p place) String() string {
	return []string{"", " in the source", " in the function", " in the loop"}[p]
}

// contract holds each way by its name.
var contract = func() map[string]way {
	all := map[string]way{
		"ok":                    {},
		"empty":                 {empty: true},
		"ended before":          {before: true, want: errUser, cancelled: true},
		"break":                 {at: inLoop, endless: true},
		"a slow source":         {at: inSource, slow: time.Second},
		"slow calls":            {at: inFunction, slow: time.Second},
		"a slow loop":           {at: inLoop, slow: time.Second},
		"error in the source":   {at: inSource, fail: func(func()) error { return errItem }, want: errItem},
		"error in the function": {at: inFunction, fail: func(func()) error { return errItem }, want: errItem},
	}
	for _, at := range []place{inSource, inFunction, inLoop} {
		all["panic"+at.String()] = way{at: at, endless: true, fail: explode, panics: true}
		all["goexit"+at.String()] = way{at: at, endless: at == inLoop, fail: func(func()) error { runtime.Goexit(); return nil }, want: task.ErrGoexit, exits: true}
		all["ended"+at.String()] = way{at: at, endless: true, fail: func(cancel func()) error { cancel(); return nil }, want: errUser, cancelled: true}
	}
	return all
}()

// explode is to be found in the stack of a panic.
//
//go:noinline
func explode(func()) error { panic(errItem) }

func (w way) appliesTo(s stage) bool {
	switch {
	case w.at == inFunction && !s.calls, w.at == inLoop && s.sink, w.cancelled && s.bare:
		return false
	case s.channel:
		return w.at != inSource || w.slow > 0 // else it happens to who sends
	default:
		return true
	}
}

// test has s end in way w.
func (w way) test(t *testing.T, s stage) {
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil) // after the end
	if w.before {
		cancel(errUser)
	}
	var active atomic.Int32 // the user's functions
	happens := func(at place, n int) error {
		if at != w.at {
			return nil
		}
		time.Sleep(w.slow)
		if n != bad || w.fail == nil {
			return nil
		}
		return w.fail(func() { cancel(errUser) })
	}
	src := func(yield func(int, error) bool) {
		active.Add(1)
		defer active.Add(-1)
		for i := range w.items() {
			if err := happens(inSource, i); err != nil {
				yield(0, err)
				return
			}
			if !yield(i, nil) {
				return
			}
		}
	}
	fn := func(_ context.Context, i int) (int, error) {
		active.Add(1)
		defer active.Add(-1)
		if w.before {
			t.Error("the function was called")
		}
		return i, happens(inFunction, i)
	}
	e := observe(s.build(ctx, src, fn), func(n int) bool {
		happens(inLoop, n)
		return !(w.at == inLoop && w.endless && n == bad && w.fail == nil)
	})
	if n := active.Load(); n != 0 {
		t.Errorf("%d functions run after the end", n)
	}
	w.judge(t, s, e)
}

func (w way) items() int {
	switch {
	case w.endless:
		return math.MaxInt
	case w.empty:
		return 0
	default:
		return many
	}
}

// judge checks how ranging over s has ended.
func (w way) judge(t *testing.T, s stage, e ending) {
	exits := w.exits && !(w.at == inSource && s.goroutine || w.at == inFunction && s.opts.Workers > 1)
	keepsGoing := !exits && s.opts.OnError == task.KeepGoing && w.at == inFunction && s.calls
	switch {
	case w.panics:
		if e.panicked == nil || e.panicked.Value != errItem || !strings.Contains(string(e.panicked.Stack), "pipe_test.explode(") {
			t.Errorf("ended with %+v", e)
		}
		return
	case e.panicked != nil || e.exited != exits:
		t.Fatalf("ended with %+v", e)
	case w.want == nil || exits:
		if e.errs != nil {
			t.Errorf("errors %v", e.errs)
		}
	case len(e.errs) == 0 || !errors.Is(e.errs[len(e.errs)-1], w.want) || len(e.errs) > 1 && !w.cancelled:
		t.Errorf("errors %v, want %v", e.errs, w.want)
	case w.cancelled && !errors.Is(e.errs[len(e.errs)-1], context.Canceled):
		t.Errorf("errors %v", e.errs)
	}
	if !s.opts.Unordered && !slices.IsSorted(e.items) {
		t.Errorf("out of order: %v", e.items)
	}
	slices.Sort(e.items)
	if len(slices.Compact(slices.Clone(e.items))) != len(e.items) {
		t.Errorf("an item twice: %v", e.items)
	}
	least, most := w.items(), w.items()
	switch {
	case w.before:
		least, most = 0, 0
	case w.fail == nil && w.endless:
		least, most = bad, bad
	case w.cancelled:
		least = 0
	case w.want != nil && keepsGoing:
		least, most = many-1, many-1
	case w.want != nil && w.at == inFunction && s.opts.Unordered:
		least, most = 0, many-1
	case exits:
		least, most = bad-s.holds, bad
	case w.want != nil && s.sink && s.opts.Unordered && s.opts.OnError != task.KeepGoing:
		least, most = 0, bad // the source's error may be seen first
	case w.want != nil:
		least, most = bad, bad
	}
	if n := len(e.items); n < least || n > most {
		t.Errorf("%d items, want %d to %d", n, least, most)
	}
}
