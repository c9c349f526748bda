//go:build !unix

package disktree

import "time"

// cpuTime reports that the system doesn't tell; the number of workers stays as
// it is then.
func cpuTime() (time.Duration, bool) { return 0, false }
