//go:build !linux

package disktree

import "time"

// runDelay reports that the system doesn't tell.
func runDelay() (time.Duration, bool) { return 0, false }
