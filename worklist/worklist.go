// Package worklist runs work that discovers more work, and ends when there is none.
package worklist

import (
	"context"
	"sync"

	"baton/task"
)

// An Order says which waiting item a worker takes next.
type Order int

const (
	// DepthFirst takes the newest item first.
	DepthFirst Order = iota
	// BreadthFirst takes the oldest item first.
	BreadthFirst
)

// Options configure a work list; the zero value is useful.
type Options struct {
	Name    string
	Workers int // 0 means GOMAXPROCS
	Order   Order
	OnError task.ErrorPolicy
	// Tune, if not nil, runs beside the workers in a goroutine that Run joins.
	// It may call set at any time, until it returns, to change the number of
	// workers; its context ends when the last item is done. An error of Tune is
	// an error of Run.
	Tune func(ctx context.Context, set func(workers int)) error
}

// Run visits roots and all that visit adds.
func Run[T any](ctx context.Context, opts Options, roots []T, visit func(ctx context.Context, item T, add func(...T)) error) error {
	var mu sync.Mutex
	stack := roots
	for len(stack) > 0 {
		it := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		err := visit(ctx, it, func(ts ...T) { mu.Lock(); stack = append(stack, ts...); mu.Unlock() })
		if err != nil {
			return err
		}
	}
	return nil
}
