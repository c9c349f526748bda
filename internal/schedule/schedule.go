// Package schedule marks the points of a concurrent algorithm between which
// another goroutine may come: before it takes a lock, after it has given one
// back, around each atomic operation that others see.
//
// In a usual build [Point] is nothing. With the build tag baton_schedule, tests
// let a seed decide which goroutine goes on at each point, see Run there, so that
// a rare order of events is found by trying seeds, and found again by its seed.
package schedule
