package ncdu

import (
	"context"
	"fmt"
	"io"
)

// Limits of what Read accepts, far above what a file system or ncdu allows, so
// that a damaged or hostile file cannot take memory without end.
const (
	maxString = 1 << 20 // bytes in a name, a key or another string that is kept
	maxDepth  = 1 << 20 // directories within each other
)

// Read reads one export from src, which is neither compressed nor followed by
// anything, and hands it to v. Memory does not grow with the export, only by
// eight bytes for each directory that is open.
//
// Keys that the format does not know are skipped, whatever their value, and so
// are further elements after the root directory. A number that does not fit its
// field is an error; so is a fraction, except in times, where it is cut off.
// A time beyond 2^63-1 is taken modulo 2^64, as ncdu writes times before 1970.
//
// Invalid or truncated JSON is a [*SyntaxError], another major version wraps
// [ErrVersion]. When ctx ends, Read returns its cause at the next read from src;
// it cannot interrupt a read that blocks.
func Read(ctx context.Context, src io.Reader, v Visitor) error {
	r := reader{scanner: scanner{ctx: ctx, src: src, buf: make([]byte, readSize)}, v: v}
	r.onKey = r.field
	r.start()
	r.tree()
	r.finish()
	return r.err
}

// reader is the state of one Read. It is driven by the file's structure with an
// explicit stack: the nesting of the file does not become nesting of calls.
type reader struct {
	scanner
	v     Visitor
	entry Entry        // the one entry, reused; its Name is too
	onKey func([]byte) // r.field: bound once, as each binding allocates
	devs  []uint64     // of the open directories
}

// start reads up to the root directory.
func (r *reader) start() {
	r.expect('[')
	r.space()
	major := r.uint(10000)
	r.comma()
	minor := r.uint(10000)
	if r.err == nil && major != 1 {
		r.stop(fmt.Errorf("%w %d.%d, want 1.x", ErrVersion, major, minor))
	}
	r.comma()
	var h Header
	if r.peek() == '{' {
		r.header(&h)
	} else {
		r.skip()
	}
	r.comma()
	if r.peek() != '[' {
		r.fail("want the root directory, an array")
	}
	if r.err == nil {
		r.stop(r.v.Begin(h))
	}
}

// header reads the object that describes the scan. Nothing in it is required.
func (r *reader) header(h *Header) {
	r.object(func(key []byte) {
		switch c := r.peek(); {
		case c == '"' && string(key) == "progname":
			h.Prog = string(r.str(nil))
		case c == '"' && string(key) == "progver":
			h.Version = string(r.str(nil))
		case c != '"' && string(key) == "timestamp":
			h.Timestamp = r.time()
		case c == 't' && string(key) == "partial":
			h.Partial = r.bool()
		default:
			r.skip()
		}
	})
}

// tree reads the root directory and all that is in it. After an error peek gives
// zero for ever, which is none of the bytes that keep it going.
func (r *reader) tree() {
	for r.err == nil {
		r.element()
		for {
			c := r.space()
			if c == ',' {
				r.pos++
				break
			}
			if c != ']' {
				r.fail("want ',' or ']' after an entry")
				return
			}
			r.pos++
			r.devs = r.devs[:len(r.devs)-1]
			r.stop(r.v.LeaveDir())
			if len(r.devs) == 0 {
				return
			}
		}
	}
}

// element reads a file, or the beginning of a directory.
func (r *reader) element() {
	dir := r.space() == '['
	if dir {
		r.pos++
		if len(r.devs) == maxDepth {
			r.fail("directories nested too deeply")
		}
	}
	r.item(dir)
	switch {
	case r.err != nil:
	case dir:
		r.devs = append(r.devs, r.entry.Dev)
		r.stop(r.v.EnterDir(&r.entry))
	default:
		r.stop(r.v.File(&r.entry))
	}
}

// finish reads what follows the root directory.
func (r *reader) finish() {
	for r.space() == ',' {
		r.pos++
		r.space()
		r.skip()
	}
	r.expect(']')
	if r.space(); r.err == nil && (r.pos < r.end || r.srcErr != io.EOF) {
		r.fail("want the end of the file")
	}
}
