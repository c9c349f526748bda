package task

import (
	"context"
	"testing"

	"baton/watch"
)

// TestManyTasks starts the tasks around the one whose number has no room in the
// group's state, with each way of taking a place.
func TestManyTasks(t *testing.T) {
	for name, limit := range map[string]int{"no limit": 0, "places": 10, "waiting for a place": 1} {
		t.Run(name, func(t *testing.T) {
			g := newGroup(t.Context(), Options{Limit: limit})
			g.state.Store(bodyShare + (1<<32-2)<<32)
			task := func(context.Context) error { return nil }
			for range 4 {
				g.Go(task)
			}
			g.release(bodyShare)
			<-g.done
			var n watch.Node
			g.describe(&n)
			if want := uint64(1<<32 + 2); n.In != want || n.Out != want {
				t.Errorf("%d in, %d out, want %d", n.In, n.Out, want)
			}
			if err := g.join(); err != nil {
				t.Error(err)
			}
		})
	}
}
