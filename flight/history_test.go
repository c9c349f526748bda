package flight_test

import (
	"context"
	"flag"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"baton/flight"
	"baton/internal/schedule"
)

var histories = flag.Int("flight.histories", 2000, "how many random histories to check")

// A key of a history knows what was started and returned for it.
type historyKey struct {
	running  atomic.Int32
	started  atomic.Int64 // numbers the executions
	returned atomic.Int64 // the highest number that a caller has had
}

// TestHistories lets callers come, leave and forget at random, and checks after
// each that what they got was not over for anyone when they asked, and that no
// two executions of a key overlap.
func TestHistories(t *testing.T) {
	for seed := range *histories {
		history(t, uint64(seed))
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func history(t *testing.T, seed uint64) {
	var g flight.Group[int, int64]
	var keys [2]historyKey
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(seed, uint64(worker)))
			for range 25 {
				if rng.IntN(10) == 0 {
					g.Forget(rng.IntN(2))
					continue
				}
				askOnce(t, &g, &keys, rng)
			}
		})
	}
	wg.Wait()
	g.Wait(context.Background())
}

func askOnce(t *testing.T, g *flight.Group[int, int64], keys *[2]historyKey, rng *rand.Rand) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if rng.IntN(3) == 0 {
		go cancel() // at some time during the call, or before, or after
	} else if rng.IntN(3) == 0 {
		ctx = context.Background()
	}
	i := rng.IntN(2)
	k := &keys[i]
	before := k.returned.Load()
	id, _, err := g.Do(ctx, i, func(context.Context) (int64, error) {
		if k.running.Add(1) != 1 {
			t.Error("two executions at once")
		}
		defer k.running.Add(-1)
		schedule.Point("test: run")
		return k.started.Add(1), nil
	})
	if err != nil {
		return
	}
	if id <= before {
		t.Errorf("execution %d was shared after %d had been returned", id, before)
	}
	for {
		seen := k.returned.Load()
		if seen >= id || k.returned.CompareAndSwap(seen, id) {
			return
		}
	}
}
