package main

import (
	"context"
	"sync"

	"github.com/alitto/pond/v2"
	"github.com/panjf2000/ants/v2"
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
	{"ants", runAnts},
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

// runAnts joins the errors by hand, because ants runs functions that have none.
func runAnts(ctx context.Context, limit int, body func(spawnFunc)) error {
	if limit == 0 {
		limit = -1
	}
	p, err := ants.NewPool(limit)
	if err != nil {
		return err
	}
	defer p.Release()
	var wg sync.WaitGroup
	var errs collected
	body(func(fn func(context.Context) error) {
		wg.Add(1)
		errs.add(p.Submit(func() {
			defer wg.Done()
			errs.add(fn(ctx))
		}))
	})
	wg.Wait()
	return errs.joined()
}
