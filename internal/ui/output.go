package ui

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
)

// An Output is a stream that a command writes. Writes are not buffered: a command
// that prints much wraps it in a [bufio.Writer]. It is safe for concurrent use.
type Output struct {
	Terminal bool

	dumb          bool // a terminal that does not understand escape sequences
	color         bool
	width, height int // stand in for the terminal's in tests

	file    *os.File
	w       io.Writer
	streams *Streams

	mu  sync.Mutex
	err error // the first error of a write; guarded by mu
}

// Write writes p, after erasing the status line where there is one.
func (o *Output) Write(p []byte) (n int, err error) {
	if o.Terminal {
		n, err = o.streams.screen.write(o.w, p)
	} else {
		n, err = o.w.Write(p)
	}
	if err != nil {
		o.mu.Lock()
		defer o.mu.Unlock()
		if o.err == nil {
			o.err = err
		}
	}
	return n, err
}

// Printf formats and writes. What goes wrong is kept for [Output.WriteErr].
func (o *Output) Printf(format string, args ...any) {
	fmt.Fprintf(o, format, args...)
}

// JSON writes v as one line of JSON, without escaping <, > and &.
func (o *Output) JSON(v any) error {
	enc := json.NewEncoder(o)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// WriteErr returns the first error of any write, so that a full disk is noticed
// once, at the end, however much was printed.
func (o *Output) WriteErr() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.err
}

// File returns the file behind the stream, for a child process to inherit; nil
// when there is none, as in tests.
func (o *Output) File() *os.File { return o.file }

// IsClosedPipe reports whether err says that the reader of a pipe has gone.
// Mostly the signal SIGPIPE has ended the program before; where it is ignored,
// and on systems without it, a write returns such an error.
func IsClosedPipe(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe) || isClosedPipe(err)
}
