package ncdu

import (
	"errors"
	"io"
	"strconv"
)

// writeSize is how much a Writer collects before it writes.
const writeSize = 32 << 10

var errNoName = errors.New("ncdu: entry without a name")

// A Writer writes one scan. Its methods are called in the order that [Visitor]
// describes, and Close at the end; any other order panics. The first error is
// returned by every later call. A Writer is for one goroutine at a time.
type Writer struct {
	dst  io.Writer
	buf  []byte
	devs []uint64 // of the open directories
	did  progress
	err  error
}

// progress is how far a Writer has come.
type progress uint8

const (
	nothing progress = iota
	header
	root // the root directory was entered, and left if no directory is open
	closed
)

// NewWriter returns a Writer that writes to dst, in pieces of some 32 KiB.
func NewWriter(dst io.Writer) *Writer {
	return &Writer{dst: dst, buf: make([]byte, 0, writeSize+4<<10)}
}

// Begin writes what describes the scan as a whole.
func (w *Writer) Begin(h Header) error {
	if w.did != nothing {
		panic("ncdu: Begin called twice")
	}
	w.did = header
	b := append(w.buf, `[1,2,{"progname":`...)
	b = appendString(b, h.Prog)
	b = append(b, `,"progver":`...)
	b = appendString(b, h.Version)
	b = append(b, `,"timestamp":`...)
	b = strconv.AppendInt(b, h.Timestamp, 10)
	if h.Partial {
		b = append(b, `,"partial":true`...)
	}
	w.buf = append(b, '}')
	return w.flushed(writeSize)
}

// EnterDir writes a directory; the entries up to its LeaveDir are in it. The
// first directory is the root, and there is no other beside it.
func (w *Writer) EnterDir(e *Entry) error {
	if w.did == nothing || len(w.devs) == 0 && w.did != header {
		panic("ncdu: EnterDir outside the root directory")
	}
	w.did = root
	w.buf = append(w.buf, ",\n["...)
	err := w.item(e)
	w.devs = append(w.devs, e.Dev)
	return err
}

// File writes an entry that is not a directory, or a directory that was excluded
// and therefore has no entries.
func (w *Writer) File(e *Entry) error {
	if len(w.devs) == 0 {
		panic("ncdu: File outside the root directory")
	}
	w.buf = append(w.buf, ",\n"...)
	return w.item(e)
}

// LeaveDir ends the directory entered last.
func (w *Writer) LeaveDir() error {
	if len(w.devs) == 0 {
		panic("ncdu: LeaveDir without EnterDir")
	}
	w.devs = w.devs[:len(w.devs)-1]
	w.buf = append(w.buf, ']')
	return w.flushed(writeSize)
}

// Close ends the scan and writes what is still buffered. It returns
// [ErrIncomplete] when the scan is not whole. It does not close the underlying
// writer. Closing again does nothing.
func (w *Writer) Close() error {
	if w.did == closed {
		return w.err
	}
	if w.err == nil && (w.did != root || len(w.devs) > 0) {
		w.err = ErrIncomplete
	}
	w.did = closed
	w.devs = nil
	w.buf = append(w.buf, ']')
	return w.flushed(0)
}

// item writes the object that describes e.
func (w *Writer) item(e *Entry) error {
	if len(e.Name) == 0 && w.err == nil {
		w.err = errNoName
	}
	var dev uint64
	if n := len(w.devs); n > 0 {
		dev = w.devs[n-1]
	}
	w.buf = appendEntry(w.buf, e, dev)
	return w.flushed(writeSize)
}

// flushed writes the buffer out if it holds limit bytes or more. After an error
// it drops them.
func (w *Writer) flushed(limit int) error {
	if w.err == nil && len(w.buf) < limit {
		return nil
	}
	if w.err == nil {
		_, w.err = w.dst.Write(w.buf)
	}
	w.buf = w.buf[:0]
	return w.err
}
