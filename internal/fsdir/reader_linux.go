//go:build linux && !portable

package fsdir

import (
	"bytes"
	"encoding/binary"
	"math"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A Chunk is a part of a directory's listing: the entries that one system call
// returned. Its buffer is reused by Fill.
type Chunk struct {
	buf  []byte
	n    int   // bytes filled
	cur  int   // where the current entry starts
	off  int   // where the entry after it starts
	next int64 // the position after it
	name []byte
	kind Kind

	ahead lookAhead
}

// chunkSize keeps the buffers of up to 64 workers small. Larger ones save no time
// that could be measured, not even on a directory of 200,000 files.
const chunkSize = 16 << 10

// Fill reads the next entries of d into c and reports whether there were any;
// false without an error is the end. A directory that changes while it is read
// shows each entry that was there all the time exactly once.
func (c *Chunk) Fill(d Dir) (bool, error) {
	if c.buf == nil {
		c.buf = make([]byte, chunkSize)
	}
	c.n, c.off = 0, 0
	c.ahead.n = 0
	for {
		var n uintptr
		var errno syscall.Errno
		if d.quick {
			n, _, errno = syscall.RawSyscall(unix.SYS_GETDENTS64, uintptr(d.fd), uintptr(unsafe.Pointer(&c.buf[0])), uintptr(len(c.buf)))
		} else {
			n, _, errno = syscall.Syscall(unix.SYS_GETDENTS64, uintptr(d.fd), uintptr(unsafe.Pointer(&c.buf[0])), uintptr(len(c.buf)))
		}
		switch errno {
		case 0:
			c.n = int(n)
			return n > 0, nil
		case unix.EINTR:
		default:
			return false, errno
		}
	}
}

// Full reports whether the last Fill came back with a full buffer, so that the
// directory has most likely more entries. It may have more also where the buffer
// isn't full: a signal, of which Go's runtime sends many, ends a call early.
func (c *Chunk) Full() bool { return c.n > len(c.buf)-int(unsafe.Sizeof(unix.Dirent{})) }

// Last reports, once Next has returned false, whether the listing is known to end
// here, which saves the call of Fill that would find nothing. It is right where
// [Dir.Local] is true: of those file systems, ext4 and tmpfs put the end of a
// directory at the largest position that there is, and none has an entry there.
func (c *Chunk) Last() bool { return c.n > 0 && c.next == math.MaxInt64 }

// Next moves to the next entry, leaving out "." and "..", and reports whether
// there is one.
func (c *Chunk) Next() bool {
	for c.off < c.n {
		rec := c.buf[c.off:c.n]
		reclen := int(binary.NativeEndian.Uint16(rec[direntReclen:]))
		c.cur = c.off
		c.off += reclen
		c.next = int64(binary.NativeEndian.Uint64(rec[direntOff:]))
		name := rec[direntName:reclen]
		name = name[:bytes.IndexByte(name, 0)]
		if len(name) <= 2 && name[0] == '.' && (len(name) == 1 || name[1] == '.') {
			continue
		}
		c.name, c.kind = name, kindOfDirent(rec[direntType])
		return true
	}
	return false
}

// Name returns the current entry's name, valid until the next Fill.
func (c *Chunk) Name() []byte { return c.name }

// Kind returns the current entry's kind as the directory tells it.
func (c *Chunk) Kind() Kind { return c.kind }

// Stat returns the attributes of the current entry, an entry of d. With all, the
// caller will ask for those of each entry that isn't listed as a directory: where
// d is quick, Stat may look at some that follow at the same time.
func (c *Chunk) Stat(d Dir, mode Mode, all bool, st *Stat) error {
	if all && d.quick && !noStatx.Load() {
		if x := c.ahead.stat(c, d, mode); x != nil {
			st.set(x)
			return nil
		}
	}
	return d.stat(unsafe.SliceData(c.name), mode, st) // the kernel ended it with a NUL
}

// Offsets in struct linux_dirent64; unix.Dirent has the same layout.
const (
	direntOff    = int(unsafe.Offsetof(unix.Dirent{}.Off))
	direntReclen = int(unsafe.Offsetof(unix.Dirent{}.Reclen))
	direntType   = int(unsafe.Offsetof(unix.Dirent{}.Type))
	direntName   = int(unsafe.Offsetof(unix.Dirent{}.Name))
)

func kindOfDirent(t byte) Kind {
	switch t {
	case unix.DT_REG:
		return Regular
	case unix.DT_DIR:
		return Directory
	case unix.DT_LNK:
		return Symlink
	case unix.DT_UNKNOWN:
		return Unknown
	default:
		return Other
	}
}
