package du

import (
	"time"

	"baton/internal/fsdir"
)

// ages are the groups of --age: files younger than that many days.
var ages = [...]struct {
	name string
	days int
}{
	{"in the future", 0},
	{"today", 1}, // the last 24 hours
	{"this week", 7},
	{"this month", 30},
	{"3 months", 91},
	{"6 months", 182},
	{"1 year", 365},
	{"2 years", 730},
	{"5 years", 1826},
	{"older", 1 << 30},
}

// ageOf returns the index in ages of a time of modification.
func ageOf(now time.Time, mtime fsdir.Time) int {
	seconds := now.Unix() - mtime.Sec
	if seconds < 0 {
		return 0
	}
	days := seconds / (24 * 60 * 60)
	for i := 1; i < len(ages); i++ {
		if days < int64(ages[i].days) {
			return i
		}
	}
	return len(ages) - 1
}

// byAge returns the sums by age, the youngest first, without empty ones.
func (r *run) byAge() []group {
	var list []group
	for i, age := range ages {
		sum := group{name: age.name}
		for _, g := range r.gathered() {
			sum.tally.Add(&g.ages[i])
		}
		if sum.tally.Files > 0 {
			list = append(list, sum)
		}
	}
	return list
}

func (r *run) showAges() error { return r.showGroups("modified within", r.byAge()) }
