// Package disktree measures directory trees: what each directory holds, how
// many bytes that takes on disk, and how many files it is.
//
// [Scan] walks a tree in parallel on package worklist. What it keeps is up to
// the caller: totals only, the directories down to a depth, or every entry.
// [Load] makes the same tree from a saved one, and [Tree.Save] saves it.
//
// A tree is counted the way GNU du counts: a file with several names counts
// once, a directory's own blocks count, and a directory that can't be read
// counts with its own size. Where GNU du's result depends on the order in which
// directories happen to be listed, ours does not: a file with several names
// belongs to the bytewise smallest of its paths, and a directory that is
// reachable in several ways belongs to its own place in the tree, before mount
// points and symbolic links that lead to it.
package disktree

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"sync"
	"unsafe"

	"baton/internal/fsdir"
)

// A Tally sums up files. Bytes saturate at [math.MaxUint64]: sparse files make
// greater sums of apparent sizes possible.
type Tally struct {
	Disk     uint64 // bytes allocated
	Apparent uint64 // bytes of regular files' and symbolic links' contents
	Files    uint64 // everything that is no directory
	Dirs     uint64
	Latest   fsdir.Time // the latest of the time stamps that Options.Time asks for
}

// Add adds u to t.
func (t *Tally) Add(u *Tally) {
	t.Disk = addBytes(t.Disk, u.Disk)
	t.Apparent = addBytes(t.Apparent, u.Apparent)
	t.Files += u.Files
	t.Dirs += u.Dirs
	t.at(u.Latest)
}

// subtract takes the bytes and files of u, which t contains, out of t.
func (t *Tally) subtract(u *Tally) {
	t.Disk -= u.Disk
	t.Apparent -= u.Apparent
	t.Files -= u.Files
}

// at notes a time stamp. The zero time means none.
func (t *Tally) at(u fsdir.Time) {
	if t.Latest == (fsdir.Time{}) || t.Latest.Before(u) && u != (fsdir.Time{}) {
		t.Latest = u
	}
}

// Inodes returns the number of files and directories.
func (t *Tally) Inodes() uint64 { return t.Files + t.Dirs }

func addBytes(a, b uint64) uint64 {
	if s := a + b; s >= a {
		return s
	}
	return math.MaxUint64
}

// A Node is a directory of a tree, or one of the paths that Scan was called
// with. Once Scan or Load has returned, nodes don't change and may be read by
// several goroutines.
type Node struct {
	Parent *Node  // nil for the paths that Scan was called with
	Name   string // the last element of the path; for those paths, the path
	// Total is the sum over the directory and all that it holds, or, with
	// Options.Separate, without its subdirectories.
	Total Tally
	Own   Own   // the directory itself
	Flags Flags // what went wrong with it, or set it apart

	// The fields below, and during a scan Total and Flags, are guarded by lock.
	first   *Node // children, linked by next, in no order
	next    *Node
	entries *block
}

// locks are what lock hands out. A mutex in each node would make a tree of
// directories a tenth larger, and there are never more than a few workers.
var locks [64]struct {
	sync.Mutex
	_ [56]byte // keeps two locks from sharing a cache line
}

// lock returns the mutex that guards n while a scan runs.
func (n *Node) lock() *sync.Mutex {
	return &locks[uintptr(unsafe.Pointer(n))/unsafe.Sizeof(*n)%uintptr(len(locks))].Mutex
}

// Own is what a directory or file takes by itself.
type Own struct {
	Disk, Apparent uint64
	Dev            uint64
	Mtime          fsdir.Time
}

// Flags of a node or an entry.
type Flags uint8

const (
	IsFile     Flags = 1 << iota // no directory
	ReadError                    // it could not be read, or not to its end
	NotRegular                   // a file that is neither regular nor a directory
	Linked                       // a file with more than one name
	OtherFS                      // not entered: on another file system
	Excluded                     // not entered: by a pattern
	Kernel                       // not entered: a view of the kernel's state
)

// Path returns the path of n: the path that Scan was called with, and the names
// below it.
func (n *Node) Path() string { return string(n.AppendPath(nil)) }

// AppendPath appends the path of n to b.
func (n *Node) AppendPath(b []byte) []byte {
	if n.Parent == nil {
		return append(b, n.Name...)
	}
	return appendName(n.Parent.AppendPath(b), n.Name)
}

func appendName(path []byte, name string) []byte {
	if !bytes.HasSuffix(path, slash) {
		path = append(path, '/')
	}
	return append(path, name...)
}

var slash = []byte{'/'}

// Children returns the directories in n that were kept, ordered by name.
func (n *Node) Children() []*Node {
	var kids []*Node
	for c := n.first; c != nil; c = c.next {
		kids = append(kids, c)
	}
	slices.SortFunc(kids, func(a, b *Node) int { return strings.Compare(a.Name, b.Name) })
	return kids
}

// depth returns how many levels n is below its root.
func (n *Node) depth() int {
	d := 0
	for ; n.Parent != nil; n = n.Parent {
		d++
	}
	return d
}

// detached reports whether n stands outside the tree and so has no path.
func (n *Node) detached() bool { return n.Parent == nil && n.Name == "" }

// flag sets flags of n. It is safe for concurrent use.
func (n *Node) flag(f Flags) {
	mu := n.lock()
	mu.Lock()
	n.Flags |= f
	mu.Unlock()
}

// attach makes c a child of n. It is safe for concurrent use.
func (n *Node) attach(c *Node) {
	mu := n.lock()
	mu.Lock()
	c.next, n.first = n.first, c
	mu.Unlock()
}

// count adds t to n's own contents. It is safe for concurrent use.
func (n *Node) count(t *Tally) {
	mu := n.lock()
	mu.Lock()
	n.Total.Add(t)
	mu.Unlock()
}

// sum turns the totals of each directory's own contents into totals of
// everything below it, and returns the sum over all.
func (n *Node) sum(separate bool) Tally {
	all := n.Total
	for c := n.first; c != nil; c = c.next {
		below := c.sum(separate)
		all.Add(&below)
	}
	if !separate {
		n.Total = all
	}
	return all
}
