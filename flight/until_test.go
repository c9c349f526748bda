package flight

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
)

type valueKey struct{}

// TestUntil looks at the context of an execution in each way that there is, before it
// ends and after: it is as if it had been made by package context.
func TestUntil(t *testing.T) {
	gone := errors.New("gone")
	looks := map[string]func(ctx context.Context) error{
		"Err": func(ctx context.Context) error {
			if err := ctx.Err(); !errors.Is(err, context.Canceled) {
				return nil
			}
			return context.Cause(ctx)
		},
		"Cause": context.Cause,
		"Done": func(ctx context.Context) error {
			select {
			case <-ctx.Done():
				return context.Cause(ctx)
			default:
				return nil
			}
		},
		"child": func(ctx context.Context) error {
			child, cancel := context.WithCancel(context.WithValue(ctx, valueKey{}, 2))
			defer cancel()
			if child.Err() == nil {
				return nil
			}
			return context.Cause(child)
		},
		"AfterFunc": func(ctx context.Context) (cause error) {
			stop := context.AfterFunc(ctx, func() { cause = context.Cause(ctx) })
			synctest.Wait()
			stop()
			return cause
		},
	}
	first, leave := context.WithCancel(context.WithValue(t.Context(), valueKey{}, 1))
	leave()
	for name, look := range looks {
		for name2, second := range looks {
			synctest.Test(t, func(t *testing.T) {
				u := &until{first: first}
				if err := look(u); err != nil {
					t.Errorf("%s: %v before the end", name, err)
				}
				if got := u.Value(valueKey{}); got != 1 {
					t.Errorf("%s: value %v", name, got)
				}
				u.end(gone)
				u.end(nil) // comes too late
				if err := second(u); err != gone {
					t.Errorf("%s, %s: %v after the end", name, name2, err)
				}
				if got := u.Value(valueKey{}); got != 1 {
					t.Errorf("%s, %s: value %v", name, name2, got)
				}
			})
		}
	}
}

// TestUntilTellsOthers ends a context that others wait for: no goroutine of theirs is
// needed, and all are told.
func TestUntilTellsOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := &until{first: context.Background()}
		child, cancel := context.WithCancelCause(u)
		defer cancel(nil)
		told := make(chan error, 2)
		context.AfterFunc(u, func() { told <- context.Cause(u) })
		context.AfterFunc(child, func() { told <- context.Cause(child) })
		gone := errors.New("gone")
		u.end(gone)
		for range 2 {
			if err := <-told; err != gone {
				t.Error(err)
			}
		}
	})
}
