package task

import (
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"
)

var rounds = flag.Int("rounds", 0, "run TestRatio with so many rounds")

// TestRatio prints what a task costs in relation to sync.WaitGroup.Go, which is
// what package task promises. All contenders take turns in each round, so that
// what disturbs the machine disturbs all of them; the ratios' median counts.
//
//	go test ./task -run TestRatio -rounds 31 -v
func TestRatio(t *testing.T) {
	if *rounds == 0 {
		t.Skip("needs -rounds")
	}
	const n = 20_000
	ratios := map[string][]float64{}
	for range *rounds {
		base := measure(func() { runWaitGroup(t.Context(), n, 0) })
		for _, limit := range []int{0, 4, 64} {
			for _, c := range contenders[1:] {
				name := fmt.Sprintf("limit %2d, %s", limit, c.name)
				took := measure(func() { c.run(t.Context(), n, limit) })
				ratios[name] = append(ratios[name], took/base)
			}
		}
	}
	for _, limit := range []int{0, 4, 64} {
		for _, c := range contenders[1:] {
			name := fmt.Sprintf("limit %2d, %s", limit, c.name)
			slices.Sort(ratios[name])
			all := ratios[name]
			t.Logf("%-18s min %.2f, median %.2f, max %.2f", name, all[0], all[len(all)/2], all[len(all)-1])
		}
	}
}

func measure(run func()) float64 {
	begin := time.Now()
	run()
	return float64(time.Since(begin))
}
