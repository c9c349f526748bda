//go:build baton_schedule

package lazy_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"baton/internal/schedule"
	"baton/lazy"
)

// TestNoStaleValueUnderSchedules is TestNoStaleValue with the order of events up
// to seeds.
func TestNoStaleValueUnderSchedules(t *testing.T) {
	schedule.Seeds(t, 300, func(t *testing.T) {
		var source atomic.Int64
		v := lazy.New(func(context.Context) (int, error) { return int(source.Load()), nil })
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				for range 3 {
					oldest := source.Add(1)
					v.Reset()
					if x, err := v.Get(t.Context()); err != nil || int64(x) < oldest {
						t.Errorf("got %d, %v, which was replaced by %d", x, err, oldest)
					}
				}
			})
		}
		wg.Wait()
	})
}
