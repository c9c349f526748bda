package endpoint

import (
	"context"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"
)

const (
	// rush is how many clients come or go until it is worth while to look after the
	// memory that this has taken: that costs a garbage collection.
	rush = 500
	// settled is for how long no more than a few may have come or gone.
	settled = 5 * time.Second
	// rounds is for how many of these times a rush has consequences. In the first,
	// memory is given back, and the runtime finds that goroutines may begin with
	// smaller stacks. Those parked in the rush have changed theirs for such ones by
	// the second, if not before the first, and leave them alone by the third, when
	// memory is given back again.
	rounds = 3
	// tries is how often that begins anew because the stacks are still large: those
	// who changed theirs when most were at work have got another large one.
	tries = 5
)

// smallestStack is what a goroutine's stack begins with, unless the runtime has found,
// when it last collected garbage, that most need more.
const smallestStack = 2 << 10

// largeStacks says that stacks may begin with more than they need when they wait: in a
// rush, in which thousands of handlers are at work, and until those who wait have
// changed theirs, which hardly ever shrink to the smallest one by themselves.
var largeStacks atomic.Bool

// averageStack returns the bytes of stack that there are for each goroutine. It stops
// the process for a moment.
func averageStack() int {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.StackInuse) / runtime.NumGoroutine()
}

// A crowd counts clients, and keeps the memory small that thousands of them take.
// Otherwise much of what they need only when they come would stay for as long as
// nothing else needs memory.
type crowd struct {
	clients atomic.Int64  // that came and have not gone
	many    atomic.Int64  // how many make a rush of it
	grown   chan struct{} // has room for one
	average func() int    // averageStack
}

func newCrowd() *crowd {
	c := &crowd{grown: make(chan struct{}, 1), average: averageStack}
	c.many.Store(rush)
	return c
}

// came counts a client that has come.
func (c *crowd) came() {
	if c.clients.Add(1) >= c.many.Load() {
		select {
		case c.grown <- struct{}{}:
		default:
		}
	}
}

func (c *crowd) went() { c.clients.Add(-1) }

// settle looks after memory until ctx ends. While clients rush in it collects garbage
// before there is much, so that what stays of them lies close together, and after a
// rush it gives memory back to the system.
func (c *crowd) settle(ctx context.Context) {
	tick := time.NewTicker(settled)
	defer tick.Stop()
	var before, given int64 // how many clients there were a tick ago, and when memory was given back
	left, tried := 0, 0
	for {
		select {
		case <-c.grown:
			if now := c.clients.Load(); now >= c.many.Load() {
				c.many.Store(now + rush)
				left, tried = rounds, 0
				runtime.GC()
				largeStacks.Store(true)
			}
			continue
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		now := c.clients.Load()
		c.many.Store(min(c.many.Load(), now+rush))
		steady := abs(now-before) < rush/10
		before = now
		if abs(now-given) >= rush {
			left, tried = rounds, 0
		}
		if !steady || left == 0 {
			continue
		}
		given = now
		if largeStacks.Load() && c.average() < smallestStack*3/2 {
			largeStacks.Store(false)
		}
		if left == 2 && largeStacks.Load() {
			if tried++; tried < tries {
				left = rounds
				continue
			}
			largeStacks.Store(false)
		}
		if left != 2 {
			debug.FreeOSMemory()
		}
		left--
	}
}

func abs(n int64) int64 { return max(n, -n) }
