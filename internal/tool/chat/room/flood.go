package room

import "time"

// A Rate is a limit by token bucket: so many at once, and then so many a second.
// The zero Rate is no limit.
type Rate struct {
	Burst     int
	PerSecond float64
}

// A bucket is what is left of a rate. The zero bucket is full.
type bucket struct {
	used float64 // of Burst, as of at
	at   int64   // nanoseconds
}

// take takes n tokens, also those that aren't there, and returns how many are left:
// less than 0 means that the next has to wait.
func (b *bucket) take(r Rate, n float64, now time.Time) (left float64) {
	if r.PerSecond <= 0 {
		return float64(maxBurst)
	}
	t := now.UnixNano()
	b.used = max(0, b.used-float64(t-b.at)/1e9*r.PerSecond)
	b.at = t
	b.used += n
	return float64(r.Burst) - b.used
}

// wait returns how long it takes until one token is there.
func (r Rate) wait(left float64) time.Duration {
	if r.PerSecond <= 0 || left >= 1 {
		return 0
	}
	return time.Duration((1 - left) / r.PerSecond * float64(time.Second))
}

// maxBurst is how many lines of a client may be run in one transaction.
const maxBurst = 64

// An address counts what comes from one.
type address struct {
	clients int
	flood   bucket
}

// charge takes tokens for a line from the client's, its address's and, if not nil,
// the room's bucket, and keeps the longest wait for after the transaction.
func (tx *Tx) charge(c *Client, r *Room, n float64) {
	h := tx.s.hub
	now := tx.now()
	least := float64(maxBurst)
	note := func(rate Rate, left float64) {
		tx.wait = max(tx.wait, rate.wait(left))
		least = min(least, left)
	}
	tx.paid = true
	if c.operator {
		return
	}
	note(h.opts.FloodClient, c.flood.take(h.opts.FloodClient, n, now))
	if a := tx.s.addresses[c.info.Addr]; a != nil {
		note(h.opts.FloodAddr, a.flood.take(h.opts.FloodAddr, n, now))
	}
	if r != nil {
		note(h.opts.FloodRoom, r.flood.take(h.opts.FloodRoom, n, now))
	}
	c.burst.Store(int32(least))
}

// Line does what a line of c's asks for. It makes c pay for one if nothing else did: a
// line that fails costs the server something too.
func (tx *Tx) Line(c *Client, do func()) {
	tx.paid = false
	do()
	if !tx.paid {
		tx.charge(c, nil, 1)
	}
}

// Charge makes c pay for n lines that cost the server something and change nothing,
// such as a search.
func (tx *Tx) Charge(c *Client, n int) { tx.charge(c, nil, float64(n)) }
