package task

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
)

// A PanicPolicy says what a panic in a task or in body does.
type PanicPolicy int

const (
	// Repanic cancels the siblings, joins all goroutines and panics in Run's
	// caller with a [*PanicError]. Errors of the group are then not reported.
	Repanic PanicPolicy = iota
	// PanicAsError makes the panic an error of the group, a [*PanicError].
	PanicAsError
	// Crash leaves the panic to the runtime, which ends the program at once,
	// without waiting for siblings and whoever may recover further up. Choose it
	// where a crash report should show the panic while it happens, and nothing
	// should run on with state that a panic has left half changed.
	Crash
)

// ErrGoexit is the error of a task that called [runtime.Goexit], or a function
// that does, such as [testing.T.FailNow].
var ErrGoexit = errors.New("task: goroutine called runtime.Goexit")

// A PanicError holds the value and the stack of a panic in a task. A *PanicError
// that is itself the value of a panic, such as one that Run has raised again in
// a task of an outer group, is passed on as it is.
type PanicError struct {
	Value  any           // what panic was called with
	Stack  []byte        // of the goroutine that panicked, as [runtime/debug.Stack] formats it
	Others []*PanicError // the further panics of the group, under Repanic, in their order
}

// Error returns the value and the stack, and the same of Others.
func (p *PanicError) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "panic: %v\n\n%s", p.Value, p.Stack)
	for _, other := range p.Others {
		text.WriteString("\n" + other.Error())
	}
	return text.String()
}

// Unwrap returns the panic's value when it is an error.
func (p *PanicError) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}

// join returns the first of panics with the others attached.
func join(panics []*PanicError) *PanicError {
	if len(panics) == 1 {
		return panics[0]
	}
	// A copy: the first may be known elsewhere, as cause of a context or, when an
	// inner group raised it, to whoever recovered it in between.
	first := *panics[0]
	first.Others = slices.Concat(first.Others, panics[1:])
	return &first
}

// exiting says whether the deferred function that calls it was called by Goexit,
// and not by a panic. A call of recover would also tell, but a panic that was
// recovered and raised again is no longer the panic that happened.
func exiting() bool {
	var pc [1]uintptr
	runtime.Callers(3, pc[:]) // 0 is Callers, 1 this function, 2 the deferred one
	frame, _ := runtime.CallersFrames(pc[:]).Next()
	return frame.Function == "runtime.Goexit"
}

// Recovered returns v, the value that recover gave, as a *PanicError with the
// stack of the panic. It must be called by the deferred function that recovered.
// Code that runs functions of others in goroutines of its own takes panics to
// its callers with it, as [Run] does.
func Recovered(v any) *PanicError {
	if p, ok := v.(*PanicError); ok {
		return p
	}
	return &PanicError{Value: v, Stack: debug.Stack()}
}
