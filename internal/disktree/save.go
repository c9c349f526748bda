package disktree

import (
	"path/filepath"

	"baton/internal/fsdir"
	"baton/internal/ncdu"
)

// Save shows the tree to v, such as an [ncdu.Writer]: its first root with all
// directories and entries that were kept, ordered by name. A tree that is
// scanned for this needs a Depth and an EntryDepth of -1, Paths and Mtimes.
func (t *Tree) Save(v ncdu.Visitor, h ncdu.Header) error {
	h.Partial = t.Partial
	if err := v.Begin(h); err != nil {
		return err
	}
	root := t.Roots[0]
	name, err := filepath.Abs(root.Name)
	if err != nil {
		return err
	}
	return saveDir(v, root, name)
}

func saveDir(v ncdu.Visitor, n *Node, name string) error {
	dir := ncdu.Entry{
		Name: []byte(name), ASize: n.Own.Apparent, DSize: n.Own.Disk, Dev: n.Own.Dev,
		ReadError: n.Flags&ReadError != 0,
	}
	setMtime(&dir, n.Own.Mtime)
	if err := v.EnterDir(&dir); err != nil {
		return err
	}
	for _, e := range n.Entries() {
		if err := v.File(saved(&e)); err != nil {
			return err
		}
	}
	for _, c := range n.Children() {
		if err := saveDir(v, c, c.Name); err != nil {
			return err
		}
	}
	return v.LeaveDir()
}

func saved(e *Entry) *ncdu.Entry {
	x := &ncdu.Entry{
		Name: []byte(e.Name), ASize: e.Apparent, DSize: e.Disk, Dev: e.Dev,
		NotReg:    e.Flags&NotRegular != 0,
		ReadError: e.Flags&ReadError != 0,
	}
	switch {
	case e.Flags&OtherFS != 0:
		x.Excluded = ncdu.OtherFS
	case e.Flags&Kernel != 0:
		x.Excluded = ncdu.KernFS
	case e.Flags&Excluded != 0:
		x.Excluded = ncdu.ByPattern
	}
	if e.Flags&Linked != 0 {
		x.HardLink, x.Ino, x.NLink = true, e.Ino, e.Nlink
	}
	setMtime(x, e.Mtime)
	return x
}

func setMtime(x *ncdu.Entry, t fsdir.Time) {
	if t != (fsdir.Time{}) {
		x.Has |= ncdu.HasMtime
		x.Mtime = t.Sec
	}
}
