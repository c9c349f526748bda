package main

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"baton/worklist"
)

// worklistRows compare the work list with a goroutine for each item behind a
// counting semaphore, as in the book's directory walk, and with workers between
// two channels.
var worklistRows = func() (rows []row) {
	for _, s := range shapes {
		for _, workers := range []int{2, 16} {
			r := row{what: fmt.Sprintf("worklist: an item of a %s that does nothing, %d workers", s.name, workers)}
			for i, c := range walkers {
				next := contender{c.name, func(n int) { c.run(workers, n, s.visit) }}
				if i == 0 {
					r.ours = next
				} else {
					r.peers = append(r.peers, next)
				}
			}
			rows = append(rows, r)
		}
	}
	return rows
}()

// A visit tells add what belongs to n items, below the first of them.
type visit func(n int, add func(...int))

var shapes = []struct {
	name  string
	visit visit
}{
	{"tree", func(n int, add func(...int)) { // each item has two below it
		n--
		if half := n / 2; half > 0 {
			add(half, n-half)
		} else if n > 0 {
			add(n)
		}
	}},
	{"fan", func(n int, add func(...int)) { // the first has all others
		for n > 1 {
			k := min(n-1, len(leaves))
			add(leaves[:k]...)
			n -= k
		}
	}},
	{"chain", func(n int, add func(...int)) {
		if n > 1 {
			add(n - 1)
		}
	}},
}

var leaves = slices.Repeat([]int{1}, 64)

// A walker visits root and all that its visits add, so many at once at the most.
type walker struct {
	name string
	run  func(workers, root int, visit visit)
}

var walkers = []walker{
	{"worklist.Run", listWalk},
	{"goroutine for each, semaphore", goroutineWalk},
	{"channel pool and a queue", channelWalk},
}

func listWalk(workers, root int, visit visit) {
	worklist.Run(background, worklist.Options{Workers: workers}, []int{root}, func(_ context.Context, n int, add func(...int)) error {
		visit(n, add)
		return nil
	})
}

func goroutineWalk(workers, root int, visit visit) {
	var wg sync.WaitGroup
	places := make(chan struct{}, workers)
	var walk func(n int)
	walk = func(n int) {
		defer wg.Done()
		places <- struct{}{}
		defer func() { <-places }()
		visit(n, func(items ...int) {
			for _, n := range items {
				wg.Add(1)
				go walk(n) // ends with its visit; wg knows
			}
		})
	}
	wg.Add(1)
	go walk(root) // likewise
	wg.Wait()
}

// channelWalk has workers receive from one channel and send what they find to
// another, with a queue between the two: they would block each other if both
// channels were full.
func channelWalk(workers, root int, visit visit) {
	found, work := make(chan []int), make(chan int)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for n := range work {
				var items []int
				visit(n, func(more ...int) { items = append(items, more...) })
				found <- items
			}
		})
	}
	queue, visiting := []int{root}, 0
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
