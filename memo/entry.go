package memo

import (
	"math"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
)

// An entry is a remembered result.
type entry[V any] struct {
	v       V
	err     error
	weight  uint32
	expires int64        // when it is no longer good
	dies    int64        // when it is of no use even if it can't be loaded anew
	refresh atomic.Int64 // when to load it anew; whoever moves it on does
}

// now returns the time in nanoseconds of the monotonic clock since c was made.
func (c *Cache[K, V]) now() int64 { return int64(time.Since(c.epoch)) }

const never = math.MaxInt64

// later returns when d will have passed after t.
func later(t int64, d time.Duration) int64 {
	if int64(d) > never-t {
		return never
	}
	return t + int64(d)
}

func (e *entry[V]) expired(at int64) bool { return at >= e.expires }

// newEntry returns an entry, or nil if the result isn't to be kept. It calls the
// user's functions, so no lock may be held.
func (c *Cache[K, V]) newEntry(key K, v V, err error) *entry[V] {
	e := &entry[V]{v: v, err: err, expires: never, dies: never}
	e.refresh.Store(never)
	t := int64(0)
	if c.timed {
		t = c.now()
	}
	switch {
	case err != nil:
		if c.opts.ErrorTTL == nil {
			return nil
		}
		d := c.opts.ErrorTTL(key, err)
		if d <= 0 {
			return nil
		}
		e.expires = later(t, d)
		e.dies = e.expires
		return e
	case c.opts.TTL != nil:
		d := c.opts.TTL(key, v)
		if d <= 0 {
			return nil
		}
		e.expires = later(t, d)
		e.dies = later(e.expires, c.opts.StaleIfError)
	}
	if d := c.opts.RefreshAfter; d > 0 {
		e.refresh.Store(later(t, d-rand.N(d/10+1)))
	}
	if c.opts.Weigh != nil {
		e.weight = c.opts.Weigh(key, v)
	}
	return e
}

// tidy has the store forget what is too much, and note what was used, if there may be
// something. A time of it costs a third of a load that takes no time, and several
// results at once hardly more: so whoever keeps one leaves it to the next hit, or to
// the last of a batch. Changes do it at once.
func (c *Cache[K, V]) tidy() {
	if c.untidy.CompareAndSwap(true, false) {
		c.store.CleanUp()
	}
}

// newStore returns the store of c. Its functions only read what entries hold, for
// it calls them with its locks held. It has no goroutines that nobody waits for.
func newStore[K comparable, V any](c *Cache[K, V]) *otter.Cache[K, *entry[V]] {
	opts := &otter.Options[K, *entry[V]]{
		MaximumSize:   c.opts.MaxEntries,
		MaximumWeight: c.opts.MaxWeight,
		StatsRecorder: c.counter,
		Executor: func(tidy func()) {
			if c.changes.Load()%2 == 1 { // of one key or of all, more than the store can note
				tidy()
			} else {
				c.untidy.Store(true)
			}
		},
	}
	if c.opts.MaxWeight > 0 {
		opts.Weigher = func(_ K, e *entry[V]) uint32 { return e.weight }
	}
	if c.opts.TTL != nil || c.opts.ErrorTTL != nil {
		opts.ExpiryCalculator = otter.ExpiryWritingFunc(func(e otter.Entry[K, *entry[V]]) time.Duration {
			if e.Value.dies == never {
				return math.MaxInt64
			}
			return time.Duration(max(1, e.Value.dies-c.now()))
		})
	}
	return otter.Must(opts)
}
