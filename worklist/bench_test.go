package worklist_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"baton/worklist"
)

// Each benchmark visits b.N items that do nothing, so that what is measured is
// the list: a binary tree, the worst case for a pool that shares everything; one
// item that discovers all others; and a chain, which has no parallelism at all
// and wakes idle workers in vain.

var workerCounts = []int{1, 2, 16}

func run(b *testing.B, order worklist.Order, visit func(ctx context.Context, i int, add func(...int)) error) {
	for _, workers := range workerCounts {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			b.ReportAllocs()
			opts := worklist.Options{Workers: workers, Order: order}
			if err := worklist.Run(b.Context(), opts, []int{b.N}, visit); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// visitTree splits n items into itself and two halves of the rest.
func visitTree(_ context.Context, n int, add func(...int)) error {
	n--
	if half := n / 2; half > 0 {
		add(half, n-half)
	} else if n > 0 {
		add(n)
	}
	return nil
}

func BenchmarkTreeDepthFirst(b *testing.B) { run(b, worklist.DepthFirst, visitTree) }

func BenchmarkTreeBreadthFirst(b *testing.B) { run(b, worklist.BreadthFirst, visitTree) }

func BenchmarkFan(b *testing.B) {
	run(b, worklist.DepthFirst, func(_ context.Context, n int, add func(...int)) error {
		for n > 1 {
			k := min(n-1, len(leaves))
			add(leaves[:k]...)
			n -= k
		}
		return nil
	})
}

var leaves = slices.Repeat([]int{1}, 64)

func BenchmarkChain(b *testing.B) {
	run(b, worklist.DepthFirst, func(_ context.Context, n int, add func(...int)) error {
		if n > 1 {
			add(n - 1)
		}
		return nil
	})
}

func BenchmarkRunOneItem(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_ = worklist.Run(b.Context(), worklist.Options{}, []int{1}, visitTree)
	}
}
