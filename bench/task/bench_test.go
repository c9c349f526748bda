// Package task compares the cost of starting a task in baton/task with its peers.
package task

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/alitto/pond/v2"
	"github.com/sourcegraph/conc/pool"
	"golang.org/x/sync/errgroup"

	"baton/task"
)

// BenchmarkGo starts and joins b.N empty tasks. A limit of 0 is none. conc and
// pond run several tasks in one goroutine, the others start one for each.
func BenchmarkGo(b *testing.B) {
	for _, limit := range []int{0, 4, 64} {
		for _, c := range contenders {
			if limit > 0 && c.unlimited {
				continue
			}
			b.Run(fmt.Sprintf("limit=%d/%s", limit, c.name), func(b *testing.B) {
				b.ReportAllocs()
				c.run(b.Context(), b.N, limit)
			})
		}
	}
}

var contenders = []struct {
	name      string
	run       func(ctx context.Context, n, limit int)
	unlimited bool // has no limit
}{
	{"WaitGroup", runWaitGroup, true},
	{"task", runTask, false},
	{"errgroup", runErrgroup, false},
	{"conc", runConc, false},
	{"pond", runPond, false},
}

func nothing(context.Context) error { return nil }

func runWaitGroup(ctx context.Context, n, _ int) {
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() { nothing(ctx) })
	}
	wg.Wait()
}

func runTask(ctx context.Context, n, limit int) {
	task.Run(ctx, task.Options{Limit: limit}, func(_ context.Context, g *task.Group) error {
		for range n {
			g.Go(nothing)
		}
		return nil
	})
}

func runErrgroup(ctx context.Context, n, limit int) {
	g, ctx := errgroup.WithContext(ctx)
	if limit > 0 {
		g.SetLimit(limit)
	}
	for range n {
		g.Go(func() error { return nothing(ctx) })
	}
	g.Wait()
}

func runConc(ctx context.Context, n, limit int) {
	p := pool.New().WithContext(ctx).WithCancelOnError()
	if limit > 0 {
		p = p.WithMaxGoroutines(limit)
	}
	for range n {
		p.Go(nothing)
	}
	p.Wait()
}

func runPond(ctx context.Context, n, limit int) {
	p := pond.NewPool(limit, pond.WithContext(ctx))
	for range n {
		p.Go(func() { nothing(ctx) })
	}
	p.StopAndWait()
}
