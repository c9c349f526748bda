// Package fsdir reads directories and the attributes of their entries through
// open directory handles.
//
// It stands where [os.ReadDir] and [os.Lstat] would: it differs in that names
// are resolved relative to an open directory, so that neither the length of a
// path nor a directory renamed meanwhile matters, and in that reading an entry
// allocates nothing. On Linux it speaks to the kernel directly (openat,
// getdents64, statx); elsewhere the same interface stands on package os.
//
// A [Dir] may be used by several goroutines at once, a [Chunk] by one.
package fsdir

import "errors"

// A Kind is what a directory entry is.
type Kind uint8

// The kinds that matter to a program that measures a tree.
const (
	Unknown Kind = iota // the file system doesn't say; Stat does
	Regular
	Directory
	Symlink
	Other // a device, pipe or socket
)

// A Time is a file's time stamp. It holds what the kernel reported, also where
// that is out of the range of package time's formats.
type Time struct {
	Sec  int64
	Nsec uint32
}

// Before reports whether t is earlier than u.
func (t Time) Before(u Time) bool {
	return t.Sec < u.Sec || t.Sec == u.Sec && t.Nsec < u.Nsec
}

// A Stat holds the attributes of a file.
type Stat struct {
	Kind   Kind
	Mount  bool // a mount point, where the system tells
	Nlink  uint32
	Dev    uint64
	Ino    uint64
	Size   int64  // apparent size in bytes
	Blocks uint64 // allocated, in units of 512 bytes
	Atime  Time
	Mtime  Time
	Ctime  Time
}

// Mode says how an operation treats symbolic links.
type Mode uint8

const (
	NoFollow Mode = iota // a symbolic link stands for itself
	Follow               // a symbolic link stands for its target
)

// ErrNotDir is the error of OpenDir when the name is no directory, which
// happens when it was replaced since it was listed.
var ErrNotDir = errors.New("not a directory")
