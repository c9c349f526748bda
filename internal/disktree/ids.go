package disktree

import (
	"sync"
	"sync/atomic"
)

// An idSet is a set of files, known by device and inode number. Inode numbers
// alone would take files of two file systems for one. It is safe for concurrent
// use.
type idSet struct {
	last atomic.Pointer[deviceSet] // the set that was used last; most trees have one
	mu   sync.Mutex
	devs map[uint64]*deviceSet // guarded by mu
}

// A deviceSet is sharded so that workers seldom meet at a lock.
type deviceSet struct {
	dev    uint64
	shards [16]struct {
		mu   sync.Mutex
		inos map[uint64]struct{} // guarded by mu
	}
}

// add adds a file and reports whether it is new.
func (s *idSet) add(dev, ino uint64) bool {
	d := s.last.Load()
	if d == nil || d.dev != dev {
		d = s.device(dev)
		s.last.Store(d)
	}
	sh := &d.shards[ino%16]
	sh.mu.Lock()
	defer sh.mu.Unlock()
	before := len(sh.inos)
	if sh.inos == nil {
		sh.inos = make(map[uint64]struct{})
	}
	sh.inos[ino] = struct{}{}
	return len(sh.inos) > before
}

// has reports whether a file was added.
func (s *idSet) has(dev, ino uint64) bool {
	sh := &s.device(dev).shards[ino%16]
	sh.mu.Lock()
	defer sh.mu.Unlock()
	_, ok := sh.inos[ino]
	return ok
}

func (s *idSet) device(dev uint64) *deviceSet {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.devs[dev]
	if d == nil {
		if s.devs == nil {
			s.devs = make(map[uint64]*deviceSet)
		}
		d = &deviceSet{dev: dev}
		s.devs[dev] = d
	}
	return d
}
