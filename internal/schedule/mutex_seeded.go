//go:build baton_schedule

package schedule

import "sync"

// A Mutex is a point where it was taken and where it was given back. Who waits for
// it does so at a channel, which a bubble takes for waiting. So there may be points
// while it is held.
type Mutex struct {
	mu      sync.Mutex
	held    bool            // guarded by mu
	waiting []chan struct{} // closed for each when it has the mutex; guarded by mu
}

// Lock takes the mutex, in the order of those who want it.
func (m *Mutex) Lock() {
	m.mu.Lock()
	if m.held {
		turn := make(chan struct{})
		m.waiting = append(m.waiting, turn)
		m.mu.Unlock()
		<-turn // who has it hands it over
	} else {
		m.held = true
		m.mu.Unlock()
	}
	Point("lock")
}

// Unlock gives the mutex back.
func (m *Mutex) Unlock() {
	m.mu.Lock()
	switch {
	case !m.held:
		m.mu.Unlock()
		panic("schedule: unlock of a mutex that is not held")
	case len(m.waiting) > 0:
		close(m.waiting[0])
		m.waiting = m.waiting[1:]
	default:
		m.held = false
	}
	m.mu.Unlock()
	Point("unlock")
}
