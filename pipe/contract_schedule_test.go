//go:build baton_schedule

package pipe_test

import (
	"testing"

	"baton/internal/schedule"
)

// TestCutOffUnderSchedules ends the context while a source in a goroutine of its
// own has an item: where that is lost, the consumer must be told why.
func TestCutOffUnderSchedules(t *testing.T) {
	for s := range stages {
		if s.goroutine && !s.calls {
			t.Run(s.name, func(t *testing.T) {
				schedule.Seeds(t, 60, func(t *testing.T) { contract["ended in the source"].test(t, s) })
			})
		}
	}
}
