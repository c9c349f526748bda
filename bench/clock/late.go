//go:build linux

package main

import (
	"fmt"
	"slices"
	"time"
)

// near is how far from its second a line may come.
const near = 50 * time.Millisecond

// late is how late lines were, which is negative for those that came before their
// second. The zero value is ready.
type late struct {
	all   []time.Duration
	worst map[time.Time]time.Duration // the one furthest from it, for each second
}

func (l *late) add(second time.Time, d time.Duration) {
	if l.worst == nil {
		l.worst = make(map[time.Time]time.Duration)
	}
	l.all = append(l.all, d)
	l.worst[second] = max(l.worst[second], d, -d)
}

// String returns the minimum, the median, the 99th percentile and the maximum.
func (l late) String() string {
	if len(l.all) == 0 {
		return "none"
	}
	slices.Sort(l.all)
	at := func(q float64) string {
		return fmt.Sprintf("%.1f", float64(l.all[int(q*float64(len(l.all)-1))])/1e6)
	}
	return at(0) + ", " + at(0.5) + ", " + at(0.99) + ", " + at(1) + " ms"
}

// near says in how many of the seconds every line came near to it.
func (l late) near() string {
	n := 0
	for _, d := range l.worst {
		if d <= near {
			n++
		}
	}
	return fmt.Sprintf("%d of %d", n, len(l.worst))
}
