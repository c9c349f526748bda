package main

import (
	"context"

	"github.com/alitto/pond/v2"
	"github.com/sourcegraph/conc/pool"
	"golang.org/x/sync/errgroup"

	"baton/task"
)

// A runTasks runs tasks in the way that the contender's documentation shows: body
// starts them with spawn, it waits for them and returns what went wrong.
type runTasks func(ctx context.Context, limit int, body func(spawn spawnFunc)) error

type spawnFunc func(fn func(ctx context.Context) error)

var taskContenders = []contender[runTasks]{
	{"task", runTask},
	{"errgroup", runErrgroup},
	{"conc", runConc},
	{"pond", runPond},
}

func runTask(ctx context.Context, limit int, body func(spawnFunc)) error {
	return task.Run(ctx, task.Options{Limit: limit}, func(_ context.Context, g *task.Group) error {
		body(g.Go)
		return nil
	})
}

func runErrgroup(ctx context.Context, limit int, body func(spawnFunc)) error {
	g, ctx := errgroup.WithContext(ctx)
	if limit > 0 {
		g.SetLimit(limit)
	}
	body(func(fn func(context.Context) error) {
		g.Go(func() error { return fn(ctx) })
	})
	return g.Wait()
}

func runConc(ctx context.Context, limit int, body func(spawnFunc)) error {
	p := pool.New().WithContext(ctx).WithCancelOnError()
	if limit > 0 {
		p = p.WithMaxGoroutines(limit)
	}
	body(p.Go)
	return p.Wait()
}

func runPond(ctx context.Context, limit int, body func(spawnFunc)) error {
	p := pond.NewPool(limit) // 0 is no limit
	defer p.StopAndWait()
	g := p.NewGroupContext(ctx)
	body(func(fn func(context.Context) error) {
		g.SubmitErr(func() error { return fn(g.Context()) })
	})
	return g.Wait()
}
