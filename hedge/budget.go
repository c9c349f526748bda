package hedge

import "sync"

// A Budget bounds the tries beyond the first of each call to a share of the
// calls: each call of [Do] adds Ratio to it, each further try takes 1. When all
// replicas are slow, that is all that hedging adds to their load. Its zero value
// is ready, and it must not be copied after first use. One is meant for many calls
// to the same service, and may be used concurrently.
type Budget struct {
	// Ratio is the share; the default is 0.05.
	Ratio float64
	// Burst is how many further tries may be saved up, and what it starts with;
	// the default is 10.
	Burst int

	mu     sync.Mutex
	begun  bool
	tokens float64
}

// deposit adds what one call brings. A nil budget is endless.
func (b *Budget) deposit() {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.begin()
	ratio := b.Ratio
	if ratio == 0 {
		ratio = 0.05
	}
	b.tokens = min(b.tokens+ratio, b.burst())
}

// take takes what one try costs, and reports whether it was there.
func (b *Budget) take() bool {
	if b == nil {
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.begin()
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}

func (b *Budget) begin() {
	if !b.begun {
		b.begun, b.tokens = true, b.burst()
	}
}

func (b *Budget) burst() float64 {
	if b.Burst == 0 {
		return 10
	}
	return float64(b.Burst)
}
