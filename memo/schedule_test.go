//go:build baton_schedule

package memo_test

import (
	"testing"

	"github.com/anishathalye/porcupine"

	"baton/internal/schedule"
)

// TestLinearizableUnderSchedules runs histories with the order of events up to seeds.
func TestLinearizableUnderSchedules(t *testing.T) {
	schedule.Seeds(t, 300, func(t *testing.T) {
		if !porcupine.CheckOperations(model, history(1)) {
			t.Error("not linearizable")
		}
	})
}
