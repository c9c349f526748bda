//go:build linux

package main

import (
	"fmt"
	"slices"
	"time"
)

// late is how late lines were. The zero value is ready.
type late struct{ all []time.Duration }

func (l *late) add(d time.Duration) { l.all = append(l.all, d) }

// String returns the median, the 99th percentile and the maximum.
func (l late) String() string {
	if len(l.all) == 0 {
		return "none"
	}
	slices.Sort(l.all)
	at := func(q float64) string {
		return fmt.Sprintf("%.1f", float64(l.all[int(q*float64(len(l.all)-1))])/1e6)
	}
	return at(0.5) + ", " + at(0.99) + ", " + at(1) + " ms"
}
