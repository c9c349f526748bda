//go:build baton_schedule

package memo_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/anishathalye/porcupine"

	"baton/internal/schedule"
	"baton/memo"
)

// TestLinearizableUnderSchedules runs histories with the order of events up to seeds.
func TestLinearizableUnderSchedules(t *testing.T) {
	for operations := range uint64(6) { // every second with refreshes
		t.Run(fmt.Sprint(operations), func(t *testing.T) {
			schedule.Seeds(t, 100, func(t *testing.T) {
				if !porcupine.CheckOperations(model, history(operations)) {
					t.Error("not linearizable")
				}
			})
		})
	}
}

// TestSetUnderSchedules sets a key to what its source doesn't have, while it is loaded:
// once Set has returned, nobody who asks gets what the source has.
func TestSetUnderSchedules(t *testing.T) {
	schedule.Seeds(t, 200, func(t *testing.T) {
		c := memo.New(memo.Options[string, int]{}, func(context.Context, string) (int, error) {
			schedule.Point("test: load")
			return 1, nil
		})
		defer c.Close()
		var others sync.WaitGroup
		for range 2 {
			others.Go(func() { c.Get(t.Context(), "key") })
		}
		c.Set("key", 2)
		if v, err := c.Get(t.Context(), "key"); v != 2 || err != nil {
			t.Errorf("got %d, %v", v, err)
		}
		others.Wait()
		if v, _ := c.Peek("key"); v != 2 {
			t.Errorf("then %d is there", v)
		}
	})
}
