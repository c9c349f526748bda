package disktree

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"runtime"

	"baton/internal/fsdir"
)

// An item is a directory to read or, with a chunk, a part of the listing of a
// large directory that is being read.
type item struct {
	dir   *dir
	chunk *fsdir.Chunk
}

// maxBatches bounds how many parts of listings wait, and so the memory that
// directories of any size take.
const maxBatches = 8

// yieldEvery is the number of visits after which a worker lets others run. One
// that never does is stopped by force every 10 ms, and then the runtime's monitor
// looks after it every 20 µs for a while, which costs more.
const yieldEvery = 16

// visit counts one item. It is the visit function of the work list, which runs
// it in all workers at once.
func (s *scan) visit(ctx context.Context, it item, add func(...item)) error {
	sc := s.scratch()
	defer s.release(sc)
	if sc.visits++; sc.visits%yieldEvery == 0 {
		runtime.Gosched()
	}
	if it.chunk != nil {
		s.entries(sc, it.dir, it.chunk, add)
		s.recycle(it.chunk)
		s.batches.Add(-1)
		s.unuse(it.dir)
		return nil
	}
	if !s.enter(sc, it.dir) {
		return nil
	}
	return s.read(ctx, sc, it.dir, add)
}

// read reads the directory d to its end, or to that of ctx.
func (s *scan) read(ctx context.Context, sc *scratch, d *dir, add func(...item)) error {
	var cut error
	d.users.Store(1)
	s.latest.Store(d)
	for {
		if ctx.Err() != nil {
			cut = context.Cause(ctx)
			break
		}
		c := s.chunk(sc)
		more, err := c.Fill(d.handle)
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // removed meanwhile, so empty
			s.fail("cannot read directory", d.path(), err)
			d.node.flag(ReadError)
		}
		if !more {
			break
		}
		if c.Full() && s.batches.Load() < maxBatches {
			// Others may take this part while the next one is read.
			s.batches.Add(1)
			d.users.Add(1)
			s.register(d)
			sc.giveAway()
			add(item{d, c})
			continue
		}
		s.entries(sc, d, c, add)
	}
	s.flush(sc, d.node) // an empty directory's own tally
	s.unuse(d)
	return cut
}

// flush counts in n what the worker that holds sc has gathered.
func (s *scan) flush(sc *scratch, n *Node) {
	if len(sc.packed) > 0 {
		n.keep(sc.store())
	}
	n.count(&sc.tally)
	sc.done()
}

// register notes that d stays open after the visit, in case that nobody comes to
// close it.
func (s *scan) register(d *dir) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d.registered = true
	s.open[d] = struct{}{}
}

// keepOpen arranges for n children to be opened relative to d, unless too many
// handles are open already.
func (s *scan) keepOpen(d *dir, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !d.hasChildren {
		d.hasChildren = true
		if d.kept = len(s.open) < s.budget; d.kept {
			d.registered = true
			s.open[d] = struct{}{}
		}
	}
	if d.kept {
		d.users.Add(int32(n))
	}
}

// unuse ends one use of the handle of d.
func (s *scan) unuse(d *dir) {
	if d.users.Add(-1) > 0 {
		return
	}
	if d.registered {
		s.mu.Lock()
		delete(s.open, d)
		s.mu.Unlock()
	}
	d.handle.Close()
}

// enter opens d and counts it, and reports whether it is to be read.
func (s *scan) enter(sc *scratch, d *dir) bool {
	if d.viaParent() {
		defer s.unuse(d.parent)
	}
	st := &sc.stat
	if s.opts.OneFS && d.parent != nil {
		// A look before opening, since that could mount something.
		if err := d.stat(st); err != nil {
			s.failDir(d, "cannot access", err)
			return false
		}
		if st.Dev != s.rootDev {
			s.leftOut(d, st, OtherFS)
			return false
		}
	}
	h, err := d.open()
	if err != nil {
		return s.notOpened(sc, d, err)
	}
	if err := h.Self(st); err != nil {
		h.Close()
		s.failDir(d, "cannot access", err)
		return false
	}
	if !s.admit(d, h, st) {
		h.Close()
		return false
	}
	d.local = sc.local(h, st.Dev)
	d.handle = h.Quick(d.local && s.warm.Load())
	s.countDir(sc, d, st)
	if s.opts.IgnoreVCS {
		d.ignore = s.ignoreRules(d)
	}
	return true
}

