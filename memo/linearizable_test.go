package memo_test

import (
	"context"
	"flag"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"baton/memo"
)

var histories = flag.Int("memo.histories", 300, "how many random histories to check")

// A store is what a cache caches: one number for each of two keys. Writers take
// turns, as they would at a database, by a place in a channel.
type store struct {
	turns  [2]chan struct{}
	values [2]atomic.Int64
}

type operation struct {
	key   int
	write bool
	value int64
}

// model is a register for each key: a cache that never returns what is outdated
// can't be told from it.
var model = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		parts := make([][]porcupine.Operation, 2)
		for _, op := range history {
			key := op.Input.(operation).key
			parts[key] = append(parts[key], op)
		}
		return parts
	},
	Init: func() any { return int64(0) },
	Step: func(state, input, output any) (bool, any) {
		if in := input.(operation); in.write {
			return true, in.value
		}
		return output.(int64) == state.(int64), state
	},
}

// TestLinearizable has goroutines get, set, write and invalidate, with loads and
// refreshes under way all the time, and has the histories checked.
func TestLinearizable(t *testing.T) {
	for seed := range *histories {
		if !porcupine.CheckOperations(model, history(uint64(seed))) {
			t.Fatalf("history of seed %d is not linearizable", seed)
		}
	}
}

func history(seed uint64) []porcupine.Operation {
	db := store{turns: [2]chan struct{}{make(chan struct{}, 1), make(chan struct{}, 1)}}
	opts := memo.Options[int, int64]{}
	if seed%2 == 0 {
		opts.RefreshAfter = 1 // each hit starts a refresh
	}
	c := memo.New(opts, func(_ context.Context, key int) (int64, error) {
		v := db.values[key].Load()
		if rand.IntN(4) == 0 {
			time.Sleep(time.Duration(rand.IntN(20)) * time.Microsecond)
		}
		return v, nil
	})
	defer c.Close()
	var mu sync.Mutex
	var all []porcupine.Operation
	var last, clock atomic.Int64
	var wg sync.WaitGroup
	for client := range 8 {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(seed, uint64(client)))
			for range 12 {
				op := operation{key: rng.IntN(2)}
				var out int64
				called := clock.Add(1)
				switch rng.IntN(8) {
				case 0:
					op.write, op.value = true, last.Add(1)
					db.write(op, func() { c.Invalidate(op.key) })
				case 1:
					op.write, op.value = true, last.Add(1)
					db.write(op, func() { c.Set(op.key, op.value) })
				case 2:
					op.write, op.value = true, last.Add(1)
					db.write(op, c.InvalidateAll)
				default:
					var err error
					if out, err = ask(c, op.key, rng.IntN(3)); err != nil {
						continue // gave up, which is no operation
					}
				}
				returned := clock.Add(1)
				mu.Lock()
				all = append(all, porcupine.Operation{ClientId: client, Input: op, Call: called, Output: out, Return: returned})
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return all
}

// ask asks with a context that has no end, one that could end, or one that does.
func ask(c *memo.Cache[int, int64], key, patience int) (int64, error) {
	ctx := context.Background()
	if patience > 0 {
		timeout := time.Minute
		if patience > 1 {
			timeout = 10 * time.Microsecond
		}
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	return c.Get(ctx, key)
}

// write changes the store and then the cache.
func (s *store) write(op operation, tell func()) {
	s.turns[op.key] <- struct{}{}
	defer func() { <-s.turns[op.key] }()
	s.values[op.key].Store(op.value)
	tell()
}
