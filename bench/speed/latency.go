package main

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"baton/pipe"
)

// printLatency prints how long a lone item takes from its source to the consumer,
// when the next comes only after it has arrived: through a pipe with 4 workers,
// through a pool between two channels, which hands it on as often, and what a
// single handoff takes. They take turns; the median of the turns counts, because
// now and then the scheduler spreads one over two processors for its whole length.
func printLatency() {
	fmt.Println("\n| a lone item | p50 | p99 |")
	fmt.Println("|---|--:|--:|")
	contenders := []struct {
		what string
		run  func() []time.Duration
		each [2][]time.Duration // p50 and p99 by turn
	}{
		{what: "pipe.Map, 4 workers", run: pipeLatency},
		{what: "channel pool, unbuffered, 4 workers", run: poolLatency},
		{what: "one handoff over an unbuffered channel", run: handoffLatency},
	}
	for range 11 {
		for i := range contenders {
			c := &contenders[i]
			took := c.run()
			slices.Sort(took)
			c.each[0] = append(c.each[0], took[len(took)/2])
			c.each[1] = append(c.each[1], took[len(took)*99/100])
		}
	}
	for _, c := range contenders {
		fmt.Printf("| %s | %v | %v |\n", c.what, median(c.each[0]), median(c.each[1]))
	}
}

// lone is how many items go through each contender in a turn.
const lone = 4000

// onDemand is a source of the time at which it has its next item, which is when
// the consumer has asked for it. It ends when ask is closed.
func onDemand(ask <-chan struct{}) pipe.Seq[time.Time] {
	return func(yield func(time.Time, error) bool) {
		for range ask {
			if !yield(time.Now(), nil) {
				return
			}
		}
	}
}

// arrivals asks for items one after the other and returns how long each took.
func arrivals(run func(ask <-chan struct{}) pipe.Seq[time.Time]) (took []time.Duration) {
	ask := make(chan struct{}, 1)
	ask <- struct{}{}
	for sent := range run(ask) {
		if took = append(took, time.Since(sent)); len(took) == lone {
			close(ask)
			continue // to the end of the goroutines
		}
		ask <- struct{}{}
	}
	return took
}

func pipeLatency() []time.Duration {
	return arrivals(func(ask <-chan struct{}) pipe.Seq[time.Time] {
		return pipe.Map(background, onDemand(ask), pipe.Options{Workers: workers}, sameTime)
	})
}

func poolLatency() []time.Duration {
	return arrivals(func(ask <-chan struct{}) pipe.Seq[time.Time] {
		return throughPool(onDemand(ask))
	})
}

func handoffLatency() []time.Duration {
	return arrivals(func(ask <-chan struct{}) pipe.Seq[time.Time] {
		return throughChannel(onDemand(ask))
	})
}

// throughChannel runs src in a goroutine of its own.
func throughChannel(src pipe.Seq[time.Time]) pipe.Seq[time.Time] {
	return func(yield func(time.Time, error) bool) {
		out := make(chan time.Time)
		go func() { // ends with src, since the loop below takes all
			defer close(out)
			for t := range src {
				out <- t
			}
		}()
		for t := range out {
			yield(t, nil)
		}
	}
}

// throughPool runs src in a goroutine of its own, and workers behind it.
func throughPool(src pipe.Seq[time.Time]) pipe.Seq[time.Time] {
	return func(yield func(time.Time, error) bool) {
		out := make(chan time.Time)
		var wg sync.WaitGroup
		in := make(chan time.Time)
		for range workers {
			wg.Go(func() {
				for t := range in {
					out <- t
				}
			})
		}
		go func() { // ends after src and the workers, since the loop below takes all
			for t := range src {
				in <- t
			}
			close(in)
			wg.Wait()
			close(out)
		}()
		for t := range out {
			yield(t, nil)
		}
	}
}
