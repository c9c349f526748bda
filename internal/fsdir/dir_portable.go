//go:build !linux || portable

package fsdir

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A Dir is an open directory. Close releases it.
type Dir struct {
	path string
	f    *os.File
}

// Cwd is the current directory. It is always open and must not be closed.
func Cwd() Dir { return Dir{} }

func (d Dir) join(name string) string {
	if d.path == "" || filepath.IsAbs(name) {
		return name
	}
	return strings.TrimSuffix(d.path, "/") + "/" + name
}

// OpenDir opens the directory called name in d.
func (d Dir) OpenDir(name string, mode Mode) (Dir, error) {
	path := d.join(name)
	stat := os.Lstat
	if mode == Follow {
		stat = os.Stat
	}
	info, err := stat(path)
	if err != nil {
		return Dir{}, bare(err)
	}
	if !info.IsDir() {
		return Dir{}, ErrNotDir
	}
	f, err := os.Open(path)
	if err != nil {
		return Dir{}, bare(err)
	}
	return Dir{path, f}, nil
}

// Close closes d.
func (d Dir) Close() error { return d.f.Close() }

// Stat returns the attributes of the file called name in d.
func (d Dir) Stat(name string, mode Mode, st *Stat) error {
	get := os.Lstat
	if mode == Follow {
		get = os.Stat
	}
	info, err := get(d.join(name))
	if err != nil {
		return bare(err)
	}
	fill(st, info)
	return nil
}

// Self returns the attributes of the directory d itself.
func (d Dir) Self(st *Stat) error {
	info, err := d.f.Stat()
	if err != nil {
		return bare(err)
	}
	fill(st, info)
	return nil
}

// Kernel reports whether d is on a file system that shows the kernel's own
// state; only Linux tells.
func (d Dir) Kernel() bool { return false }

// Quick returns d; it has a meaning on Linux only.
func (d Dir) Quick(bool) Dir { return d }

// Local reports whether d is on a file system of this machine's own; only Linux
// tells.
func (d Dir) Local() bool { return false }

// A Chunk is a part of a directory's listing.
type Chunk struct {
	entries []fs.DirEntry
	i       int // index of the entry after the current one
	name    []byte
}

const chunkEntries = 1024

// Fill reads the next entries of d into c and reports whether there were any;
// false without an error is the end.
func (c *Chunk) Fill(d Dir) (bool, error) {
	var err error
	c.i = 0
	c.entries, err = d.f.ReadDir(chunkEntries)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return len(c.entries) > 0, bare(err)
}

// Full reports whether the last Fill came back with a full buffer, so that the
// directory has most likely more entries.
func (c *Chunk) Full() bool { return len(c.entries) == chunkEntries }

// Last reports whether the listing is known to end here; only Linux tells.
func (c *Chunk) Last() bool { return false }

// Next moves to the next entry and reports whether there is one.
func (c *Chunk) Next() bool {
	if c.i == len(c.entries) {
		return false
	}
	c.name = append(c.name[:0], c.entries[c.i].Name()...)
	c.i++
	return true
}

// Name returns the current entry's name, valid until the next Fill or Next.
func (c *Chunk) Name() []byte { return c.name }

// Kind returns the current entry's kind as the directory tells it.
func (c *Chunk) Kind() Kind { return kindOfMode(c.entries[c.i-1].Type()) }

// Stat returns the attributes of the current entry, an entry of d. That the caller
// asks for those of all has a meaning on Linux only.
func (c *Chunk) Stat(d Dir, mode Mode, _ bool, st *Stat) error {
	return d.Stat(string(c.name), mode, st)
}

func kindOfMode(mode fs.FileMode) Kind {
	switch {
	case mode.IsRegular():
		return Regular
	case mode.IsDir():
		return Directory
	case mode&fs.ModeSymlink != 0:
		return Symlink
	default:
		return Other
	}
}

// bare strips the operation and path from an error of package os; the caller
// names the file.
func bare(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
