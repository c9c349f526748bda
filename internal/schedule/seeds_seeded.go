//go:build baton_schedule

package schedule

import (
	"flag"
	"fmt"
	"strings"
	"testing"
)

var (
	seedsFlag = flag.Int("schedule.seeds", 0, "how many seeds to try, instead of each test's own number")
	seedFlag  = flag.Uint64("schedule.seed", 0, "the only seed to try")
)

// Seeds runs body under the seeds from 1 to n, one after the other, and stops at
// the first that fails; see [Run]. The flag -schedule.seeds changes n, and
// -schedule.seed tries one seed alone, which repeats a failure:
//
//	go test -tags baton_schedule ./task -run TestSchedules -schedule.seed=17
//
// With -v it says each seed beforehand, for a panic outside of the body's own
// goroutine ends the program before anything else can say it.
func Seeds(t *testing.T, n int, body func(t *testing.T)) {
	t.Helper()
	first := uint64(1)
	switch {
	case *seedFlag != 0:
		first, n = *seedFlag, 1
	case *seedsFlag != 0:
		n = *seedsFlag
	}
	for i := range uint64(n) {
		if testing.Verbose() {
			t.Logf("schedule: seed %d", first+i)
		}
		Run(t, first+i, body)
	}
}

// A Trace is the points of a run in the order in which goroutines went on from
// them.
type Trace []Step

// A Step is one goroutine's going on from a point.
type Step struct {
	Goroutine int // numbered in the order in which they first were at a point
	Point     string
}

// String returns a line for each step. Of a long trace it leaves out the
// beginning.
func (tr Trace) String() string {
	const most = 400
	var b strings.Builder
	if left := len(tr) - most; left > 0 {
		fmt.Fprintf(&b, "(%d steps before)\n", left)
		tr = tr[left:]
	}
	for _, s := range tr {
		fmt.Fprintf(&b, "%3d %s\n", s.Goroutine, s.Point)
	}
	return b.String()
}
