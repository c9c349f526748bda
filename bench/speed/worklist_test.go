package main

import (
	"sync/atomic"
	"testing"
)

// TestWalkersVisitAll keeps the comparison honest.
func TestWalkersVisitAll(t *testing.T) {
	for _, w := range walkers {
		for _, s := range shapes {
			for _, n := range []int{1, 2, 3, 1000, 1001} {
				var visits atomic.Int64
				w.run(3, n, func(n int, add func(...int)) {
					visits.Add(1)
					s.visit(n, add)
				})
				if visits.Load() != int64(n) {
					t.Errorf("%s visited %d of %d items of a %s", w.name, visits.Load(), n, s.name)
				}
			}
		}
	}
}
