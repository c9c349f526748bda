package disktree

import (
	"sync/atomic"

	"baton/internal/fsdir"
	"baton/internal/gitignore"
)

// A dir is a directory on its way through a scan. It lives until it and all
// below it are counted; what stays is its node. One that nothing refers to is
// used again for another directory, see scratch.drop.
//
// There are as many of them as directories wait, so the fields are small.
type dir struct {
	parent *dir // nil for a root
	name   string
	node   *Node // where its contents count
	ignore *gitignore.Matcher
	handle fsdir.Dir
	dev    uint64 // set when it is entered, as is ino
	ino    uint64
	depth  int32
	// users counts who still needs the handle: the worker that reads the
	// directory, parts of its listing that wait, children that are to be opened
	// relative to it. The last one closes it.
	users atomic.Int32
	// refs counts who may still look at d: its visit, parts of its listing that
	// wait, the directories in it.
	refs        atomic.Int32
	follow      fsdir.Mode
	own         bool // node is this directory's own, not one above it
	late        bool // it was deferred; this is its turn
	local       bool // fsdir.Dir.Local
	hasChildren bool // some are known; kept is decided
	kept        bool // the handle stays open for children
	registered  bool // it is in scan.open
}

func (d *dir) child(name string, follow fsdir.Mode) *dir {
	return &dir{parent: d, name: name, depth: d.depth + 1, follow: follow}
}

// viaParent reports whether d is a user of its parent's handle. Once it was
// put off it isn't any more.
func (d *dir) viaParent() bool { return d.parent != nil && d.parent.kept && !d.late }

// appendPath appends the path of d to b.
func (d *dir) appendPath(b []byte) []byte {
	if d.parent == nil {
		return append(b, trimSlashes(d.name)...)
	}
	return appendName(d.parent.appendPath(b), d.name)
}

func (d *dir) path() string { return string(d.appendPath(nil)) }

// below returns the path of name in d relative to the node that it counts in.
func (d *dir) below(name []byte) string {
	if d.own {
		return string(name)
	}
	return string(appendName(d.appendBelow(nil), string(name))[1:])
}

func (d *dir) appendBelow(b []byte) []byte {
	if d.parent == nil || d.own {
		return b
	}
	return appendName(d.parent.appendBelow(b), d.name)
}

// cycle reports whether d is one of the directories above it.
func (d *dir) cycle() bool {
	for up := d.parent; up != nil; up = up.parent {
		if up.ino == d.ino && up.dev == d.dev {
			return true
		}
	}
	return false
}

// open opens d relative to its parent.
func (d *dir) open() (fsdir.Dir, error) {
	if d.viaParent() {
		return d.parent.handle.OpenDir(d.name, d.follow)
	}
	return d.reopen()
}

// reopen opens d by walking down from its root, name by name, so that neither
// the length of its path nor a symbolic link that took a directory's place
// meanwhile matters.
func (d *dir) reopen() (fsdir.Dir, error) {
	up := fsdir.Cwd()
	if d.parent != nil {
		var err error
		if up, err = d.parent.reopen(); err != nil {
			return fsdir.Dir{}, err
		}
		defer up.Close()
	}
	return up.OpenDir(d.name, d.follow)
}

// stat returns the attributes of d without opening it.
func (d *dir) stat(st *fsdir.Stat) error {
	if d.viaParent() {
		return d.parent.handle.Stat(d.name, d.follow, st)
	}
	up := fsdir.Cwd()
	if d.parent != nil {
		var err error
		if up, err = d.parent.reopen(); err != nil {
			return err
		}
		defer up.Close()
	}
	return up.Stat(d.name, d.follow, st)
}
