package disktree

import (
	"context"
	"io"
	"math"
	"time"

	"baton/internal/fsdir"
	"baton/internal/ncdu"
)

// Load reads a saved tree from r and returns what Scan with the same options
// would, as far as the file tells. Options that say what to enter have no
// effect. When ctx ends, Load returns its cause and no tree.
func Load(ctx context.Context, r io.Reader, opts Options) (*Tree, error) {
	l := &loader{scan: newScan(opts)}
	l.scan.opts.Progress.scan.Store(l.scan)
	defer l.scan.opts.Progress.scan.Store(nil)
	if err := ncdu.Read(ctx, r, l); err != nil {
		return nil, err
	}
	l.scan.finish()
	l.scan.tree.Partial, l.scan.tree.Saved = l.partial, &l.saved
	return l.scan.tree, nil
}

// Saved says what a loaded tree doesn't.
type Saved struct {
	Time       time.Time // when it was saved; Unix time 0 if the file doesn't tell
	Mtimes     bool      // there are times of modification
	ReadErrors uint64    // files and directories that could not be read
}

// A loader builds a tree from what it is shown, by the same means as a scan.
type loader struct {
	scan    *scan
	dir     *dir // the directory that is open
	levels  []*scratch
	partial bool
	saved   Saved
}

// Begin implements [ncdu.Visitor], as do the other methods.
func (l *loader) Begin(h ncdu.Header) error {
	l.partial = h.Partial
	l.saved.Time = time.Unix(h.Timestamp, 0)
	return nil
}

func (l *loader) EnterDir(e *ncdu.Entry) error {
	l.note(e)
	name := string(e.Name)
	d := &dir{node: &Node{Name: name}, name: name}
	if l.dir != nil {
		d = l.dir.child(name, fsdir.NoFollow)
	}
	l.dir = d
	l.scan.entered(d)
	st := stat(e)
	st.Kind = fsdir.Directory
	sc := l.level(int(d.depth))
	l.scan.countDir(sc, d, &st)
	if e.ReadError {
		d.node.flag(ReadError)
	}
	return nil
}

func (l *loader) File(e *ncdu.Entry) error {
	l.note(e)
	sc, st := l.level(int(l.dir.depth)), stat(e)
	if e.Excluded != "" {
		if l.scan.opts.Paths {
			x := Entry{Flags: excluded(e.Excluded), Own: Own{Dev: st.Dev}}
			sc.packed = pack(sc.packed, &x, e.Name, &l.dir.node.Own)
		}
		return nil
	}
	l.scan.countFile(sc, l.dir, e.Name, &st)
	return nil
}

func (l *loader) note(e *ncdu.Entry) {
	if e.ReadError {
		l.saved.ReadErrors++
	}
	l.saved.Mtimes = l.saved.Mtimes || e.Has&ncdu.HasMtime != 0
}

func (l *loader) LeaveDir() error {
	l.scan.flush(l.level(int(l.dir.depth)), l.dir.node)
	l.dir = l.dir.parent
	return nil
}

// level returns the scratch for the directory that is open at a depth: entries
// of one directory may come before and after those of another in it.
func (l *loader) level(depth int) *scratch {
	for len(l.levels) <= depth {
		l.levels = append(l.levels, l.scan.scratch())
	}
	return l.levels[depth]
}

func stat(e *ncdu.Entry) fsdir.Stat {
	st := fsdir.Stat{
		Kind:   fsdir.Regular,
		Nlink:  1,
		Dev:    e.Dev,
		Ino:    e.Ino,
		Size:   int64(min(e.ASize, math.MaxInt64)),
		Blocks: e.DSize/512 + min(e.DSize%512, 1),
	}
	if e.NotReg {
		st.Kind = fsdir.Symlink // the format doesn't tell; a device has no size
	}
	if e.HardLink {
		st.Nlink = max(e.NLink, 2)
	}
	if e.Has&ncdu.HasMtime != 0 {
		st.Mtime = fsdir.Time{Sec: e.Mtime}
		st.Atime, st.Ctime = st.Mtime, st.Mtime
	}
	return st
}

func excluded(why string) Flags {
	switch why {
	case ncdu.OtherFS:
		return OtherFS
	case ncdu.KernFS:
		return Kernel
	default:
		return Excluded
	}
}
