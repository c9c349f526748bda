package endpoint

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestLargeStacks has a rush come in, whose goroutines wait with small stacks later.
func TestLargeStacks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		c := newCrowd()
		var stack atomic.Int64
		c.average = func() int { return int(stack.Load()) }
		go c.settle(ctx) // ends with ctx
		defer synctest.Wait()
		defer cancel()
		want := func(large bool, when string) {
			t.Helper()
			synctest.Wait()
			if largeStacks.Load() != large {
				t.Errorf("large stacks: %t %s", !large, when)
			}
		}
		for range rush - 1 {
			c.came()
		}
		want(false, "before there is a rush")
		c.came()
		want(true, "in a rush")
		stack.Store(4 * smallestStack)
		time.Sleep(4 * settled)
		want(true, "while stacks are large")
		stack.Store(smallestStack * 15 / 8) // most are large still
		time.Sleep(rounds * settled)
		want(true, "when few have changed theirs")
		stack.Store(smallestStack + 100)
		time.Sleep(rounds * settled)
		want(false, "when all wait")

		for range rush {
			c.came()
		}
		stack.Store(4 * smallestStack)
		time.Sleep(settled)
		want(true, "in another rush")
		time.Sleep(2*settled + tries*rounds*settled)
		want(false, "when stacks stay large")
	})
}
