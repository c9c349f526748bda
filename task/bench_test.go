package task_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"baton/task"
)

// BenchmarkGo is the cost of starting and joining an empty task, beside that of
// the standard library. Their ratio is what counts.
func BenchmarkGo(b *testing.B) {
	b.Run("sync.WaitGroup", func(b *testing.B) {
		b.ReportAllocs()
		var wg sync.WaitGroup
		for range b.N {
			wg.Go(func() {})
		}
		wg.Wait()
	})
	for _, limit := range []int{0, 4, 1000} {
		b.Run(fmt.Sprintf("task.Group/limit=%d", limit), func(b *testing.B) {
			b.ReportAllocs()
			task.Run(b.Context(), task.Options{Limit: limit}, func(_ context.Context, g *task.Group) error {
				for range b.N {
					g.Go(func(context.Context) error { return nil })
				}
				return nil
			})
		})
	}
}

// BenchmarkRun is the cost of a group: its context, its node, its join.
func BenchmarkRun(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		task.Run(b.Context(), task.Options{}, func(context.Context, *task.Group) error { return nil })
	}
}
