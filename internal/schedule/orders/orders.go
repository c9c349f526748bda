//go:build !baton_schedule

// Package orders runs the tests of blocks in several orders of events: on several
// numbers of processors, or in a build for seeded schedules under seeds.
package orders

import (
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"
)

// Crowd is how many goroutines a test should start where there are to be many.
const Crowd = 1000

// Run runs test in a bubble on 1, 2 and 8 processors, or else under the seeds from
// 1 on. As test must not call [synctest.Wait] there, it can sleep instead, for
// however short a time, until all others wait.
func Run(t *testing.T, _ int, test func(t *testing.T)) {
	for _, procs := range []int{1, 2, 8} {
		t.Run(fmt.Sprint("procs=", procs), func(t *testing.T) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
			synctest.Test(t, test)
		})
	}
}
