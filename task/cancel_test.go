package task_test

import (
	"context"
	"errors"
	"testing"

	"baton/internal/schedule/orders"
	"baton/task"
)

// TestCancel has a body cancel its tasks: Run's result is the cause if that had an
// effect, beside errors of the tasks' own.
func TestCancel(t *testing.T) {
	errEnough := errors.New("enough")
	errOwn := errors.New("a reason of its own")
	for name, tc := range map[string]struct {
		end   func(ctx context.Context) error // of a task, when its context has ended
		late  bool                            // start another task after that
		cause error
		want  []error
	}{
		"tasks that don't mind": {func(context.Context) error { return nil }, false, errEnough, nil},
		"tasks that give up":    {context.Cause, false, errEnough, []error{errEnough}},
		"another error":         {func(context.Context) error { return errOwn }, false, errEnough, []error{errOwn}},
		"a task not started":    {func(context.Context) error { return nil }, true, errEnough, []error{errEnough, context.Canceled}},
		"no cause":              {context.Cause, false, nil, []error{context.Canceled}},
	} {
		for _, onError := range []task.ErrorPolicy{task.CancelSiblings, task.KeepGoing} {
			t.Run(name, func(t *testing.T) {
				orders.Run(t, 20, func(t *testing.T) {
					err := task.Run(t.Context(), task.Options{OnError: onError}, func(_ context.Context, g *task.Group) error {
						for range 3 {
							g.Go(func(ctx context.Context) error {
								<-ctx.Done()
								return tc.end(ctx)
							})
						}
						g.Cancel(tc.cause)
						g.Cancel(errOwn) // too late
						if tc.late {
							g.Go(func(context.Context) error { t.Error("started"); return nil })
						}
						return nil
					})
					if (err == nil) != (tc.want == nil) {
						t.Errorf("got %v", err)
					}
					for _, want := range tc.want {
						if !errors.Is(err, want) {
							t.Errorf("got %v, want %v", err, want)
						}
					}
				})
			})
		}
	}
}
