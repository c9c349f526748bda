//go:build !baton_schedule

package pipe_test

import (
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"
)

// inOrders runs a test in a bubble on 1, 2 and 8 processors.
func inOrders(t *testing.T, test func(t *testing.T)) {
	for _, procs := range []int{1, 2, 8} {
		t.Run(fmt.Sprint("procs=", procs), func(t *testing.T) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
			synctest.Test(t, test)
		})
	}
}
