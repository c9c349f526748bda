// Package exit holds the exit codes that all commands share, and the error that
// carries one from a tool to main.
//
// A tool returns a plain error for failure, and an [Error] where another code or
// a hint belongs to it. [Code] is the only place that turns an error into a code.
package exit

import (
	"context"
	"errors"
)

// The codes, the same for every command.
const (
	OK          = 0
	Failed      = 1
	Usage       = 2
	Partial     = 3   // some items failed, the rest of the result is valid
	Timeout     = 124 // the command's own deadline passed
	Interrupted = 130 // SIGINT
	ClosedPipe  = 141 // SIGPIPE, or a write that failed as if it had come
	Terminated  = 143 // SIGTERM
)

// An Error is an error with an exit code of its own and, where there is a
// remedy, a hint: a sentence or a command to run.
type Error struct {
	Code int
	Err  error // nil: nothing is left to print
	Hint string
}

func (e *Error) Error() string {
	if e.Err == nil {
		return "exit status"
	}
	return e.Err.Error()
}

// Unwrap returns the wrapped error.
func (e *Error) Unwrap() error { return e.Err }

// A coder is an error that knows its exit code, such as the cause that a signal
// leaves in a cancelled context.
type coder interface{ ExitCode() int }

// ExitCode returns e.Code.
func (e *Error) ExitCode() int { return e.Code }

// Code returns the exit code for err: the code of the first error in its tree
// that has one, [Timeout] for a deadline, [Failed] for any other error.
func Code(err error) int {
	var c coder
	switch {
	case err == nil:
		return OK
	case errors.As(err, &c):
		return c.ExitCode()
	case errors.Is(err, context.DeadlineExceeded):
		return Timeout
	default:
		return Failed
	}
}
