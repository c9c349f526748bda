// Package worklist runs work that discovers more work, and ends when there is
// none: a directory walk, a crawl, the search of a graph.
//
// A channel of items with a pool of receivers comes close to it in the standard
// library, and leaves its two hard questions to the program. When may the
// channel be closed, if every item may yet bring another one? And what happens
// when all receivers wait to send into a full channel? A work list ends by
// itself as soon as no item waits and none is being visited, and adding an item
// never blocks. Start at [Run].
//
// # Order
//
// A single worker visits in exactly the order that [Options] asks for.
//
//   - [DepthFirst]: the newest item first. The items of one call of add are
//     visited in the order given, each before the items of earlier calls. A visit
//     that adds its children in one call therefore makes a preorder walk.
//   - [BreadthFirst]: the oldest item first.
//
// Several workers keep this order each for the items that it holds itself. A
// worker that has none takes the older half of another one's, which in a depth
// first walk are the bigger subtrees.
//
// # Memory
//
// A list holds the items that wait and nothing about those visited: it grows and
// shrinks with the frontier. For a tree, depth first keeps the frontier small;
// breadth first may hold a whole level.
//
// # Cost
//
// An item costs two uncontended locks of its worker's own mutex, and nothing that
// is shared with other workers while all of them are busy. An idle worker is
// parked; nothing spins. Adding copies the items, so a visit may use one buffer
// for all its calls, add(buf...), which saves the allocation that the variadic
// add(a, b) makes.
package worklist

import (
	"context"
	"runtime"

	"baton/task"
)

// An Order says which waiting item a worker visits next.
type Order int

const (
	// DepthFirst takes the newest item first; the items of one call of add are
	// taken in the order given.
	DepthFirst Order = iota
	// BreadthFirst takes the oldest item first.
	BreadthFirst
)

// Options configure a work list; the zero value is useful.
type Options struct {
	// Name is the list's name in [baton/watch]. It may be empty.
	Name string

	// Workers is the number of items visited at once; 0 means GOMAXPROCS, a
	// negative number panics. Workers are started as items come up for them, so
	// a short list does not pay for a large number.
	Workers int

	// Order is the order of visits; the default is DepthFirst.
	Order Order

	// OnError says what an error does to the other items; the default is
	// [task.CancelSiblings].
	OnError task.ErrorPolicy

	// Tune, if not nil, runs beside the workers in a goroutine that Run joins.
	// It may call set at any time until it returns, also concurrently, to change
	// the number of workers. A larger number takes effect at once; with a smaller
	// one, workers leave after the item that they are visiting and hand over
	// the items that they hold. set panics for less than 1, and once Tune has
	// returned.
	//
	// Tune's context ends when the last item is done or the list is cancelled. A
	// Tune that returns early leaves the list as it is, one that does not return
	// holds up Run. Its error, panic and Goexit count like those of a visit,
	// except that an error which only repeats its ended context is ignored.
	Tune func(ctx context.Context, set func(workers int)) error
}

// Run visits the items of roots and all items that visit adds, and returns when
// no item waits and none is being visited. All goroutines that it started have
// ended by then.
//
// visit may be called concurrently. It may call add until it returns, also from
// goroutines that it waits for; an add that comes later panics. (That check may
// miss a late add that comes while the worker is visiting a later item: the item
// then counts as added by that visit.) add copies its items and never blocks.
// The list does not know items it has seen: where the same item can be discovered
// twice, visit has to recognise it.
//
// The errors of all visits are joined, the first one first. With
// [task.CancelSiblings] the first error also cancels the context that visits get,
// with that error as cause, and items not yet visited are dropped; errors that
// merely repeat this cancellation are left out. With [task.KeepGoing] every item
// is visited.
//
// When ctx ends, items not yet visited are dropped. If there are any, or if a
// visit returned the context's error, then Run returns an error that wraps both
// ctx.Err() and the context's cause; a list that was complete anyway is not
// affected.
//
// A visit that panics cancels the list, whatever OnError says. Once all is joined
// Run panics with a [*task.PanicError] that holds the original value and stack,
// and in Others the further panics if several visits panicked. A visit that calls [runtime.Goexit] fails with [task.ErrGoexit].
//
// Without roots there is nothing to do: Run returns nil and does not call Tune.
func Run[T any](ctx context.Context, opts Options, roots []T, visit func(ctx context.Context, item T, add func(...T)) error) error {
	switch {
	case visit == nil:
		panic("worklist: nil visit")
	case opts.Workers < 0:
		panic("worklist: negative Workers")
	case len(roots) == 0:
		return nil
	}
	if opts.Workers == 0 {
		opts.Workers = runtime.GOMAXPROCS(0)
	}
	return newList(opts, visit).run(ctx, roots)
}
