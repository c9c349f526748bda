package nc

import (
	"sync/atomic"
	"time"
)

// counters are what has gone through one connection, or all. They are written
// between the steps of a flow and may be read at any time.
type counters struct {
	sent, received atomic.Int64
	active         atomic.Int64 // connections now
	began          time.Time
	last           atomic.Int64 // the time of the last byte, after began
}

func newCounters() *counters { return &counters{began: time.Now()} }

// touch notes that there was a byte just now.
func (c *counters) touch() { c.last.Store(int64(time.Since(c.began))) }

// idle returns how long there has been no byte.
func (c *counters) idle() time.Duration { return time.Since(c.began) - time.Duration(c.last.Load()) }
