package main

import (
	"fmt"
	"slices"
	"time"

	"baton/pipe"
)

// printLatency prints how long a lone item takes from its source to the consumer,
// when the next comes only after it has arrived: of a pipe with 4 workers, beside
// goroutines with channels that hand it on as often, and a single handoff.
func printLatency(items int) {
	fmt.Println("\n| a lone item | p50 | p99 |")
	fmt.Println("|---|--:|--:|")
	for _, c := range []struct {
		what string
		run  func(items int) []time.Duration
	}{
		{"pipe.Map, 4 workers", pipeLatency},
		{"2 goroutines with channels: as many handoffs", func(items int) []time.Duration { return channelLatency(items, 2) }},
		{"3 goroutines: one handoff more", func(items int) []time.Duration { return channelLatency(items, 3) }},
	} {
		took := c.run(items)
		slices.Sort(took)
		fmt.Printf("| %s | %v | %v |\n", c.what, took[len(took)/2], took[len(took)*99/100])
	}
}

// pipeLatency takes the time from when the source has an item, which the consumer
// asks for, until the consumer has its result.
func pipeLatency(items int) (took []time.Duration) {
	next := make(chan time.Time, 1)
	next <- time.Now()
	source := pipe.FromChan(background, next)
	for sent := range pipe.Map(background, source, pipe.Options{Workers: workers}, sameTime) {
		if took = append(took, time.Since(sent)); len(took) == items {
			break
		}
		next <- time.Now()
	}
	return took
}

// channelLatency is the same for items that so many goroutines hand on, through
// channels.
func channelLatency(items, goroutines int) (took []time.Duration) {
	first := make(chan time.Time, 1)
	last := first
	for range goroutines {
		in, out := last, make(chan time.Time)
		go func() {
			for t := range in {
				out <- t
			}
			close(out)
		}()
		last = out
	}
	for range items {
		first <- time.Now()
		took = append(took, time.Since(<-last))
	}
	close(first)
	for range last {
	}
	return took
}
