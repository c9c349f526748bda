//go:build baton_schedule

package flight_test

import (
	"context"
	"sync"
	"testing"

	"baton/flight"
	"baton/internal/schedule"
)

// TestHistoriesUnderSchedules runs one history with the order of events up to seeds.
func TestHistoriesUnderSchedules(t *testing.T) {
	schedule.Seeds(t, 60, func(t *testing.T) { history(t, 1) })
}

// TestEndedBeforeLeaving ends a caller's context when the execution that it waits for
// has ended: it gets the result all the same, whichever of the two it sees first.
func TestEndedBeforeLeaving(t *testing.T) {
	schedule.Seeds(t, 60, func(t *testing.T) {
		var g flight.Group[string, int]
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		running := make(chan struct{})
		var caller sync.WaitGroup
		caller.Go(func() {
			v, _, err := g.Do(ctx, "key", func(context.Context) (int, error) {
				close(running)
				return 1, nil
			})
			if v != 1 || err != nil {
				t.Errorf("got %d, %v", v, err)
			}
		})
		<-running
		g.Wait(t.Context())
		cancel()
		caller.Wait()
	})
}
