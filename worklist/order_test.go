package worklist_test

import (
	"context"
	"runtime"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"baton/worklist"
)

func TestOrderOfOneWorker(t *testing.T) {
	// 0 adds 1 and 2 in one call and 3 in another; 1 adds 4 and 5; 3 adds 6.
	visit := func(order worklist.Order) (visited []int) {
		err := worklist.Run(t.Context(), worklist.Options{Workers: 1, Order: order}, []int{0, 7},
			func(_ context.Context, i int, add func(...int)) error {
				visited = append(visited, i)
				switch i {
				case 0:
					add(1, 2)
					add(3)
				case 1:
					add(4, 5)
				case 3:
					add(6)
				}
				return nil
			})
		if err != nil {
			t.Fatal(err)
		}
		return visited
	}
	if diff := cmp.Diff([]int{0, 3, 6, 1, 4, 5, 2, 7}, visit(worklist.DepthFirst)); diff != "" {
		t.Errorf("depth first (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{0, 7, 1, 2, 3, 4, 5, 6}, visit(worklist.BreadthFirst)); diff != "" {
		t.Errorf("breadth first (-want +got):\n%s", diff)
	}
}

// A tree maps each node to the calls of add that its visit makes.
type tree [][][]int

// drawTree draws a forest of n nodes. Node i's parent has a smaller number, or is
// none; the children of a node are split into calls at random.
func drawTree(t *rapid.T) (nodes tree, roots []int) {
	n := rapid.IntRange(1, 200).Draw(t, "nodes")
	reach := rapid.IntRange(1, n).Draw(t, "reach") // small: long chains, large: wide trees
	nodes = make(tree, n)
	for i := range n {
		parent := i - rapid.IntRange(1, reach).Draw(t, "parent")
		if parent < 0 {
			roots = append(roots, i)
			continue
		}
		calls := nodes[parent]
		if len(calls) == 0 || rapid.Bool().Draw(t, "new call") {
			calls = append(calls, nil)
		}
		last := &calls[len(calls)-1]
		*last = append(*last, i)
		nodes[parent] = calls
	}
	return nodes, roots
}

// model visits nodes as the documentation says that one worker does, in the
// plainest way: a slice of waiting items with the next one in front.
func (nodes tree) model(order worklist.Order, roots []int) (visited []int) {
	waiting := append([]int(nil), roots...)
	for len(waiting) > 0 {
		i := waiting[0]
		waiting = waiting[1:]
		visited = append(visited, i)
		for _, call := range nodes[i] {
			if order == worklist.DepthFirst {
				waiting = append(append([]int(nil), call...), waiting...)
			} else {
				waiting = append(waiting, call...)
			}
		}
	}
	return visited
}

func TestOneWorkerFollowsTheModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nodes, roots := drawTree(t)
		order := rapid.SampledFrom([]worklist.Order{worklist.DepthFirst, worklist.BreadthFirst}).Draw(t, "order")
		var visited []int
		err := worklist.Run(context.Background(), worklist.Options{Workers: 1, Order: order}, roots,
			func(_ context.Context, i int, add func(...int)) error {
				visited = append(visited, i)
				for _, call := range nodes[i] {
					add(call...)
				}
				return nil
			})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(nodes.model(order, roots), visited); diff != "" {
			t.Fatalf("visits (-want +got):\n%s", diff)
		}
	})
}

func TestEachItemIsVisitedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nodes, roots := drawTree(t)
		opts := worklist.Options{
			Workers: rapid.IntRange(1, 9).Draw(t, "workers"),
			Order:   rapid.SampledFrom([]worklist.Order{worklist.DepthFirst, worklist.BreadthFirst}).Draw(t, "order"),
		}
		schedule := rapid.SliceOfN(rapid.IntRange(1, 9), 0, 20).Draw(t, "set")
		if len(schedule) > 0 {
			opts.Tune = func(ctx context.Context, set func(int)) error {
				for _, n := range schedule {
					set(n)
					runtime.Gosched()
				}
				return nil
			}
		}
		concurrently := rapid.Bool().Draw(t, "add concurrently")

		var mu sync.Mutex
		times := make([]int, len(nodes))
		err := worklist.Run(context.Background(), opts, roots, func(_ context.Context, i int, add func(...int)) error {
			mu.Lock()
			times[i]++
			mu.Unlock()
			var wg sync.WaitGroup
			for _, call := range nodes[i] {
				if concurrently {
					wg.Go(func() { add(call...) })
				} else {
					add(call...)
				}
			}
			wg.Wait()
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, n := range times {
			if n != 1 {
				t.Fatalf("item %d was visited %d times", i, n)
			}
		}
	})
}
