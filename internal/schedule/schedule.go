// Package schedule marks the points of a concurrent algorithm between which
// another goroutine may come: before it takes a lock, after it has given one
// back, around each atomic operation that others see.
//
// In a usual build [Point] is nothing. With the build tag baton_schedule, tests
// let a seed decide which goroutine goes on at each point, see Run and Seeds
// there, so that a rare order of events is found by trying seeds, and found again
// by its seed. The idea is that of Rust's shuttle; the means are a bubble of
// [testing/synctest], which knows when all goroutines wait, and one goroutine in
// it that lets the others go on one at a time.
//
// # Where a point may be
//
// Never where a [sync.Mutex] is held: the others that want it would then wait in a
// way that a bubble does not take for waiting, and the test hangs. This goes for
// callers, too: watch.Start and task.Group.Go have points, so they are not for
// such critical sections; the function that ends a node of package watch has none.
// A [Mutex] of this package is for blocks whose critical sections are to have
// points: it is a point itself, so that a missing Lock is found.
//
// What happens between two points of one goroutine is one step. Two conflicting
// steps that no point divides are never seen in another order, so a point belongs
// between any two accesses of which others could see only the first.
//
// # What a seed does not decide
//
// Which ready case a select takes, and the order of a map's range, are still the
// runtime's choice. So is the order of two goroutines that one step has woken,
// until each has come to a point. Where a schedule has to be the same each time,
// put points before these.
package schedule
