package disktree

import (
	"sync/atomic"

	"baton/internal/fsdir"
)

// A scratch holds what one worker needs while it visits an item: buffers to
// reuse and counts to gather, so that a file costs no allocation and touches
// nothing that another worker does.
type scratch struct {
	stat     fsdir.Stat
	file     File
	path     []byte
	tally    Tally
	children []item
	packed   []byte // entries that wait for store
	arena    []byte // what store hands out pieces of
	current  *fsdir.Chunk
	observer Observer
	steps    int // since the worker let others run, see yield

	free []*dir // to use again

	lastDev   uint64 // the device of the directory entered last
	lastLocal bool   // whether that is local

	// What the worker has counted, for Progress. Only the worker writes them.
	files, dirs, bytes atomic.Uint64
}

// scratch returns a scratch that nobody uses.
func (s *scan) scratch() *scratch {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.idle); n > 0 {
		sc := s.idle[n-1]
		s.idle = s.idle[:n-1]
		return sc
	}
	sc := new(scratch)
	if s.opts.NewObserver != nil {
		sc.observer = s.opts.NewObserver()
	}
	s.all = append(s.all, sc)
	return sc
}

func (s *scan) release(sc *scratch) {
	s.mu.Lock()
	s.idle = append(s.idle, sc)
	s.mu.Unlock()
}

// observe shows a file to the observer, if there is one.
func (sc *scratch) observe(st *fsdir.Stat, name []byte, path func() string) {
	if sc.observer != nil {
		sc.file = File{Name: name, Stat: st, path: path}
		sc.observer.File(&sc.file)
	}
}

// child returns a dir for an entry of d, with a reference for who visits it.
func (sc *scratch) child(d *dir, name string, follow fsdir.Mode) *dir {
	d.refs.Add(1)
	c := (*dir)(nil)
	if last := len(sc.free) - 1; last >= 0 {
		c, sc.free = sc.free[last], sc.free[:last]
		*c = dir{parent: d, name: name, depth: d.depth + 1, follow: follow}
	} else {
		c = d.child(name, follow)
	}
	c.refs.Store(1)
	return c
}

// maxFree bounds the directories that a worker keeps to use again: more than most
// listings bring.
const maxFree = 64

// drop ends a reference to d. With the last one d can be used again, and then it
// doesn't refer to the directory above it any more.
func (sc *scratch) drop(d *dir) {
	for d.parent != nil && d.refs.Add(-1) == 0 {
		up := d.parent
		if len(sc.free) < maxFree {
			sc.free = append(sc.free, d)
		}
		d = up
	}
}

// local reports whether the directory d, on the device dev, is on a local file
// system. It asks once for each device, as long as they don't alternate.
func (sc *scratch) local(d fsdir.Dir, dev uint64) bool {
	if dev != sc.lastDev || dev == 0 {
		sc.lastDev, sc.lastLocal = dev, d.Local()
	}
	return sc.lastLocal
}

// chunk returns the chunk to read into.
func (s *scan) chunk(sc *scratch) *fsdir.Chunk {
	if sc.current == nil {
		sc.current = s.spareChunk()
	}
	return sc.current
}

// giveAway leaves the current chunk to another worker.
func (sc *scratch) giveAway() { sc.current = nil }

// spareChunk returns a chunk that nobody uses. There are never more than one for
// each worker and maxBatches.
func (s *scan) spareChunk() *fsdir.Chunk {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.spare); n > 0 {
		c := s.spare[n-1]
		s.spare = s.spare[:n-1]
		return c
	}
	return new(fsdir.Chunk)
}

// recycle takes back a chunk that was given away and has been counted.
func (s *scan) recycle(c *fsdir.Chunk) {
	s.mu.Lock()
	s.spare = append(s.spare, c)
	s.mu.Unlock()
}

// done ends the counting of the tally.
func (sc *scratch) done() {
	sc.files.Store(sc.files.Load() + sc.tally.Files)
	sc.dirs.Store(sc.dirs.Load() + sc.tally.Dirs)
	sc.bytes.Store(addBytes(sc.bytes.Load(), sc.tally.Disk))
	sc.tally = Tally{}
}

const arenaSize = 64 << 10

// store moves the packed entries to where they can stay.
func (sc *scratch) store() []byte {
	n := len(sc.packed)
	if n > cap(sc.arena)-len(sc.arena) {
		if n > arenaSize/4 {
			out := append([]byte(nil), sc.packed...)
			sc.packed = sc.packed[:0]
			return out
		}
		sc.arena = make([]byte, 0, arenaSize)
	}
	start := len(sc.arena)
	sc.arena = append(sc.arena, sc.packed...)
	sc.packed = sc.packed[:0]
	return sc.arena[start:len(sc.arena):len(sc.arena)]
}

// Progress shows how far Scan or Load is. It may be read at any time, by any goroutine.
type Progress struct {
	scan atomic.Pointer[scan]
}

// A State is what a scan has counted at some moment.
type State struct {
	Files, Dirs, Bytes uint64 // Bytes on disk
	Dir                string // a directory that was entered lately
}

// State returns the state of the scan, or the zero State before and after it.
func (p *Progress) State() State {
	if s := p.scan.Load(); s != nil {
		return s.progress()
	}
	return State{}
}

func (s *scan) progress() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	var st State
	for _, sc := range s.all {
		st.Files += sc.files.Load()
		st.Dirs += sc.dirs.Load()
		st.Bytes = addBytes(st.Bytes, sc.bytes.Load())
	}
	s.asked.Store(true) // Load has no tune that asks
	if path := s.latest.Load(); path != nil {
		st.Dir = *path
	}
	return st
}

// entered notes the path of d for Progress, if it was asked for since the last one.
func (s *scan) entered(d *dir) {
	if s.asked.Load() && s.asked.CompareAndSwap(true, false) {
		path := d.path()
		s.latest.Store(&path)
	}
}
