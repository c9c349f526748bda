//go:build baton_schedule

package schedule_test

import (
	"sync"
	"sync/atomic"
	"time"

	"baton/internal/schedule"
)

// A defect is a program that goes wrong under few schedules only.
type defect struct {
	name  string
	wrong func() bool // runs the program, and reports whether it went wrong
	sound func() bool // the same with the defect mended
}

var defects = []defect{
	{"lost update", func() bool { return lostUpdate(false) }, func() bool { return lostUpdate(true) }},
	{"check then act", func() bool { return checkThenAct(false) }, func() bool { return checkThenAct(true) }},
	{"lost wakeup", func() bool { return lostWakeup(false) }, func() bool { return lostWakeup(true) }},
	{"long absence", func() bool { return longAbsence(false) }, func() bool { return longAbsence(true) }},
}

// lostUpdate has three goroutines count, by loading and storing.
func lostUpdate(atomically bool) (wrong bool) {
	var n atomic.Int64
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			schedule.Point("load")
			if atomically {
				n.Add(1)
				return
			}
			seen := n.Load()
			schedule.Point("store")
			n.Store(seen + 1)
		})
	}
	wg.Wait()
	return n.Load() != 3
}

// checkThenAct lets two take from an account that has enough for one of them.
func checkThenAct(together bool) (overdrawn bool) {
	var mu sync.Mutex
	balance := 100
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			schedule.Point("check")
			mu.Lock()
			enough := balance >= 100
			if !together {
				mu.Unlock()
				schedule.Point("act")
				mu.Lock()
			}
			if enough {
				balance -= 100
			}
			mu.Unlock()
		})
	}
	wg.Wait()
	return balance < 0
}

// lostWakeup has one goroutine wait for another, who looks whether somebody
// waits between the first one's last look at the flag and its saying that it does.
func lostWakeup(again bool) (asleep bool) {
	var ready, waiting atomic.Bool
	wake := make(chan struct{}, 1)
	var wg sync.WaitGroup
	wg.Go(func() {
		schedule.Point("look")
		if ready.Load() {
			return
		}
		schedule.Point("wait")
		waiting.Store(true)
		if again {
			schedule.Point("look again")
			if ready.Load() {
				return
			}
		}
		select {
		case <-wake:
		case <-time.After(time.Hour):
			asleep = true
		}
	})
	wg.Go(func() {
		for range 3 { // other work
			schedule.Point("work")
		}
		ready.Store(true)
		schedule.Point("wake")
		if waiting.Load() {
			wake <- struct{}{}
		}
	})
	wg.Wait()
	return asleep
}

// longAbsence goes wrong when one goroutine is away while another takes twenty
// steps, which even choices would do once in a million schedules.
func longAbsence(mended bool) (wrong bool) {
	var steps atomic.Int64
	var wg sync.WaitGroup
	wg.Go(func() {
		schedule.Point("leave")
		left := steps.Load()
		schedule.Point("come back")
		wrong = !mended && steps.Load()-left >= 20
	})
	wg.Go(func() {
		for range 30 {
			schedule.Point("step")
			steps.Add(1)
		}
	})
	wg.Wait()
	return wrong
}
