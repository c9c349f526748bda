package watch_test

import (
	"context"
	"errors"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"baton/internal/goroutines"
	"baton/watch"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// shape is a tree without what differs between runs.
type shape struct {
	Name     string
	Children []shape
}

func shapeOf(nodes []*watch.Node) (all []shape) {
	for _, n := range nodes {
		all = append(all, shape{n.Name, shapeOf(n.Children)})
	}
	return all
}

func TestTree(t *testing.T) {
	ctx := t.Context()
	a, endA := watch.Start(ctx, "kind", "a", nil)
	b, endB := watch.Start(a, "kind", "b", nil)
	_, endC := watch.Start(b, "kind", "c", nil)
	_, endD := watch.Start(a, "kind", "", nil)
	_, endE := watch.Start(ctx, "kind", "e", nil)

	kind := shape{"kind", nil}
	for _, step := range []struct {
		do   func()
		want []shape
	}{
		{func() {}, []shape{{"a", []shape{{"b", []shape{{"c", nil}}}, kind}}, {"e", nil}}},
		{endB, []shape{{"a", []shape{{"c", nil}, kind}}, {"e", nil}}}, // c is an orphan under a
		{endB, []shape{{"a", []shape{{"c", nil}, kind}}, {"e", nil}}}, // twice
		{endA, []shape{{"c", nil}, kind, {"e", nil}}},
		{endE, []shape{{"c", nil}, kind}},
		{endC, []shape{kind}},
		{endD, nil},
	} {
		step.do()
		tree := watch.Snapshot()
		if diff := cmp.Diff(step.want, shapeOf(tree.Roots)); diff != "" {
			t.Errorf("tree differs (-want +got):\n%s", diff)
		}
		for _, n := range tree.All {
			if orphan := n.Name == "c" || n.Name == "kind"; n.Orphan && !orphan {
				t.Errorf("%s is shown as an orphan", n.Name)
			}
		}
	}
}

func TestNode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		why := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		ctx, end := watch.Start(ctx, "crawler", "site", nil)
		defer end()
		_, endFetch := watch.Start(ctx, "task", "fetch", func(n *watch.Node) {
			n.State = map[string]int{"running": 3, "waiting": 1, "idle": 0}
			n.In, n.Out, n.Errors = 12, 8, 1
			n.Queue, n.QueueCap, n.Limit = 5, 64, 3
		})
		defer endFetch()
		begin := time.Now()
		time.Sleep(2300 * time.Millisecond)
		cancel(why)

		got := watch.Snapshot()
		root := got.Roots[0]
		want := []*watch.Node{{
			ID: root.ID, Name: "site", Kind: "crawler", Path: "site", Since: begin, Cause: why,
			Children: []*watch.Node{{
				ID: root.ID + 1, Parent: root.ID, Name: "fetch", Kind: "task", Path: "site/fetch", Since: begin,
				State: map[string]int{"running": 3, "waiting": 1, "idle": 0}, Limit: 3,
				In: 12, Out: 8, Errors: 1, Queue: 5, QueueCap: 64, Cause: why,
			}},
		}}
		if diff := cmp.Diff(want, got.Roots, cmpopts.EquateErrors()); diff != "" {
			t.Errorf("nodes differ (-want +got):\n%s", diff)
		}
		wantText := "site crawler 2.3s: ended: enough\n" +
			"  fetch task 2.3s: 3 running, 1 waiting, limit 3; in 12, out 8, errors 1; queue 5/64; ended: enough\n"
		if diff := cmp.Diff(wantText, got.String()); diff != "" {
			t.Errorf("text differs (-want +got):\n%s", diff)
		}
	})
}

// TestPrintable checks that no name or error breaks a line or the terminal.
func TestPrintable(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	_, end := watch.Start(ctx, "kind\n", "na\x1bme", func(n *watch.Node) {
		n.State = map[string]int{"a\tb": 1}
	})
	defer end()
	cancel(errors.New("first \x1b[31mline\nsecond"))
	text := watch.Snapshot().String()
	if strings.Count(text, "\n") != 1 || strings.ContainsAny(text, "\x1b\t") {
		t.Errorf("text is %q", text)
	}
}

func TestLabels(t *testing.T) {
	ctx := pprof.WithLabels(t.Context(), pprof.Labels("own", "kept"))
	ctx, end := watch.Start(ctx, "kind", "outer", nil)
	defer end()
	ctx, end = watch.Start(ctx, "kind", "inner", nil)
	defer end()
	for key, want := range map[string]string{watch.Label: "outer/inner", "own": "kept"} {
		if got, _ := pprof.Label(ctx, key); got != want {
			t.Errorf("label %s is %q, want %q", key, got, want)
		}
	}
	pprof.Do(ctx, pprof.Labels(), func(context.Context) {
		if got := goroutines.Own(t).Labels[watch.Label]; got != "outer/inner" {
			t.Errorf("the goroutine's label is %q", got)
		}
	})
}

// TestRandomTrees starts and ends nodes at random and compares each snapshot
// with the parents that it should show.
func TestRandomTrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type node struct {
			parent int // index in nodes; -1 is none
			ctx    context.Context
			end    func()
			live   bool
		}
		var nodes []node
		defer func() {
			for _, n := range nodes {
				n.end()
			}
		}()
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			i := rapid.IntRange(-1, len(nodes)-1).Draw(t, "node")
			if i >= 0 && rapid.Bool().Draw(t, "end") {
				nodes[i].end()
				nodes[i].live = false
			} else {
				ctx := context.Background()
				if i >= 0 {
					ctx = nodes[i].ctx
				}
				n := node{parent: i, live: true}
				self := len(nodes)
				n.ctx, n.end = watch.Start(ctx, "kind", "name", func(n *watch.Node) { n.Queue = self })
				nodes = append(nodes, n)
			}

			got := map[int]int{} // index to parent's index
			var last []*watch.Node
			for depth, n := range watch.Snapshot().All {
				last = append(last[:depth], n)
				got[n.Queue] = -1
				if depth > 0 {
					got[n.Queue] = last[depth-1].Queue
				}
			}
			want := map[int]int{}
			for i, n := range nodes {
				if n.live {
					up := n.parent
					for up >= 0 && !nodes[up].live {
						up = nodes[up].parent
					}
					want[i] = up
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("parents differ (-want +got):\n%s", diff)
			}
		}
	})
}

// TestConcurrent is for the race detector; it also checks the order of children
// and that a live parent's child is never shown as an orphan.
func TestConcurrent(t *testing.T) {
	root, end := watch.Start(t.Context(), "kind", "root", nil)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 300 {
				ctx, end := watch.Start(root, "kind", "parent", nil)
				_, endChild := watch.Start(ctx, "kind", "child", func(n *watch.Node) { n.In++ })
				endChild()
				end()
			}
		})
	}
	for range 200 {
		for _, n := range watch.Snapshot().All {
			if n.Orphan {
				t.Errorf("%s is shown as an orphan", n.Name)
			}
			for i, child := range n.Children[min(1, len(n.Children)):] {
				if child.ID <= n.Children[i].ID {
					t.Errorf("children %d and %d are out of order", n.Children[i].ID, child.ID)
				}
			}
		}
	}
	wg.Wait()
	end()
	if tree := watch.Snapshot(); len(tree.Roots) != 0 {
		t.Errorf("left over:\n%s", tree)
	}
}
