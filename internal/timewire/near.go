package timewire

import "time"

// quarter is what the offsets of all time zones are multiples of.
const quarter = 15 * time.Minute

// Near returns the moment that r tells, given that it is near a moment known
// otherwise. Where r has no date, it is the one that brings it nearest. Where r
// has no zone, the zone is loc; a nil loc makes it the multiple of a quarter of an
// hour that brings it nearest, and guessed true: a clock that is wrong by more
// than seven minutes can't be told from one in another zone.
func (r Reading) Near(near time.Time, loc *time.Location) (t time.Time, guessed bool) {
	t = r.Time
	if r.Zone {
		if !r.Date {
			t = nearestDay(t, near)
		}
		return t, false
	}
	if loc != nil {
		if !r.Date {
			// The date is that in the zone, so that summer time is right.
			local := near.In(loc)
			t = onDay(t, local.Year(), local.Month(), local.Day(), loc)
			for _, days := range []int{-1, 1} {
				if other := onDay(r.Time, local.Year(), local.Month(), local.Day()+days, loc); closer(other, t, near) {
					t = other
				}
			}
			return t, false
		}
		return onDay(t, t.Year(), t.Month(), t.Day(), loc), false
	}
	if !r.Date {
		t = nearestDay(t, near)
	}
	ahead := t.Sub(near).Round(quarter)
	if ahead < -14*time.Hour || ahead > 14*time.Hour {
		return t.UTC(), true // no zone: it is another day
	}
	return t.Add(-ahead).In(time.FixedZone("", int(ahead/time.Second))), true
}

// onDay returns the time of day of t on a day in loc.
func onDay(t time.Time, year int, month time.Month, day int, loc *time.Location) time.Time {
	return time.Date(year, month, day, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), loc)
}

// nearestDay moves t by whole days to where it is nearest to near.
func nearestDay(t, near time.Time) time.Time {
	const day = 24 * 60 * 60
	seconds := near.Unix() - t.Unix()
	days := (seconds + day/2) / day
	if seconds+day/2 < 0 && (seconds+day/2)%day != 0 {
		days--
	}
	return time.Unix(t.Unix()+days*day, int64(t.Nanosecond())).In(t.Location())
}

// closer reports whether a is closer to near than b.
func closer(a, b, near time.Time) bool { return a.Sub(near).Abs() < b.Sub(near).Abs() }
