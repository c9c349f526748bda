// Package lazy holds values that are initialised when they are first used.
//
//	var db = lazy.New(func(ctx context.Context) (*sql.DB, error) { return connect(ctx) })
//
//	conn, err := db.Get(ctx)
//
// The nearest thing in the standard library is [sync.OnceValues], for ever the
// first result, an error or a panic too. A [Value] remembers only success: after
// a failure the next Get tries again. And whoever waits for an initialisation
// waits only as long as their context lives.
package lazy

import (
	"context"
	"errors"
	"sync/atomic"

	"baton/flight"
	"baton/internal/schedule"
)

// ErrRecursive is what Get returns to an initialisation that asks for the very
// value that it is to produce, with the context it was given.
var ErrRecursive = errors.New("lazy: initialisation needs its own value")

// A Value is initialised on first use. It is made by [New] and must not be
// copied. Its methods may be called concurrently.
type Value[T any] struct {
	current atomic.Pointer[T] // written with mu held
	init    func(context.Context) (T, error)
	flight  flight.Group[struct{}, *T]

	mu     schedule.Mutex
	resets uint64 // guarded by mu
}

// New returns a value that init will produce. It panics if init is nil.
func New[T any](init func(context.Context) (T, error)) *Value[T] {
	if init == nil {
		panic("lazy: nil function")
	}
	v := &Value[T]{init: init}
	v.flight.Name = "lazy"
	return v
}

// Get returns the value. If it isn't there yet, Get initialises it or waits for
// an initialisation that is under way; only one runs at a time. Once there is a
// value, Get costs an atomic load.
//
// An error is for those who waited for it and is not remembered. If ctx ends
// first, Get returns its cause; the initialisation goes on as long as others
// wait for it, with a context that has the values of the first caller's. A
// panic reaches all who wait as a [*task.PanicError], Goexit is
// [task.ErrGoexit], as [flight.Group.Do] says.
func (v *Value[T]) Get(ctx context.Context) (T, error) {
	if p := v.current.Load(); p != nil {
		return *p, nil
	}
	return v.slow(ctx)
}

// Peek returns the value if it is there, and whether it is.
func (v *Value[T]) Peek() (T, bool) {
	if p := v.current.Load(); p != nil {
		return *p, true
	}
	var zero T
	return zero, false
}

// Reset forgets the value: a Get that begins after Reset has returned
// initialises it anew, even if an initialisation was under way, which those who
// wait for it still get the result of. What the old value holds, such as a
// connection, is its owner's to close.
func (v *Value[T]) Reset() {
	schedule.Point("lazy: reset")
	v.mu.Lock()
	v.resets++
	v.current.Store(nil)
	v.mu.Unlock()
	// Last, because an initialisation that begins before this may have found the
	// value there still.
	schedule.Point("lazy: forget")
	v.flight.Forget(struct{}{})
}

// marker is the context key under which an initialisation finds its own value.
type marker[T any] struct{ v *Value[T] }

func (v *Value[T]) slow(ctx context.Context) (T, error) {
	var zero T
	if ctx.Value(marker[T]{v}) != nil {
		return zero, ErrRecursive
	}
	p, _, err := v.flight.Do(ctx, struct{}{}, v.fill)
	if p == nil {
		return zero, err
	}
	return *p, err
}

// fill runs init and keeps its value, unless there was a Reset meanwhile.
func (v *Value[T]) fill(ctx context.Context) (*T, error) {
	schedule.Point("lazy: fill")
	v.mu.Lock()
	p, began := v.current.Load(), v.resets
	v.mu.Unlock()
	if p != nil {
		return p, nil // somebody was faster between our caller's look and our turn
	}
	x, err := v.init(context.WithValue(ctx, marker[T]{v}, true))
	if err != nil {
		return nil, err
	}
	schedule.Point("lazy: filled")
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.resets == began {
		v.current.Store(&x)
	}
	return &x, nil
}
