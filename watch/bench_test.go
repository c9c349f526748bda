package watch_test

import (
	"fmt"
	"testing"

	"baton/watch"
)

func BenchmarkStart(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		_, end := watch.Start(b.Context(), "kind", "name", nil)
		end()
	}
}

func BenchmarkSnapshot(b *testing.B) {
	for _, n := range []int{10, 1000, 10000} {
		b.Run(fmt.Sprintf("nodes=%d", n), func(b *testing.B) {
			for range n {
				_, end := watch.Start(b.Context(), "kind", "name", func(n *watch.Node) {
					n.State = map[string]int{"running": 1, "waiting": 2}
				})
				defer end()
			}
			b.ReportAllocs()
			for b.Loop() {
				watch.Snapshot()
			}
		})
	}
}
