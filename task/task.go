// Package task runs goroutines that cannot outlive their caller.
package task

import (
	"context"
	"errors"
	"fmt"
)

// An ErrorPolicy says what the first error of a group does to its siblings.
type ErrorPolicy int

const (
	// CancelSiblings cancels the group's context with the first error as cause.
	CancelSiblings ErrorPolicy = iota
	// KeepGoing lets all run and joins all errors.
	KeepGoing
)

// A PanicPolicy says what a panic in a task does.
type PanicPolicy int

const (
	// Repanic joins all goroutines and panics in Run's caller.
	Repanic PanicPolicy = iota
	// PanicAsError makes the panic an error of the group.
	PanicAsError
	// Crash leaves the panic to the runtime, which ends the program at once.
	Crash
)

// ErrGoexit is the error of a task that called [runtime.Goexit].
var ErrGoexit = errors.New("task: goroutine called runtime.Goexit")

// A PanicError holds the value and the stack of a panic in a task.
type PanicError struct {
	Value any
	Stack []byte
}

func (p *PanicError) Error() string { return fmt.Sprintf("panic: %v\n\n%s", p.Value, p.Stack) }

// Unwrap returns the panic's value when it is an error.
func (p *PanicError) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}

// Options configure a group; the zero value is useful.
type Options struct {
	Name    string
	Limit   int
	OnError ErrorPolicy
	OnPanic PanicPolicy
}

// A Group starts the tasks of one Run.
type Group struct{}

// Run calls body and returns after it and every task have returned.
func Run(ctx context.Context, opts Options, body func(ctx context.Context, g *Group) error) error {
	return body(ctx, &Group{})
}

// Go starts fn in a goroutine of the group.
func (g *Group) Go(fn func(ctx context.Context) error) {}

// SetLimit changes how many tasks may run at once.
func (g *Group) SetLimit(n int) {}
