package room

import "time"

// gather lets those who wait for each of their messages to be stored share a commit.
// Each says the next when it has seen the last. Those whose messages were in the last
// commit come a moment after it; if that moment is shorter than a commit takes, it is
// worth waiting for them, or else they and the others would take turns.
//
// It is the hub's goroutine's.
type gather struct {
	number   uint32        // of the commit that comes next
	took     time.Duration // how long storing took the last time
	ended    time.Time
	last     int // clients that had messages in the last commit
	again    int // of those who have some in the next, those who had some in the last
	expected int // that had any in the last two
}

const (
	maxGather = 2 * time.Millisecond   // how long is waited at most
	minGather = 100 * time.Microsecond // and when it is worth while, which it isn't without a disk
	peek      = 50 * time.Microsecond  // how often is looked whether all have come
)

// stored notes that messages of so many clients were stored since begin.
func (g *gather) stored(begin time.Time, clients int) {
	g.ended = time.Now()
	g.took = g.ended.Sub(begin)
	g.expected = g.last + clients - g.again
	g.last, g.again = clients, 0
	g.number++
}

// wait waits for the calls of those who said something lately, no longer than it takes
// to store what they say.
func (g *gather) wait(waiting func() int) {
	if g.expected < 2 {
		return
	}
	limit := min(g.took, maxGather)
	begin := time.Now()
	if limit < minGather || begin.Sub(g.ended) > limit {
		return
	}
	for waiting() < g.expected && time.Since(begin) < limit {
		time.Sleep(peek)
	}
}

// spoke notes that c says something that is to be stored.
func (s *state) spoke(c *Client) {
	g := &s.hub.gather
	switch c.spokeIn {
	case g.number:
		return
	case g.number - 1:
		g.again++
	}
	c.spokeIn = g.number
	s.sayers++
}
