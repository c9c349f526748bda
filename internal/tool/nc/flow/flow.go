// Package flow moves bytes between files, pipes and sockets, where the system can
// do that without copying them through this process.
//
// [Move] is [io.Copy] with an eye on what it does: [io.Copy] finds the fast ways of
// the standard library too, but to count bytes, to slow it down or to show progress
// one has to wrap a reader or writer, and then it copies. Move tells after each step
// how much went through, asks before each how much may, and knows ways that io.Copy
// has not: on Linux, from a pipe to a socket and from a socket to a pipe.
//
//	from         to                      how, on Linux
//	file         socket                  sendfile
//	pipe         socket                  splice
//	socket       pipe                    splice
//	socket       file, device            splice, through a pipe of its own
//
// Anything else, such as TLS, a terminal, a file opened to append, or any system but
// Linux, is copied through a buffer; from a file to a TCP connection the standard
// library knows the fast way of other systems.
package flow

import (
	"io"
	"os"
	"sync"
)

// Options say what happens beside the moving; the zero value only moves.
type Options struct {
	// Next is asked before each step. It may wait, and returns how many bytes the
	// step may move at most, at least one. An error ends the flow. nil: no limit.
	Next func() (int, error)
	// Moved is told after each step how many bytes went through.
	Moved func(n int)
	// See is shown all bytes before they are written, which makes the flow copy them.
	See func(p []byte)
	// Copy makes it copy in any case.
	Copy bool
}

// step is how many bytes are moved at once at most: the size that pipes are given.
// More in one go would only make the counts coarser.
const step = 1 << 20

func (o *Options) next() (int, error) {
	if o.Next == nil {
		return step, nil
	}
	n, err := o.Next()
	return min(n, step), err
}

func (o *Options) moved(n int) {
	if o.Moved != nil && n > 0 {
		o.Moved(n)
	}
}

// An Error is an error of one side of a flow.
type Error struct {
	Write bool // of the side that is written
	Err   error
}

// Error returns the text of e.Err.
func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns e.Err.
func (e *Error) Unwrap() error { return e.Err }

func readError(err error) error  { return &Error{Err: err} }
func writeError(err error) error { return &Error{Write: true, Err: err} }

// A Section is a file from an offset on, as a source of its own: others that read
// the file don't disturb it, nor it them.
type Section struct {
	File   *os.File
	Offset int64 // moves on
}

// Read reads at the offset.
func (s *Section) Read(p []byte) (int, error) {
	n, err := s.File.ReadAt(p, s.Offset)
	s.Offset += int64(n)
	return n, err
}

// Move moves bytes from src to dst until src ends, which is no error. Otherwise the
// error is one of opts.Next, or an [*Error] that says on which side.
//
// A deadline on either side ends it, also while it waits, if that side takes
// deadlines. It closes nothing. A source or a destination must not be used by
// others meanwhile.
func Move(dst io.Writer, src io.Reader, opts Options) error {
	if !opts.Copy && opts.See == nil {
		if done, err := move(dst, src, &opts); done {
			return err
		}
	}
	return copyAll(dst, src, &opts)
}

// buffers are of the size at which a larger one makes no difference any more.
var buffers = sync.Pool{New: func() any { return new([256 << 10]byte) }}

// copyAll moves bytes through a buffer.
func copyAll(dst io.Writer, src io.Reader, opts *Options) error {
	buf := buffers.Get().(*[256 << 10]byte)
	defer buffers.Put(buf)
	for {
		limit, err := opts.next()
		if err != nil {
			return err
		}
		n, rerr := src.Read(buf[:min(limit, len(buf))])
		if n > 0 {
			if opts.See != nil {
				opts.See(buf[:n])
			}
			n, err := dst.Write(buf[:n])
			opts.moved(n)
			if err != nil {
				return writeError(err)
			}
		}
		switch {
		case rerr == io.EOF:
			return nil
		case rerr != nil:
			return readError(rerr)
		}
	}
}
