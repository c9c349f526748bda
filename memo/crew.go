package memo

import "sync"

// A crew is the goroutines in which a cache loads. A few of them wait for the next
// load instead of ending with the last: their stacks have grown to what a load
// needs, and growing one costs several times what all the rest of a short load does.
type crew struct {
	most int // how many may wait

	mu      sync.Mutex
	idle    []*hand // guarded by mu; the one that was at work last is taken first
	closed  bool    // guarded by mu
	running sync.WaitGroup
}

// A hand is a goroutine of a crew.
type hand struct {
	crew *crew
	next chan func() // closed when there is no more
}

// start runs fn in a goroutine, or after close in the caller's, because then
// there is nobody to wait for another.
func (c *crew) start(fn func()) {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		fn()
		return
	}
	if last := len(c.idle) - 1; last >= 0 {
		h := c.idle[last]
		c.idle = c.idle[:last]
		c.mu.Unlock()
		h.next <- fn // there is room
		return
	}
	c.running.Add(1)
	c.mu.Unlock()
	h := &hand{c, make(chan func(), 1)}
	go h.work(fn) // ends with close at the latest, when fn has ended
}

func (h *hand) work(fn func()) {
	defer h.crew.running.Done() // also if fn calls Goexit
	for fn != nil {
		fn()
		if !h.rest() {
			return
		}
		fn = <-h.next
	}
}

// rest says that h has nothing to do, and reports whether it should wait.
func (h *hand) rest() bool {
	c := h.crew
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || len(c.idle) >= c.most {
		return false
	}
	c.idle = append(c.idle, h)
	return true
}

// close sends home who waits, and returns when all goroutines have ended.
func (c *crew) close() {
	c.mu.Lock()
	c.closed = true
	for _, h := range c.idle {
		close(h.next)
	}
	c.idle = nil
	c.mu.Unlock()
	c.running.Wait()
}
