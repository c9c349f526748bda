package countdown

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Target is a moment to wait for: some time from now, or a time of day.
type Target struct {
	after time.Duration
	clock time.Duration // since midnight
	daily bool          // clock counts, not after
}

// Parse reads a target: seconds ("10", "1.5"), a duration ("90s", "1h30m") or a
// time of day ("15:04", "15:04:05").
func Parse(text string) (Target, error) {
	if strings.Contains(text, ":") {
		for _, layout := range []string{"15:04", "15:04:05"} {
			if t, err := time.Parse(layout, text); err == nil {
				midnight := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
				return Target{clock: t.Sub(midnight), daily: true}, nil
			}
		}
		return Target{}, fmt.Errorf("invalid time of day %q: want one such as 15:04", text)
	}
	duration := text
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		duration += "s"
	}
	d, err := time.ParseDuration(duration)
	switch {
	case err != nil:
		return Target{}, fmt.Errorf("invalid time %q: want seconds, a duration such as 1h30m, or a time of day such as 15:04", text)
	case d < 0:
		return Target{}, fmt.Errorf("invalid time %q: it has passed already", text)
	}
	return Target{after: d}, nil
}

// Deadline returns the moment itself, as seen from now. A time of day is the next
// such moment in now's time zone, and follows the clock when that is set; a
// duration does not.
func (t Target) Deadline(now time.Time) time.Time {
	if !t.daily {
		return now.Add(t.after)
	}
	on := func(day int) time.Time {
		h, m, s := int(t.clock.Hours()), int(t.clock.Minutes())%60, int(t.clock.Seconds())%60
		return time.Date(now.Year(), now.Month(), day, h, m, s, 0, now.Location())
	}
	if today := on(now.Day()); today.After(now) {
		return today
	}
	return on(now.Day() + 1)
}
