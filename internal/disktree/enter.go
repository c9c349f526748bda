package disktree

import (
	"errors"

	"baton/internal/fsdir"
)

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
	d.handle = s.quick(d, h)
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
	if s.gone(err) {
		return false // even if another one has its name by now
	}
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
