package room

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// pressure holds up those who send while much of what was sent is still to be
// written. Clients that take nothing count for a moment only.
type pressure struct {
	flushed atomic.Uint64 // all clients roused up to this stamp have had their turn

	mu      sync.Mutex
	blocks  map[*block]struct{}
	waiting int
	moved   chan struct{} // closed when something has changed and somebody waits
}

// A block is a client that doesn't take what is written to it.
type block struct {
	since  atomic.Int64  // Unix nanoseconds: when it last took something
	cursor atomic.Uint64 // what it has got
	slow   atomic.Bool   // it goes on from the store, and so may be as far behind as it likes
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

func (p *pressure) add(cursor uint64) *block {
	b := &block{}
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
		p.mu.Lock()
		p.waiting++
		moved := p.moved
		p.mu.Unlock()
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
		p.mu.Lock()
		p.waiting--
		p.mu.Unlock()
		if ok {
			return
		}
	}
}

// behind reports whether a client that took something a moment ago, and isn't slow, is
// more than a window behind. The system of one that reads nothing takes a little now
// and then all the same.
func (p *pressure) behind(published uint64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for b := range p.blocks {
		if published > b.cursor.Load()+window && b.idle() < grace && !b.slow.Load() {
			return true
		}
		if n++; n == 64 {
			break // a sample will do
		}
	}
	return false
}
