package clock

import (
	"sync/atomic"
	"time"
)

const (
	// longSweep is how long the writing of a line to all clients may take before it
	// matters to them whose turn comes when. It is that of about 1,000 clients.
	longSweep = 10 * time.Millisecond
	// mostLead is how much too early the first client's line may be.
	mostLead = 100 * time.Millisecond
)

// A sweep remembers how long the writing of a line to all clients has taken. Its
// zero value is ready. A goroutine notes, and any may ask.
type sweep struct {
	last time.Duration // of the goroutine that notes
	used atomic.Int64  // the shorter one of the last two
}

// note takes note of how long it took. A sweep that was held up, by whatever else
// the machine did, says nothing about the next, and so two of them have to be long.
func (s *sweep) note(took time.Duration) {
	s.used.Store(int64(min(took, s.last)))
	s.last = took
}

// lead returns how long before a second the sweep has to begin for the clients to
// get the line as much before it as after it. With few clients it begins with the
// second, and nobody is early.
func (s *sweep) lead() time.Duration {
	took := time.Duration(s.used.Load())
	if took < longSweep {
		return 0
	}
	return min(took/2, mostLead)
}
