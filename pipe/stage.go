package pipe

import (
	"context"

	"baton/task"
)

// Map returns the sequence of fn's results for the items of src.
func Map[T, R any](ctx context.Context, src Seq[T], opts Options, fn func(context.Context, T) (R, error)) Seq[R] {
	opts.check()
	if fn == nil {
		panic("pipe: nil function")
	}
	from := bind(src)
	if opts.Workers > 1 {
		return seq(func(stop context.Context, yield func(R, error) bool) {
			parallel(ctx, stop, from, opts, fn, yield)
		})
	}
	return seq(func(stop context.Context, yield func(R, error) bool) {
		ctx, release := within(ctx, stop)
		defer release()
		endless := ctx.Done() == nil
		from(stop, func(item T, err error) bool {
			if err == nil && (endless || ctx.Err() == nil) {
				var r R
				if r, err = fn(ctx, item); err == nil {
					return yield(r, nil)
				}
				return yield(*new(R), err) && opts.OnError == task.KeepGoing
			}
			if err != nil {
				return yield(*new(R), err)
			}
			yield(*new(R), task.Cause(ctx))
			return false
		})
	})
}

// Filter returns the sequence of those items of src for which keep returns true.
func Filter[T any](ctx context.Context, src Seq[T], opts Options, keep func(context.Context, T) (bool, error)) Seq[T] {
	if keep == nil {
		panic("pipe: nil function")
	}
	type verdict struct {
		item T
		keep bool
	}
	judged := bind(Map(ctx, src, opts, func(ctx context.Context, item T) (verdict, error) {
		ok, err := keep(ctx, item)
		return verdict{item, ok}, err
	}))
	return seq(func(stop context.Context, yield func(T, error) bool) {
		judged(stop, func(v verdict, err error) bool {
			if err == nil && !v.keep {
				return true
			}
			return yield(v.item, err)
		})
	})
}

// FlatMap returns the sequence of all items of the sequences that fn returns for
// the items of src. An error within one of these is passed on, and ends the
// stage unless it is to keep going.
//
// With more than one worker, each worker collects a sequence before it is passed
// on, so that the sequences have to end and to fit in memory.
func FlatMap[T, R any](ctx context.Context, src Seq[T], opts Options, fn func(context.Context, T) Seq[R]) Seq[R] {
	opts.check()
	if fn == nil {
		panic("pipe: nil function")
	}
	if opts.Workers > 1 {
		return flatten(Map(ctx, src, opts, func(ctx context.Context, item T) ([]result[R], error) {
			return gather(ctx, fn(ctx, item))
		}), opts.OnError)
	}
	from := bind(src)
	return seq(func(stop context.Context, yield func(R, error) bool) {
		ctx, release := within(ctx, stop)
		defer release()
		from(stop, func(item T, err error) bool {
			if err == nil && ctx.Err() != nil {
				yield(*new(R), task.Cause(ctx))
				return false
			}
			if err != nil {
				return yield(*new(R), err)
			}
			more := true
			bind(fn(ctx, item))(stop, func(r R, err error) bool {
				more = yield(r, err) && (err == nil || opts.OnError == task.KeepGoing)
				return more
			})
			return more
		})
	})
}

// A result is an element of a sequence.
type result[R any] struct {
	r   R
	err error
}

// gather collects a sequence with its errors, until ctx ends.
func gather[R any](ctx context.Context, src Seq[R]) ([]result[R], error) {
	var all []result[R]
	bind(src)(ctx, func(r R, err error) bool {
		all = append(all, result[R]{r, err})
		return ctx.Err() == nil
	})
	return all, task.Cause(ctx)
}

// flatten yields the elements of each slice of src.
func flatten[R any](src Seq[[]result[R]], onError task.ErrorPolicy) Seq[R] {
	from := bind(src)
	return seq(func(stop context.Context, yield func(R, error) bool) {
		from(stop, func(all []result[R], err error) bool {
			if err != nil {
				return yield(*new(R), err)
			}
			for _, one := range all {
				if !yield(one.r, one.err) || one.err != nil && onError != task.KeepGoing {
					return false
				}
			}
			return true
		})
	})
}
