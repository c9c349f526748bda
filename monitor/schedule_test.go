//go:build baton_schedule

package monitor_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"baton/internal/schedule"
	"baton/monitor"
)

// TestCallsUnderSchedules has callers come and leave, and the monitor closed,
// with the order of events up to seeds. A call has run if and only if it says so.
func TestCallsUnderSchedules(t *testing.T) {
	schedule.Seeds(t, 300, func(t *testing.T) {
		m := monitor.New(counter{}, monitor.Options[counter]{})
		var ran, unknown atomic.Int64
		total := 0
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if i == 0 {
					wg.Go(func() { schedule.Point("test: cancel"); cancel() })
				}
				for range 3 {
					_, err := monitor.Call(ctx, m, func(c *counter) (int, error) { c.n++; total = c.n; return 0, nil })
					switch {
					case err == nil:
						ran.Add(1)
					case errors.Is(err, monitor.ErrUnknown):
						unknown.Add(1)
					}
				}
			})
		}
		wg.Go(func() { schedule.Point("test: close"); m.Close() })
		wg.Wait()
		m.Close()
		if n := int64(total); n < ran.Load() || n > ran.Load()+unknown.Load() {
			t.Errorf("%d calls have run, callers know of %d and perhaps %d", n, ran.Load(), unknown.Load())
		}
	})
}
