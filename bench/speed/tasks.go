package main

import (
	"context"
	"sync"
	"time"

	"github.com/alitto/pond/v2"
	"github.com/sourcegraph/conc"
	"golang.org/x/sync/errgroup"

	"baton/task"
	"baton/watch"
	"baton/worklist"
)

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

// grow tells add what belongs to a tree of n items, below its root.
func grow(n int, add func(...int)) {
	n--
	if half := n / 2; half > 0 {
		add(half, n-half)
	} else if n > 0 {
		add(n)
	}
}

func listTree(n int) {
	worklist.Run(background, worklist.Options{Workers: 2}, []int{n}, func(_ context.Context, n int, add func(...int)) error {
		grow(n, add)
		return nil
	})
}

// goroutineTree is the book's way: a goroutine for each item, behind a semaphore.
func goroutineTree(n int) {
	var wg sync.WaitGroup
	places := make(chan struct{}, 2)
	var walk func(n int)
	walk = func(n int) {
		defer wg.Done()
		places <- struct{}{}
		defer func() { <-places }()
		grow(n, func(items ...int) {
			for _, n := range items {
				wg.Add(1)
				go walk(n)
			}
		})
	}
	wg.Add(1)
	go walk(n)
	wg.Wait()
}

// channelTree has workers receive from one channel and send what they find to
// another, with a queue between the two.
func channelTree(n int) {
	found, work := make(chan []int), make(chan int)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for n := range work {
				var items []int
				grow(n, func(more ...int) { items = append(items, more...) })
				found <- items
			}
		})
	}
	queue, visiting := []int{n}, 0
	for len(queue) > 0 || visiting > 0 {
		var out chan int
		var next int
		if len(queue) > 0 {
			out, next = work, queue[len(queue)-1]
		}
		select {
		case out <- next:
			queue = queue[:len(queue)-1]
			visiting++
		case items := <-found:
			queue = append(queue, items...)
			visiting--
		}
	}
	close(work)
	wg.Wait()
}

// looking takes ten snapshots a second while fn runs.
func looking(fn func()) {
	ticker := time.NewTicker(time.Second / 10)
	defer ticker.Stop()
	done := make(chan struct{})
	var wg sync.WaitGroup
	defer wg.Wait()
	defer close(done)
	wg.Go(func() {
		for {
			watch.Snapshot()
			select {
			case <-ticker.C:
			case <-done:
				return
			}
		}
	})
	fn()
}
