package room

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// pressure holds up those who send while much of what was sent is still to be
// written. Clients that take nothing count for a moment only, and those that take it
// more slowly than most others for as long as [patience] says.
type pressure struct {
	flushed atomic.Uint64 // all clients roused up to this stamp have had their turn

	mu      sync.Mutex
	blocks  map[*block]struct{}
	waiting int
	moved   chan struct{} // closed when something has changed and somebody waits
	blamed  time.Time     // when it was noted last who holds up those who wait
	guilty  int           // how many that are
}

// patience is for how many seconds one client may hold up others in all, and how
// quickly that is forgotten.
var patience = Rate{Burst: 1, PerSecond: 0.05}

// accounting is how often it is noted who holds others up.
const accounting = 5 * time.Millisecond

// A block is a client that doesn't take what is written to it.
type block struct {
	c      *Client
	since  atomic.Int64  // Unix nanoseconds: when it last took something
	cursor atomic.Uint64 // what it has got
	slow   atomic.Bool   // it goes on from the store, and so may be as far behind as it likes

	// Guarded by the pressure's mu.
	blamed bool   // holds up others, as of when that was noted
	held   bucket // for how many seconds it has done so
}

// holdsUp reports whether the client is more than a window behind, took something a
// moment ago, and isn't slow. The system of one that reads nothing takes a little now
// and then all the same.
func (b *block) holdsUp(published uint64) bool {
	return published > b.cursor.Load()+window && b.idle() < grace && !b.slow.Load()
}

// idle returns for how long the client has taken nothing.
func (b *block) idle() time.Duration { return time.Since(time.Unix(0, b.since.Load())) }

func (p *pressure) init() {
	p.blocks = map[*block]struct{}{}
	p.moved = make(chan struct{})
}

func (p *pressure) mark(stamp uint64) {
	p.flushed.Store(stamp)
	p.move()
}

func (p *pressure) add(c *Client, cursor uint64) *block {
	b := &block{c: c}
	b.since.Store(time.Now().UnixNano())
	b.cursor.Store(cursor)
	p.mu.Lock()
	p.blocks[b] = struct{}{}
	p.mu.Unlock()
	return b
}

func (p *pressure) remove(b *block) {
	p.mu.Lock()
	delete(p.blocks, b)
	p.mu.Unlock()
	p.move()
}

func (p *pressure) move() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.waiting > 0 {
		close(p.moved)
		p.moved = make(chan struct{})
	}
}

// hold waits until no more than a window of events is to be written.
func (p *pressure) hold(ctx context.Context, h *Hub) {
	published := h.published.Load()
	if published < p.flushed.Load()+window && !p.behind(published) {
		return
	}
	h.stats.held.Add(1)
	timer := time.NewTimer(grace)
	defer timer.Stop()
	for {
		moved := p.enter(published)
		ok := published < p.flushed.Load()+window && !p.behind(published)
		if !ok {
			select {
			case <-moved:
			case <-timer.C:
				timer.Reset(grace)
			case <-ctx.Done():
				ok = true
			case <-h.ctx.Done():
				ok = true
			}
		}
		for _, c := range p.leave(published, h.clients()) {
			c.slow()
		}
		if ok {
			return
		}
	}
}

// enter notes that somebody waits, and returns what is closed when to look again.
func (p *pressure) enter(published uint64) <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.waiting++; p.waiting == 1 {
		p.blame(published)
	}
	return p.moved
}

// leave notes that somebody has looked again, charges those who held him up, and
// returns the clients that have done so for too long. Where half of all clients or
// more do, it is the sender who is too fast, and has to wait.
func (p *pressure) leave(published uint64, clients int) (slow []*Client) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting--
	now := time.Now()
	d := now.Sub(p.blamed)
	if d < accounting {
		return nil
	}
	for b := range p.blocks {
		if b.blamed && 2*p.guilty < clients && b.held.take(patience, d.Seconds(), now) < 0 {
			slow = append(slow, b.c)
		}
	}
	p.blame(published)
	return slow
}

// blame notes who holds up others now.
func (p *pressure) blame(published uint64) {
	p.blamed, p.guilty = time.Now(), 0
	for b := range p.blocks {
		if b.blamed = b.holdsUp(published); b.blamed {
			p.guilty++
		}
	}
}

// behind reports whether a client holds up others.
func (p *pressure) behind(published uint64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for b := range p.blocks {
		if b.holdsUp(published) {
			return true
		}
		if n++; n == 64 {
			break // a sample will do
		}
	}
	return false
}
