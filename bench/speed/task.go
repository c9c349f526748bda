package main

import (
	"context"
	"fmt"
	"sync"

	"github.com/alitto/pond/v2"
	"github.com/sourcegraph/conc"
	"golang.org/x/sync/errgroup"

	"baton/task"
)

var taskRows = []row{taskRow(20_000), taskRow(1000)}

func taskRow(batch int) row {
	return row{
		what: fmt.Sprintf("task: a task that does nothing, %d in a group", batch),
		ours: contender{"task.Group.Go", inBatches(batch, groupTasks)},
		peers: []contender{
			{"sync.WaitGroup.Go", inBatches(batch, waitGroupTasks)},
			{"errgroup", inBatches(batch, errGroupTasks)},
			{"conc WaitGroup", inBatches(batch, concTasks)},
			{"pond, 4 workers", inBatches(batch, pondTasks)},
		},
	}
}

// inBatches returns a function that does its work with so many tasks at a time,
// before they are joined.
func inBatches(batch int, run func(n int)) func(n int) {
	return func(n int) {
		for ; n > 0; n -= batch {
			run(min(n, batch))
		}
	}
}

func nothing(context.Context) error { return nil }

func groupTasks(n int) {
	task.Run(background, task.Options{}, func(_ context.Context, g *task.Group) error {
		for range n {
			g.Go(nothing)
		}
		return nil
	})
}

func waitGroupTasks(n int) {
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() { nothing(background) })
	}
	wg.Wait()
}

func errGroupTasks(n int) {
	g, ctx := errgroup.WithContext(background)
	for range n {
		g.Go(func() error { return nothing(ctx) })
	}
	g.Wait()
}

func concTasks(n int) {
	var wg conc.WaitGroup
	for range n {
		wg.Go(func() { nothing(background) })
	}
	wg.Wait()
}

func pondTasks(n int) {
	p := pond.NewPool(workers)
	for range n {
		p.Go(func() { nothing(background) })
	}
	p.StopAndWait()
}
