package disktree

import (
	"math"

	"baton/internal/fsdir"
)

// flush counts in n what the worker that holds sc has gathered.
func (s *scan) flush(sc *scratch, n *Node) {
	if len(sc.packed) > 0 {
		n.keep(sc.store())
	}
	n.count(&sc.tally)
	sc.done()
}

// countDir counts the directory d itself and makes its node, if it is to have one.
func (s *scan) countDir(sc *scratch, d *dir, st *fsdir.Stat) {
	one := Tally{Disk: diskBytes(st), Dirs: 1}
	if s.opts.Time != nil {
		one.Latest = s.opts.Time(st)
	}
	d.node, d.own = s.nodeFor(d)
	if d.own {
		d.node.Own = Own{Disk: one.Disk, Apparent: uint64(max(0, st.Size)), Dev: st.Dev, Mtime: st.Mtime}
	}
	sc.tally.Add(&one)
}

// nodeFor returns the node that the contents of d count in, and whether it is
// the directory's own.
func (s *scan) nodeFor(d *dir) (*Node, bool) {
	switch {
	case d.parent == nil:
		s.tree.Roots = append(s.tree.Roots, d.node)
		return d.node, true
	case s.opts.Depth >= 0 && int(d.depth) > s.opts.Depth:
		if s.opts.Separate {
			return &s.hidden, false
		}
		return d.parent.node, false
	default:
		n := &Node{Parent: d.parent.node, Name: d.name}
		d.parent.node.attach(n)
		return n, true
	}
}

// countFile counts the file called name in d.
func (s *scan) countFile(sc *scratch, d *dir, name []byte, st *fsdir.Stat) {
	if s.mayMeetAgain(st) {
		if s.totalsOnly() {
			if !s.seen.add(st.Dev, st.Ino) {
				return
			}
		} else {
			s.links.add(sighting{node: d.node, dir: d, name: name}, st, s.opts.Shared)
			if s.opts.Paths {
				s.keepEntry(sc, d, name, st)
			}
			return
		}
	}
	s.addFile(&sc.tally, st)
	s.keepEntry(sc, d, name, st)
	if sc.observer != nil {
		sc.file = File{Name: name, Stat: st, path: func() string {
			return string(appendName(d.appendPath(nil), string(name)))
		}}
		sc.observer.File(&sc.file)
	}
}

// mayMeetAgain reports whether the file st could be reachable under another path.
func (s *scan) mayMeetAgain(st *fsdir.Stat) bool {
	return !s.opts.CountLinks &&
		(st.Nlink > 1 || s.opts.Links == FollowAll || len(s.watched) > 0 && s.watched[fileID{st.Dev, st.Ino}])
}

// totalsOnly reports whether nobody will know which path a file counts under.
func (s *scan) totalsOnly() bool {
	return !s.several && s.opts.Depth == 0 && s.opts.EntryDepth == 0 && !s.opts.Separate && !s.opts.Shared &&
		s.opts.NewObserver == nil
}

func (s *scan) addFile(t *Tally, st *fsdir.Stat) {
	t.Files++
	t.Disk = addBytes(t.Disk, diskBytes(st))
	t.Apparent = addBytes(t.Apparent, apparentBytes(st))
	if s.opts.Time != nil {
		t.at(s.opts.Time(st))
	}
}

func (s *scan) keepEntry(sc *scratch, d *dir, name []byte, st *fsdir.Stat) {
	if !d.own || !s.keepsEntries(int(d.depth)) {
		return
	}
	e := s.entryOf(st)
	sc.packed = pack(sc.packed, &e, name, &d.node.Own)
}

// keepsEntries reports whether the files in directories of a depth are kept.
func (s *scan) keepsEntries(depth int) bool {
	return s.opts.EntryDepth < 0 || depth < s.opts.EntryDepth
}

func (s *scan) entryOf(st *fsdir.Stat) Entry {
	e := Entry{Own: Own{Disk: diskBytes(st), Apparent: apparentBytes(st), Dev: st.Dev}}
	if st.Kind != fsdir.Regular {
		e.Flags |= NotRegular
	}
	if s.opts.Mtimes {
		e.Mtime.Sec = st.Mtime.Sec // a saved tree has whole seconds
	}
	if s.opts.Time != nil {
		e.Mtime = s.opts.Time(st)
	}
	if st.Nlink > 1 {
		e.Flags |= Linked
		e.Ino, e.Nlink = st.Ino, st.Nlink
	}
	return e
}

func diskBytes(st *fsdir.Stat) uint64 {
	if st.Blocks > math.MaxUint64/512 {
		return math.MaxUint64
	}
	return st.Blocks * 512
}

// apparentBytes is zero for what has no contents of its own, whatever its size
// says: POSIX leaves that meaningless.
func apparentBytes(st *fsdir.Stat) uint64 {
	if st.Kind != fsdir.Regular && st.Kind != fsdir.Symlink {
		return 0
	}
	return uint64(max(0, st.Size))
}
