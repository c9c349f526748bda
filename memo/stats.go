package memo

import (
	"sync/atomic"

	"baton/watch"
)

// Stats are what a cache has done so far. Each number is exact, but they are read
// one after the other.
type Stats struct {
	Hits       uint64 // results that were there
	Misses     uint64 // results that were not, or not good any more
	Joined     uint64 // misses that waited for a load of another
	Loads      uint64 // calls of the function
	LoadErrors uint64 // of these, failed, panicked or cancelled
	Refreshes  uint64 // loads that were started before a value was too old
	Stale      uint64 // values returned after their time because a load failed
	Evictions  uint64 // results forgotten for want of room or too old
	Entries    int    // results now
	Weight     uint64 // of these together, if the cache has a MaxWeight
}

type counters struct {
	fills, loads, loadErrors, refreshes, stale, expired atomic.Uint64
}

// Stats returns what the cache has done so far.
func (c *Cache[K, V]) Stats() Stats {
	c.tidy()
	expired := c.count.expired.Load()
	fills := c.count.fills.Load()
	s := c.counter.Snapshot()
	out := Stats{
		Hits:       s.Hits - min(expired, s.Hits), // found, but of no use
		Misses:     s.Misses + expired,
		Joined:     s.Misses + expired - min(fills, s.Misses+expired),
		LoadErrors: c.count.loadErrors.Load(),
		Loads:      c.count.loads.Load(),
		Refreshes:  c.count.refreshes.Load(),
		Stale:      c.count.stale.Load(),
		Evictions:  s.Evictions,
		Entries:    c.store.EstimatedSize(),
	}
	if c.opts.MaxWeight > 0 {
		out.Weight = c.store.WeightedSize()
	}
	return out
}

func (c *Cache[K, V]) describe(n *watch.Node) {
	n.Errors = c.count.loadErrors.Load()
	n.In = c.count.loads.Load()
	n.Out = n.In - min(n.In, n.Errors)
	n.State = map[string]int{"refreshing": len(c.places)}
	n.Queue, n.QueueCap = c.store.EstimatedSize(), c.opts.MaxEntries
}
