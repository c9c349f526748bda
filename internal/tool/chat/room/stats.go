package room

import "sync/atomic"

// stats are what the hub counts.
type stats struct {
	slow, flushing                   atomic.Int64
	events, stored, lost             atomic.Uint64
	written, skipped, gaps, caughtUp atomic.Uint64
	slowed, delayed, held            atomic.Uint64
}

// Stats are counts of a hub, since it was made unless said otherwise.
type Stats struct {
	Clients  int    // connected now
	Slow     int    // of those, the ones that take nothing
	Flushing int    // goroutines that write to a client on demand now
	Events   uint64 // published
	Stored   uint64 // messages
	Lost     uint64 // messages that could not be stored, and were refused
	Written  uint64 // bytes
	Skipped  uint64 // events about presence left out for slow clients
	Gaps     uint64 // times that a client had to go on from the store
	CaughtUp uint64 // messages that clients got from the store
	Slowed   uint64 // times that a client became slow
	Delayed  uint64 // times that a sender was read from later because of a flood limit
	Held     uint64 // times that a sender was held up because of delivery
}

// Stats returns the counts. It may be called at any time.
func (h *Hub) Stats() Stats {
	s := &h.stats
	return Stats{
		Clients: h.clients(), Slow: int(s.slow.Load()), Flushing: int(s.flushing.Load()),
		Events: s.events.Load(), Stored: s.stored.Load(), Lost: s.lost.Load(), Written: s.written.Load(),
		Skipped: s.skipped.Load(), Gaps: s.gaps.Load(), CaughtUp: s.caughtUp.Load(),
		Slowed: s.slowed.Load(), Delayed: s.delayed.Load(), Held: s.held.Load(),
	}
}
