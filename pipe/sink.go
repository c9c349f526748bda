package pipe

import (
	"context"
	"errors"

	"baton/task"
)

// ForEach calls fn for each item of src and returns when all calls have ended.
// Its result is the first error of src or fn, which also ends it; under
// [task.KeepGoing] it goes on and returns all errors joined. Parallel calls are not
// ordered: an error may end it before fn was called for each of the items that came
// before.
func ForEach[T any](ctx context.Context, src Seq[T], opts Options, fn func(context.Context, T) error) error {
	if fn == nil {
		panic("pipe: nil function")
	}
	opts.Unordered = true
	var errs []error
	for _, err := range Map(ctx, src, opts, func(ctx context.Context, item T) (struct{}, error) {
		return struct{}{}, fn(ctx, item)
	}) {
		if err == nil {
			continue
		}
		errs = append(errs, err)
		if opts.OnError != task.KeepGoing {
			break
		}
	}
	if len(errs) == 1 {
		return errs[0]
	}
	return errors.Join(errs...)
}

// Collect returns the items of src up to the first error, and that error.
func Collect[T any](src Seq[T]) ([]T, error) {
	if src == nil {
		panic("pipe: nil sequence")
	}
	var items []T
	for item, err := range src {
		if err != nil {
			return items, err
		}
		items = append(items, item)
	}
	return items, nil
}

// Reduce combines the items of src: starting with acc, it calls fn with what it
// has so far and the next item. It returns what it has at the end or at the first
// error, of src or of fn, with that error.
func Reduce[T, A any](src Seq[T], acc A, fn func(A, T) (A, error)) (A, error) {
	if fn == nil {
		panic("pipe: nil function")
	}
	if src == nil {
		panic("pipe: nil sequence")
	}
	for item, err := range src {
		if err != nil {
			return acc, err
		}
		next, err := fn(acc, item)
		if err != nil {
			return acc, err
		}
		acc = next
	}
	return acc, nil
}
