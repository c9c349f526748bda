package du

import (
	"math"

	"baton/internal/fsdir"
)

// ages are the groups of --age: files that were modified less than that many days
// ago, and longer ago than those of the group before.
var ages = [...]struct {
	name string
	days uint64
}{
	{"in the future", 0},
	{"less than a day", 1},
	{"1 to 7 days", 7},
	{"7 to 30 days", 30},
	{"1 to 3 months", 91},
	{"3 to 6 months", 182},
	{"6 to 12 months", 365},
	{"1 to 2 years", 730},
	{"2 to 5 years", 1826},
	{"more than 5 years", math.MaxUint64},
	{"unknown", 0}, // saved without a time
}

const (
	future     = 0
	unknownAge = len(ages) - 1
)

// ageOf returns the index in ages of a time of modification.
func (r *run) ageOf(mtime fsdir.Time) int {
	if r.unknown(mtime) {
		return unknownAge
	}
	now := r.start.Unix()
	if mtime.Sec > now {
		return future
	}
	days := (uint64(now) - uint64(mtime.Sec)) / (24 * 60 * 60) // no time is too long ago
	for i := future + 1; ; i++ {
		if days < ages[i].days {
			return i
		}
	}
}

// unknown reports whether t stands for a time that a saved measurement lacks.
func (r *run) unknown(t fsdir.Time) bool { return r.opts.Load != "" && t == (fsdir.Time{}) }

// An ageRow is a row for the files of an age.
type ageRow struct {
	row
	age int // its index in ages
}

// byAge returns the sums by age, the youngest first: all from the first to the
// last that is not empty.
func (r *run) byAge() []ageRow {
	var list []ageRow
	used := 0
	for i, age := range ages {
		x := ageRow{row{kind: groupRow, name: age.name}, i}
		for _, g := range r.gathered() {
			x.tally.Add(&g.ages[i])
		}
		if x.tally.Files > 0 || len(list) > 0 && i < unknownAge {
			list = append(list, x)
		}
		if x.tally.Files > 0 {
			used = len(list)
		}
	}
	return list[:used]
}

func (r *run) showAges() error {
	var rows []row
	for _, x := range r.byAge() {
		rows = append(rows, x.row)
	}
	if r.opts.Sort == BySize || r.opts.Sort == ByCount {
		r.sortRows(rows)
	}
	return r.showGroups("age", rows)
}
