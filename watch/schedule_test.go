//go:build baton_schedule

package watch_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"baton/internal/schedule"
	"baton/watch"
)

// TestSnapshotUnderSchedules takes snapshots while pieces of work start below one
// another and end in any order, each of them twice. What a snapshot shows need not
// be one moment's truth, but it hangs together, and has all that goes on.
func TestSnapshotUnderSchedules(t *testing.T) {
	schedule.Seeds(t, 300, func(t *testing.T) {
		_, endStays := watch.Start(t.Context(), "kind", "s", nil)
		var work sync.WaitGroup
		root, endRoot := watch.Start(t.Context(), "kind", "0", nil)
		var grow func(ctx context.Context, path string, depth int)
		grow = func(ctx context.Context, path string, depth int) {
			var ends []func()
			for i := range 2 {
				ctx, end := watch.Start(ctx, "kind", fmt.Sprint(path, i), nil)
				ends = append(ends, end)
				if depth > 1 {
					work.Go(func() { grow(ctx, fmt.Sprint(path, i), depth-1) })
				}
			}
			for _, end := range ends {
				work.Go(func() {
					schedule.Point("test: end")
					end()
				})
				schedule.Point("test: end")
				end()
			}
		}
		work.Go(func() { grow(root, "0", 2) })
		work.Go(func() {
			schedule.Point("test: end")
			endRoot()
		})
		for range 3 {
			schedule.Point("test: snapshot")
			checkTree(t, watch.Snapshot())
		}
		work.Wait()
		checkTree(t, watch.Snapshot())
		endStays()
		if left := watch.Snapshot(); len(left.Roots) > 0 {
			t.Errorf("left at the end:\n%s", left)
		}
	})
}

// checkTree checks that each node is there once, and below an ancestor: the names
// of ancestors are beginnings of a node's.
func checkTree(t *testing.T, tree *watch.Tree) {
	seen := map[uint64]bool{}
	var walk func(above *watch.Node, nodes []*watch.Node)
	walk = func(above *watch.Node, nodes []*watch.Node) {
		last := uint64(0)
		for _, n := range nodes {
			if seen[n.ID] || n.ID <= last {
				t.Errorf("node %d is there twice, or after %d, in\n%s", n.ID, last, tree)
			}
			seen[n.ID], last = true, n.ID
			parent := n.Name[:len(n.Name)-1]
			switch {
			case above == nil:
				if n.Orphan != (parent != "") {
					t.Errorf("root %s: orphan %v", n.Name, n.Orphan)
				}
			case !strings.HasPrefix(n.Name, above.Name) || n.Orphan != (above.Name != parent):
				t.Errorf("%s below %s: orphan %v", n.Name, above.Name, n.Orphan)
			}
			walk(n, n.Children)
		}
	}
	walk(nil, tree.Roots)
	if len(tree.Roots) == 0 || tree.Roots[0].Name != "s" {
		t.Errorf("what goes on is missing in\n%s", tree)
	}
}
