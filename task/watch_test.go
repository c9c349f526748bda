package task_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"baton/internal/goroutines"
	"baton/task"
	"baton/watch"
)

// TestNode looks at a group while it works, after an error, and when it is over.
func TestNode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		result := make(chan error)
		go func() {
			result <- task.Run(t.Context(), task.Options{Name: "copy", Limit: 2}, func(_ context.Context, g *task.Group) error {
				for _, seconds := range []time.Duration{1, 4, 2, 1} {
					g.Go(func(context.Context) error {
						time.Sleep(seconds * time.Second)
						if seconds == 2 {
							return errTask
						}
						return nil
					})
				}
				return nil
			})
		}()
		var nodes []*watch.Node
		look := func() { nodes = append(nodes, watch.Snapshot().Roots...) }
		time.Sleep(1500 * time.Millisecond)
		look()
		time.Sleep(2 * time.Second)
		look()
		if err := <-result; !errors.Is(err, errTask) {
			t.Errorf("Run returned %v", err)
		}
		look() // adds nothing
		want := []*watch.Node{
			// At 1.5 s the first task is done, and body waits with the fourth.
			{State: map[string]int{"running": 2, "waiting": 1}, In: 3, Out: 1, Queue: 1},
			// At 3.5 s the third has failed, so the fourth was not started.
			{State: map[string]int{"running": 1, "waiting": 0}, In: 3, Out: 1, Errors: 1, Cause: errTask},
		}
		for _, n := range want {
			n.Name, n.Path, n.Kind, n.Limit = "copy", "copy", "task", 2
		}
		opts := []cmp.Option{cmpopts.IgnoreFields(watch.Node{}, "ID", "Since"), cmpopts.EquateErrors()}
		if diff := cmp.Diff(want, nodes, opts...); diff != "" {
			t.Errorf("nodes differ (-want +got):\n%s", diff)
		}
	})
}

// TestLabels checks the labels of body, of tasks by who starts them, and of the
// caller afterwards.
func TestLabels(t *testing.T) {
	check := func(what, want string) {
		t.Helper()
		if got := goroutines.Own(t).Labels[watch.Label]; got != want {
			t.Errorf("the label of %s is %q, want %q", what, got, want)
		}
	}
	for _, policy := range []task.PanicPolicy{task.Repanic, task.Crash} {
		task.Run(t.Context(), task.Options{Name: "outer", OnPanic: policy}, func(ctx context.Context, outer *task.Group) error {
			check("body", "outer")
			return task.Run(ctx, task.Options{Name: "inner", OnPanic: policy, Limit: 1}, func(_ context.Context, inner *task.Group) error {
				inner.Go(func(context.Context) error {
					check("a task", "outer/inner")
					outer.Go(func(context.Context) error {
						check("an outer task that an inner one started", "outer")
						return nil
					})
					return nil
				})
				return nil
			})
		})
		check("the caller", "")
	}
}
