//go:build baton_schedule

package orders

import (
	"testing"

	"baton/internal/schedule"
)

const Crowd = 6

func Run(t *testing.T, seeds int, test func(t *testing.T)) { schedule.Seeds(t, seeds, test) }
