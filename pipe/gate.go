package pipe

import (
	"sync/atomic"

	"baton/internal/schedule"
)

// A gate is where goroutines wait until somebody has something for them. Who
// waits announces it, looks once more, and only then waits; who has something
// shows it first and then looks for waiters. So one of the two sees the other,
// and showing something costs a load as long as nobody waits.
type gate struct {
	waiting atomic.Int32  // announced and not let through
	pass    chan struct{} // one token for each who was let through; never full
}

func newGate(most int) gate { return gate{pass: make(chan struct{}, most)} }

// announce says that the caller is about to wait. It must then wait, by wait or a
// receive from pass, or withdraw.
func (g *gate) announce() {
	schedule.Point("pipe: announce")
	g.waiting.Add(1)
	schedule.Point("pipe: announced")
}

// withdraw takes an announcement back.
func (g *gate) withdraw() {
	if !g.take() {
		<-g.pass // somebody has let us through already
	}
}

// wait waits to be let through, and reports whether it was before done was closed.
func (g *gate) wait(done <-chan struct{}) bool {
	if done == nil { // a select takes longer
		<-g.pass
		return true
	}
	select {
	case <-g.pass:
		return true
	case <-done:
		g.withdraw()
		return false
	}
}

// take removes one announcement, if there is one.
func (g *gate) take() bool {
	for {
		n := g.waiting.Load()
		if n == 0 {
			return false
		}
		schedule.Point("pipe: take a waiter")
		if g.waiting.CompareAndSwap(n, n-1) {
			return true
		}
	}
}

// open lets one waiter through, if there is one.
func (g *gate) open() {
	if g.waiting.Load() > 0 && g.take() {
		g.pass <- struct{}{}
	}
}

// openAll lets all waiters through.
func (g *gate) openAll() {
	for g.take() {
		g.pass <- struct{}{}
	}
}
