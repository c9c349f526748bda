//go:build baton_schedule

package fanout_test

import (
	"sync"
	"testing"

	"baton/fanout"
	"baton/internal/schedule"
)

// TestWaitUnderSchedules has publishers wait for slow subscribers, with the order
// of events up to seeds. A wake-up that is lost leaves all of them stuck.
func TestWaitUnderSchedules(t *testing.T) {
	schedule.Seeds(t, 300, func(t *testing.T) {
		topic := fanout.New[int](fanout.Options{Log: 4})
		var readers, writers sync.WaitGroup
		for i := range 3 {
			sub := topic.Subscribe(t.Context(), fanout.SubscribeOptions{Buffer: 1 + i})
			readers.Go(func() {
				next := uint64(1)
				for seq := range sub.All() {
					if seq != next {
						t.Errorf("message %d, want %d", seq, next)
					}
					if next++; i == 2 && next == 4 {
						return // leaves early
					}
				}
			})
		}
		for range 2 {
			writers.Go(func() {
				for i := range 4 {
					topic.Publish(t.Context(), i)
				}
			})
		}
		writers.Wait()
		topic.Close()
		readers.Wait()
	})
}
