package worklist

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/task"
	"baton/watch"
)

// TestDescribe looks at a list of visits of one second, in the middle of each.
func TestDescribe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// Root 0 adds 4 items that fail; with 3 workers they take two rounds, and
		// with 1 worker, from the third second on, the rest come one by one.
		opts := Options{Workers: 3, OnError: task.KeepGoing, Tune: func(_ context.Context, set func(int)) error {
			time.Sleep(1900 * time.Millisecond)
			set(1)
			return nil
		}}
		l := newList(opts, func(_ context.Context, n int, add func(...int)) error {
			time.Sleep(time.Second)
			if n == 0 {
				add(1, 1, 1, 1, 1)
				return nil
			}
			return errors.New("failed")
		})
		var got []watch.Node
		done := make(chan struct{})
		go func() {
			defer close(done)
			time.Sleep(500 * time.Millisecond)
			for range 5 {
				var n watch.Node
				l.describe(&n)
				got = append(got, n)
				time.Sleep(time.Second)
			}
		}()
		if err := l.run(t.Context(), []int{0}); err == nil {
			t.Error("no error")
		}
		<-done
		node := func(running, idle, queue int, in, out, failed uint64) watch.Node {
			return watch.Node{
				State: map[string]int{"running": running, "idle": idle},
				Queue: queue, In: in, Out: out, Errors: failed,
			}
		}
		want := []watch.Node{
			node(1, 0, 0, 1, 0, 0),
			node(3, 0, 2, 4, 1, 0),
			node(1, 0, 1, 5, 1, 3),
			node(1, 0, 0, 6, 1, 4),
			node(0, 0, 0, 6, 1, 5),
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("nodes (-want +got):\n%s", diff)
		}
	})
}
