package disktree

import (
	"encoding/binary"
	"slices"
	"strings"
	"unsafe"

	"baton/internal/fsdir"
)

// An Entry is a file in a directory.
type Entry struct {
	Name  string
	Flags Flags
	Own
	Ino   uint64 // with Linked only, as is Nlink
	Nlink uint32
}

// A block holds entries of one directory in packed form: a tree of a million
// files has to fit into some thirty bytes a file.
type block struct {
	next *block
	data []byte
}

// Entries returns the files in n that were kept, ordered by name.
func (n *Node) Entries() []Entry {
	var list []Entry
	for b := n.entries; b != nil; b = b.next {
		for data := b.data; len(data) > 0; {
			var e Entry
			e, data = unpack(data, &n.Own)
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// keep adds packed entries to n. It is safe for concurrent use.
func (n *Node) keep(packed []byte) {
	b := &block{data: packed}
	mu := n.lock()
	mu.Lock()
	b.next, n.entries = n.entries, b
	mu.Unlock()
}

// The packed form of an entry is its name with the length before it, a byte of
// flags, and numbers as varints, leaving out what most files don't have. Times
// and devices are relative to those of the directory.
const (
	hasMtime = byte(IsFile) // in the place of a flag that the packed form implies
	hasDev   = 1 << 7       // the device differs from the directory's
)

// pack appends the packed form of e to b, with name for its name, as an entry of
// the directory dir.
func pack(b []byte, e *Entry, name []byte, dir *Own) []byte {
	b = binary.AppendUvarint(b, uint64(len(name)))
	b = append(b, name...)
	flags := byte(e.Flags &^ IsFile)
	if e.Mtime != (fsdir.Time{}) {
		flags |= hasMtime
	}
	if e.Dev != dir.Dev {
		flags |= hasDev
	}
	b = append(b, flags)
	b = binary.AppendUvarint(b, e.Apparent)
	b = binary.AppendUvarint(b, e.Disk/512)
	if flags&hasMtime != 0 {
		b = binary.AppendVarint(b, e.Mtime.Sec-dir.Mtime.Sec) // may wrap, and wraps back
		b = binary.AppendUvarint(b, uint64(e.Mtime.Nsec))
	}
	if flags&hasDev != 0 {
		b = binary.AppendUvarint(b, e.Dev)
	}
	if e.Flags&Linked != 0 {
		b = binary.AppendUvarint(b, e.Ino)
		b = binary.AppendUvarint(b, uint64(e.Nlink))
	}
	return b
}

// unpack returns the first entry in b and what follows it.
func unpack(b []byte, dir *Own) (Entry, []byte) {
	number := func() uint64 {
		v, n := binary.Uvarint(b)
		b = b[n:]
		return v
	}
	var e Entry
	n := number()
	e.Name = unsafe.String(unsafe.SliceData(b), n) // blocks never change once they are kept
	flags := b[n]
	b = b[n+1:]
	e.Flags = IsFile | Flags(flags&^(hasMtime|hasDev))
	e.Apparent = number()
	e.Disk = number() * 512
	e.Dev = dir.Dev
	if flags&hasMtime != 0 {
		sec, n := binary.Varint(b)
		b = b[n:]
		e.Mtime = fsdir.Time{Sec: dir.Mtime.Sec + sec, Nsec: uint32(number())}
	}
	if flags&hasDev != 0 {
		e.Dev = number()
	}
	if e.Flags&Linked != 0 {
		e.Ino = number()
		e.Nlink = uint32(number())
	}
	return e, b
}
