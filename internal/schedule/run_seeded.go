//go:build baton_schedule

package schedule

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
)

// Run calls body in a bubble of its own, as [synctest.Test] does, and lets seed
// decide which of the bubble's goroutines goes on whenever several are at a
// point. It returns the points in the order in which goroutines went on from them.
//
// A goroutine that goes on runs until its next point, until it waits for
// something else, or until it ends; only then somebody else is chosen. Time passes when nobody is at a point and all others
// wait. Once body has returned, points do nothing any more.
//
// Body must not call [synctest.Wait], which the scheduler needs for itself.
// [time.Sleep] does the same here: a sleep, however short, ends only when nobody
// else can go on.
//
// If body fails, or if the bubble is stuck, the test's log has the seed and the
// points. Runs take turns: a second one waits, and meanwhile the whole process has
// one processor.
func Run(t *testing.T, seed uint64, body func(t *testing.T)) Trace {
	t.Helper()
	turn.Lock()
	defer turn.Unlock()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))

	r := &run{chooser: newChooser(seed), numbers: map[uint64]int{}}
	ended := false
	defer func() {
		if !ended { // by a panic of synctest's that says the bubble is stuck, or by a failure
			current.Store(nil)
			t.Logf("schedule: seed %d fails, after these points; -schedule.seed=%[1]d repeats it\n%v", seed, r.trace)
		}
	}()
	synctest.Test(t, func(t *testing.T) {
		_, r.bubble = self()
		r.arrived = make(chan struct{}, 1)
		r.over = make(chan struct{})
		go r.control() // ends when over is closed
		current.Store(r)
		defer r.end()
		body(t)
	})
	ended = true
	return r.trace
}

// turn is held by the one Run that goes on.
var turn sync.Mutex

// A run is the state of one [Run]. All goroutines but the one in control wait
// while that one chooses.
type run struct {
	bubble  uint64
	arrived chan struct{} // holds one: somebody may have come to a point
	over    chan struct{} // closed when body has returned

	mu      sync.Mutex
	waiting []*waiter // at points; guarded by mu
	ended   bool      // points do nothing any more; guarded by mu

	// Of the goroutine in control; Run reads trace after that.
	chooser *chooser
	numbers map[uint64]int // of goroutines in the trace, by the runtime's, which no two runs share
	trace   Trace
}

// A waiter is a goroutine at a point.
type waiter struct {
	goroutine uint64
	point     string
	turn      chan struct{} // closed when it may go on
}

// stop makes a goroutine wait at a point until it is chosen.
func (r *run) stop(goroutine uint64, point string) {
	w := &waiter{goroutine, point, make(chan struct{})}
	r.mu.Lock()
	if r.ended {
		r.mu.Unlock()
		return
	}
	r.waiting = append(r.waiting, w)
	r.mu.Unlock()
	select {
	case r.arrived <- struct{}{}:
	default:
	}
	<-w.turn
}

// control lets the waiting goroutines go on, one at a time.
func (r *run) control() {
	for {
		synctest.Wait() // until all the others wait, here or for something else
		if w := r.next(); w != nil {
			close(w.turn)
			continue
		}
		select {
		case <-r.arrived:
		case <-r.over:
			return
		}
	}
}

// next chooses one of the waiting goroutines; nil if there is none.
func (r *run) next() *waiter {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.waiting) == 0 || r.ended {
		return nil
	}
	// In which order goroutines that were woken together came here is up to the
	// runtime; in which they were started is not.
	slices.SortFunc(r.waiting, func(a, b *waiter) int { return cmp.Compare(a.goroutine, b.goroutine) })
	numbers := make([]int, len(r.waiting))
	for i, w := range r.waiting {
		if r.numbers[w.goroutine] == 0 {
			r.numbers[w.goroutine] = len(r.numbers) + 1
		}
		numbers[i] = r.numbers[w.goroutine]
	}
	i := r.chooser.choose(numbers)
	w := r.waiting[i]
	r.waiting = slices.Delete(r.waiting, i, i+1)
	r.trace = append(r.trace, Step{numbers[i], w.point})
	return w
}

// end lets everyone go on who waits at a point.
func (r *run) end() {
	current.Store(nil)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = true
	for _, w := range r.waiting {
		close(w.turn)
	}
	r.waiting = nil
	close(r.over)
}
