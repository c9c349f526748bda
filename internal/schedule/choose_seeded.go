//go:build baton_schedule

package schedule

import "math/rand/v2"

// A chooser decides who goes on. Half of the seeds choose evenly among all
// that could, which finds what needs many changes from one goroutine to another.
// The other half let one goroutine run as far as it can, and take the turn from
// it at few moments, which finds what needs somebody to be away for long: an
// order that even choices reach only by a long row of the same luck.
type chooser struct {
	rng    *rand.Rand
	ranked bool
	change int           // a ranked chooser changes ranks at one of that many choices
	ranks  map[int]int64 // by goroutine; the highest goes first
	lowest int64
}

func newChooser(seed uint64) *chooser {
	rng := rand.New(rand.NewPCG(seed, 0))
	return &chooser{
		rng:    rng,
		ranked: seed%2 == 1,
		change: []int{4, 12, 40}[rng.IntN(3)],
		ranks:  map[int]int64{},
	}
}

// choose returns the index of one of the goroutines, of which there is at least
// one. Equal seeds choose equally from equal lists.
func (c *chooser) choose(goroutines []int) int {
	if !c.ranked {
		return c.rng.IntN(len(goroutines))
	}
	first := c.first(goroutines)
	if c.rng.IntN(c.change) == 0 {
		// To the end of all, so that nobody who waits in a loop holds up the
		// others for ever.
		c.lowest--
		c.ranks[goroutines[first]] = c.lowest
		first = c.first(goroutines)
	}
	return first
}

// first returns the index of the goroutine with the highest rank.
func (c *chooser) first(goroutines []int) int {
	first := 0
	for i, g := range goroutines {
		if _, known := c.ranks[g]; !known {
			c.ranks[g] = 1 + c.rng.Int64N(1<<62)
		}
		if c.ranks[g] > c.ranks[goroutines[first]] {
			first = i
		}
	}
	return first
}
