//go:build !race

package chat

import (
	"testing"
	"time"
)

// TestIdleMemory has many clients that say nothing, and looks at what the server has
// for each: the smallest stack there is, and little else. Beside that, package net
// and the system's allocator take about a kilobyte.
func TestIdleMemory(t *testing.T) {
	// The first 500 are no rush yet, and may keep what they have.
	const n, most = 2500, 5000
	for _, k := range kinds {
		if k.name == "plain" {
			continue // they come into one room, whose log of them is half of it
		}
		t.Run(k.name, func(t *testing.T) {
			before, stop := crowded(t, n, k.hello)
			defer stop()
			// Those that came in a rush change their stacks a little later.
			var heap, stack float64
			for giveUp := time.Now().Add(3 * time.Minute); ; time.Sleep(100 * time.Millisecond) {
				heap, stack = before.each(n)
				if heap+stack <= most {
					break
				}
				if time.Now().After(giveUp) {
					t.Errorf("more than %d bytes for each client", most)
					break
				}
			}
			t.Logf("for each client %.0f bytes of heap, %.0f of stack", heap, stack)
		})
	}
}