// admit decides whether the directory d, opened as h, counts here and now.
func (s *scan) admit(d *dir, h fsdir.Dir, st *fsdir.Stat) bool {
	d.dev, d.ino = st.Dev, st.Ino
	switch {
	case s.opts.SkipKernel && st.Mount && d.parent != nil && h.Kernel():
		s.leftOut(d, st, Kernel)
		return false
	case s.opts.CountLinks:
		return !d.cycle()
	case st.Mount && d.parent != nil && !d.late:
		s.putOff(d)
		return false
	default:
		return s.firstVisit(st)
	}
}

// firstVisit reports whether the directory st has not been counted before.
func (s *scan) firstVisit(st *fsdir.Stat) bool {
	return s.once[st.Dev] || s.seen.add(st.Dev, st.Ino)
}

// notOpened deals with a directory that can't be opened. What it takes itself
// counts all the same.
func (s *scan) notOpened(sc *scratch, d *dir, err error) bool {
	st := &sc.stat
	if e := d.stat(st); e != nil {
		s.failDir(d, "cannot access", e)
		return false
	}
	if errors.Is(err, fsdir.ErrNotDir) || st.Kind != fsdir.Directory {
		// Something else took its place since its parent was read.
		if d.parent != nil && st.Kind != fsdir.Directory {
			s.countFile(sc, d.parent, []byte(d.name), st)
			s.flush(sc, d.parent.node)
		}
		return false
	}
	d.dev, d.ino = st.Dev, st.Ino
	if s.opts.CountLinks || s.firstVisit(st) {
		s.fail("cannot read directory", d.path(), err)
		s.countDir(sc, d, st)
		d.node.flag(ReadError)
		s.flush(sc, d.node)
	}
	return false
}

func (s *scan) failDir(d *dir, op string, err error) {
	if !s.gone(err) {
		s.fail(op, d.path(), err)
	}
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

// entries counts the entries of a part of the listing of d.
func (s *scan) entries(sc *scratch, d *dir, c *fsdir.Chunk, add func(...item)) {
	filter := s.opts.Exclude != nil || d.ignore != nil
	if filter {
		sc.path = d.appendPath(sc.path[:0])
	}
	mode := fsdir.NoFollow
	if s.opts.Links == FollowAll {
		mode = fsdir.Follow
	}
	st := &sc.stat
	for c.Next() {
		if filter && s.filtered(sc, d, c) {
			continue
		}
		if c.Kind() == fsdir.Directory {
			sc.children = append(sc.children, item{dir: d.child(string(c.Name()), fsdir.NoFollow)})
			continue
		}
		if err := c.Stat(d.handle, mode, st); err != nil {
			s.failEntry(d, c, err)
			continue
		}
		switch {
		case st.Kind == fsdir.Directory:
			s.lateDir(sc, d, c, mode)
		case s.opts.OneFS && st.Dev != s.rootDev:
		default:
			s.countFile(sc, d, c.Name(), st)
		}
	}
	s.flush(sc, d.node)
	if len(sc.children) > 0 {
		s.keepOpen(d, len(sc.children))
		add(sc.children...)
		clear(sc.children)
		sc.children = sc.children[:0]
	}
}

// lateDir deals with an entry that only its attributes showed to be a
// directory: the file system doesn't tell kinds, or a symbolic link leads there.
func (s *scan) lateDir(sc *scratch, d *dir, c *fsdir.Chunk, mode fsdir.Mode) {
	child := d.child(string(c.Name()), mode)
	if c.Kind() == fsdir.Symlink && !s.opts.CountLinks {
		child.dev, child.ino = sc.stat.Dev, sc.stat.Ino
		s.putOff(child)
	} else {
		sc.children = append(sc.children, item{dir: child})
	}
}

func (s *scan) failEntry(d *dir, c *fsdir.Chunk, err error) {
	dangling := s.opts.Links == FollowAll && c.Kind() == fsdir.Symlink
	if dangling || !s.gone(err) {
		s.fail("cannot access", string(appendName(d.appendPath(nil), string(c.Name()))), err)
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
		(st.Nlink > 1 || s.opts.Links == FollowAll || s.watched[fileID{st.Dev, st.Ino}])
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
