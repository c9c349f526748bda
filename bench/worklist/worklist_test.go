// Package worklist compares the work list with what programs write instead of it:
// a goroutine for each item behind a counting semaphore, as in the book's
// directory walk, and workers that receive from a channel which a goroutine with
// an unbounded queue feeds.
//
//	go test -bench . ./worklist
//
// The visits do nothing, or spin for about a microsecond, so that the numbers are
// the cost of an item.
package worklist

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"baton/worklist"
)

// An item stands for a number of items, itself and those that its visit brings up.
type item = int

// A shape brings up the items that belong to n, in calls of add.
type shape func(n item, add func(...item))

var shapes = []struct {
	name  string
	visit shape
}{
	{"tree", tree}, // each item has two children
	{"fan", fan},   // the root has all others
	{"chain", func(n item, add func(...item)) {
		if n > 1 {
			add(n - 1)
		}
	}},
}

func tree(n item, add func(...item)) {
	n--
	if half := n / 2; half > 0 {
		add(half, n-half)
	} else if n > 0 {
		add(n)
	}
}

func fan(n item, add func(...item)) {
	for n > 1 {
		k := min(n-1, len(leaves))
		add(leaves[:k]...)
		n -= k
	}
}

var leaves = slices.Repeat([]item{1}, 64)

// spin works for about a microsecond.
func spin() {
	x := uint64(1)
	for range 1000 {
		x = x*6364136223846793005 + 1442695040888963407
	}
	sink.Store(x)
}

var sink atomic.Uint64

// A contender visits root and all that visit brings up, at most workers at once.
type contender struct {
	name string
	run  func(workers int, root item, visit shape)
}

var contenders = []contender{
	{"worklist", workList},
	{"goroutine-per-item", goroutinePerItem},
	{"channel-pool", channelPool},
}

func workList(workers int, root item, visit shape) {
	_ = worklist.Run(context.Background(), worklist.Options{Workers: workers}, []item{root},
		func(_ context.Context, n item, add func(...item)) error {
			visit(n, add)
			return nil
		})
}

// goroutinePerItem starts a goroutine for each item; a buffered channel counts
// those that may visit.
func goroutinePerItem(workers int, root item, visit shape) {
	var wg sync.WaitGroup
	places := make(chan struct{}, workers)
	var walk func(n item)
	walk = func(n item) {
		defer wg.Done()
		places <- struct{}{}
		defer func() { <-places }()
		visit(n, func(items ...item) {
			for _, n := range items {
				wg.Add(1)
				go walk(n)
			}
		})
	}
	wg.Add(1)
	go walk(root)
	wg.Wait()
}

// channelPool has workers receive from one channel and send what they find to
// another. A goroutine between the two keeps the items that wait, for the workers
// would block each other if both channels were full, and counts those that are
// not done.
func channelPool(workers int, root item, visit shape) {
	found := make(chan []item)
	work := make(chan item)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for n := range work {
				var items []item
				visit(n, func(more ...item) { items = append(items, more...) })
				found <- items
			}
		})
	}
	queue, visiting := []item{root}, 0
	for len(queue) > 0 || visiting > 0 {
		var out chan item
		var next item
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

func BenchmarkItem(b *testing.B) {
	for _, work := range []struct {
		name string
		do   func()
	}{{"noop", func() {}}, {"1us", spin}} {
		for _, s := range shapes {
			for _, workers := range []int{2, 16} {
				for _, c := range contenders {
					b.Run(fmt.Sprintf("%s/%s/workers=%d/%s", work.name, s.name, workers, c.name), func(b *testing.B) {
						b.ReportAllocs()
						c.run(workers, b.N, func(n item, add func(...item)) {
							work.do()
							s.visit(n, add)
						})
					})
				}
			}
		}
	}
}

// TestContendersVisitAll keeps the comparison honest.
func TestContendersVisitAll(t *testing.T) {
	for _, c := range contenders {
		for _, s := range shapes {
			for _, n := range []int{1, 2, 3, 1000, 1001} {
				var visits atomic.Int64
				c.run(3, n, func(n item, add func(...item)) {
					visits.Add(1)
					s.visit(n, add)
				})
				if visits.Load() != int64(n) {
					t.Errorf("%s visited %d of %d items of a %s", c.name, visits.Load(), n, s.name)
				}
			}
		}
	}
}
