//go:build linux && !portable

package fsdir

import (
	"encoding/binary"
	"syscall"

	"golang.org/x/sys/unix"
)

// A lookAhead holds the attributes of some entries of a chunk, read by calls that
// follow each other closely. After a system call, the processor has forgotten where
// functions return to and most of the program's code; so what is done with the
// attributes costs less when it isn't done between two calls.
type lookAhead struct {
	looks [16]look
	i, n  int // the next of the looks, and how many there are
}

// A look is what one call said of the entry that starts at off.
type look struct {
	name  *byte // ended by NUL
	off   int
	errno syscall.Errno
	x     unix.Statx_t
}

// stat returns the attributes of the current entry of c, or nil if they can't be
// had in this way.
func (a *lookAhead) stat(c *Chunk, d Dir, mode Mode) *unix.Statx_t {
	if a.i >= a.n || a.looks[a.i].off != c.cur {
		a.fill(c, d, mode)
	}
	l := &a.looks[a.i]
	a.i++
	if l.errno != 0 {
		return nil
	}
	return &l.x
}

// fill looks at the current entry of c and those after it, but for directories.
func (a *lookAhead) fill(c *Chunk, d Dir, mode Mode) {
	a.i, a.n = 0, 0
	for off := c.cur; off < c.n && a.n < len(a.looks); {
		rec := c.buf[off:c.n]
		if rec[direntType] != unix.DT_DIR || off == c.cur {
			l := &a.looks[a.n]
			l.name, l.off = &rec[direntName], off
			a.n++
		}
		off += int(binary.NativeEndian.Uint16(rec[direntReclen:]))
	}
	statxAll(int(d.fd), mode.statxFlags(), &a.looks[0], a.n)
}
