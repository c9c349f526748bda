package pipe

import (
	"context"
	"iter"

	"baton/task"
)

// Of returns the sequence of items.
func Of[T any](items ...T) Seq[T] {
	return seq(func(_ context.Context, yield func(T, error) bool) {
		for _, item := range items {
			if !yield(item, nil) {
				return
			}
		}
	})
}

// From returns the sequence of src's items, without errors. It panics if src is nil.
func From[T any](src iter.Seq[T]) Seq[T] {
	if src == nil {
		panic("pipe: nil sequence")
	}
	return seq(func(_ context.Context, yield func(T, error) bool) {
		for item := range src {
			if !yield(item, nil) {
				return
			}
		}
	})
}

// FromChan returns the sequence of what is received from ch until ch is closed
// or ctx ends. It can be ranged over several times, also at once; each item is
// received once.
func FromChan[T any](ctx context.Context, ch <-chan T) Seq[T] {
	return seq(func(stop context.Context, yield func(T, error) bool) {
		ctx, release := within(ctx, stop)
		defer release()
		for {
			if ctx.Err() != nil { // select would choose between the two at random
				yield(*new(T), task.Cause(ctx))
				return
			}
			select {
			case item, ok := <-ch:
				if !ok || !yield(item, nil) {
					return
				}
			case <-ctx.Done():
				yield(*new(T), task.Cause(ctx))
				return
			}
		}
	})
}
