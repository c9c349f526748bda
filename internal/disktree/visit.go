package disktree

import (
	"context"
	"errors"
	"io/fs"
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

// yieldEvery is the number of entries after which a worker lets others run. One
// that never does is stopped by force every 10 ms, and then the runtime's monitor
// looks after it every 20 µs for a while, which costs more.
const (
	yieldEvery = 256
	dirSteps   = 5 // opening and closing a directory, in entries
)

// visit counts one item. It is the visit function of the work list, which runs
// it in all workers at once.
func (s *scan) visit(ctx context.Context, it item, add func(...item)) error {
	sc := s.scratch()
	defer s.release(sc)
	sc.yield(dirSteps)
	if it.chunk != nil {
		s.part(sc, it.dir, it.chunk, add)
		s.recycle(it.chunk)
		s.batches.Add(-1)
		s.unuse(it.dir)
		sc.drop(it.dir)
		return nil
	}
	if !s.enter(sc, it.dir) {
		sc.drop(it.dir)
		return nil
	}
	return s.read(ctx, sc, it.dir, add)
}

// yield lets others run once enough steps were taken.
func (sc *scratch) yield(steps int) {
	if sc.steps += steps; sc.steps >= yieldEvery {
		sc.steps = 0
		runtime.Gosched()
	}
}

// part counts a part of the listing of d that another worker has read. It does
// so with a handle of its own: each call counts the users of the handle that it
// is given, and two workers that share one spend their time on that.
func (s *scan) part(sc *scratch, d *dir, c *fsdir.Chunk, add func(...item)) {
	h, err := d.handle.OpenDir(".", fsdir.NoFollow)
	if err != nil { // too many open files, or no permission to search d
		s.entries(sc, d, d.handle, c, add)
		return
	}
	defer h.Close()
	s.entries(sc, d, s.quick(d, h), c, add)
}

// quick returns h, a handle of d, to be used in the way that suits the moment.
func (s *scan) quick(d *dir, h fsdir.Dir) fsdir.Dir { return h.Quick(d.local && s.warm.Load()) }

// read reads the directory d to its end, or to that of ctx.
func (s *scan) read(ctx context.Context, sc *scratch, d *dir, add func(...item)) error {
	var cut error
	d.users.Store(1)
	s.entered(d)
	for {
		if ctx.Err() != nil {
			cut = context.Cause(ctx)
			break
		}
		c := s.chunk(sc)
		h := s.quick(d, d.handle)
		more, err := c.Fill(h)
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
			d.refs.Add(1)
			s.register(d)
			sc.giveAway()
			add(item{d, c})
			continue
		}
		s.entries(sc, d, h, c, add)
		if d.local && c.Last() {
			break
		}
	}
	s.flush(sc, d.node) // an empty directory's own tally
	s.unuse(d)
	sc.drop(d)
	return cut
}

// entries counts the entries of a part of the listing of d, by the handle h.
func (s *scan) entries(sc *scratch, d *dir, h fsdir.Dir, c *fsdir.Chunk, add func(...item)) {
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
			sc.children = append(sc.children, item{dir: sc.child(d, string(c.Name()), fsdir.NoFollow)})
			continue
		}
		sc.yield(1)
		if err := c.Stat(h, mode, !filter, st); err != nil {
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
	child := sc.child(d, string(c.Name()), mode)
	if c.Kind() == fsdir.Symlink && !s.opts.CountLinks {
		child.dev, child.ino = sc.stat.Dev, sc.stat.Ino
		s.putOff(child)
		sc.drop(child)
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
