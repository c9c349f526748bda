package pipe

import (
	"context"
	"time"

	"baton/internal/schedule"
	"baton/task"
)

// Batch returns the sequence of slices of size items of src; the last may be
// shorter. If wait is more than 0, a slice is also passed on once its first item
// has waited that long. An error passes on the items before it, then itself. The
// slices belong to the consumer.
//
// With a wait, src runs in a goroutine of its own. Batch panics if size is less
// than 1 or wait is negative.
func Batch[T any](ctx context.Context, src Seq[T], size int, wait time.Duration) Seq[[]T] {
	if size < 1 {
		panic("pipe: batch size below 1")
	}
	if wait < 0 {
		panic("pipe: negative wait")
	}
	if wait > 0 {
		return batchByTime(ctx, src, size, wait)
	}
	from := bind(src)
	return seq(func(stop context.Context, yield func([]T, error) bool) {
		ctx, release := within(ctx, stop)
		defer release()
		var batch []T
		more := true
		flush := func() bool {
			full := batch
			batch = nil
			more = len(full) == 0 || yield(full, nil)
			return more
		}
		from(stop, func(item T, err error) bool {
			if err == nil && ctx.Err() != nil {
				err = task.Cause(ctx)
				more = flush() && yield(nil, err) && false
				return false
			}
			if err != nil {
				more = flush() && yield(nil, err)
				return more
			}
			if batch == nil {
				batch = make([]T, 0, size)
			}
			batch = append(batch, item)
			return len(batch) < size || flush()
		})
		if more {
			flush()
		}
	})
}

func batchByTime[T any](ctx context.Context, src Seq[T], size int, wait time.Duration) Seq[[]T] {
	from := bind(src)
	return seq(func(stop context.Context, yield func([]T, error) bool) {
		feed(ctx, stop, "batch", []run[T]{from}, func(ctx context.Context, f *feeder[T]) {
			timer := time.NewTimer(wait)
			defer timer.Stop()
			timer.Stop()
			var batch []T
			flush := func() bool {
				timer.Stop()
				full := batch
				batch = nil
				return len(full) == 0 || yield(full, nil)
			}
			for {
				schedule.Point("pipe: receive")
				select {
				case one, ok := <-f.items:
					switch {
					case !ok && f.cutOff(ctx):
						continue // to ctx.Done
					case !ok:
						flush()
						return
					case one.err != nil:
						if !flush() || !yield(nil, one.err) {
							return
						}
						continue
					case len(batch) == 0:
						batch = make([]T, 0, size)
						timer.Reset(wait)
					}
					batch = append(batch, one.r)
					if len(batch) == size && !flush() {
						return
					}
				case <-timer.C:
					if !flush() {
						return
					}
				case <-ctx.Done():
					if flush() {
						yield(nil, task.Cause(ctx))
					}
					return
				}
			}
		})
	})
}
