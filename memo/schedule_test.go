//go:build baton_schedule

package memo_test

import (
	"fmt"
	"testing"

	"github.com/anishathalye/porcupine"

	"baton/internal/schedule"
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
