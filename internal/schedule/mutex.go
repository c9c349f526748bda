//go:build !baton_schedule

package schedule

import "sync"

// A Mutex is a [sync.Mutex]. In a build for seeded schedules it also is a point
// where it was taken and where it was given back, so that others come in between
// who should have taken it and have not.
type Mutex = sync.Mutex
