//go:build baton_schedule

package flight_test

import (
	"testing"

	"baton/internal/schedule"
)

// TestHistoriesUnderSchedules runs one history with the order of events up to seeds.
func TestHistoriesUnderSchedules(t *testing.T) {
	schedule.Seeds(t, 60, func(t *testing.T) { history(t, 1) })
}
