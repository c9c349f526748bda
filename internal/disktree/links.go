package disktree

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"sync"

	"baton/internal/fsdir"
)

// A fileID names a file for as long as it exists.
type fileID struct{ dev, ino uint64 }

// links remembers the files that may be met under several paths, so that each
// is counted once the scan is over, under the smallest of them. It is safe for
// concurrent use.
type links struct {
	shards [16]struct {
		mu    sync.Mutex
		files map[fileID]*link // guarded by mu
	}
}

// A link is a file with several names.
type link struct {
	node *Node  // where its smallest path counts
	rest string // the part of that path below node
	stat fsdir.Stat
	// seen has the nodes that its paths count in, one for each path, where
	// Options.Shared asks for them.
	seen []*Node
}

// A sighting is one path of a file.
type sighting struct {
	node *Node  // where it counts if this path is the smallest
	dir  *dir   // nil for a root
	name []byte // in dir
}

func (s *sighting) path() []byte {
	if s.dir == nil {
		return s.node.AppendPath(nil)
	}
	return appendName(s.dir.appendPath(nil), string(s.name))
}

func (s *sighting) rest() string {
	switch {
	case s.dir == nil:
		return ""
	case s.node.detached():
		return string(s.path())
	default:
		return s.dir.below(s.name)
	}
}

// add notes that the file st was met. Of equal paths the first one stays.
func (l *links) add(at sighting, st *fsdir.Stat, shared bool) {
	id := fileID{st.Dev, st.Ino}
	sh := &l.shards[st.Ino%uint64(len(l.shards))]
	sh.mu.Lock()
	defer sh.mu.Unlock()
	k := sh.files[id]
	switch {
	case k == nil:
		if sh.files == nil {
			sh.files = make(map[fileID]*link)
		}
		k = &link{node: at.node, rest: at.rest(), stat: *st}
		sh.files[id] = k
	case bytes.Compare(at.path(), k.appendPath(nil)) < 0:
		k.node, k.rest = at.node, at.rest()
	}
	if shared {
		k.seen = append(k.seen, at.node)
	}
}

func (k *link) appendPath(b []byte) []byte {
	switch {
	case k.rest == "":
		return k.node.AppendPath(b)
	case k.node.detached():
		return append(b, k.rest...)
	}
	return appendName(k.node.AppendPath(b), k.rest)
}

// all calls f for each file.
func (l *links) all(f func(*link)) {
	for i := range l.shards {
		for _, k := range l.shards[i].files {
			f(k)
		}
	}
}

// Counts reports whether the total of n includes e, one of its entries: a file
// with several names counts under one of them only, and what was not entered
// under none.
func (t *Tree) Counts(n *Node, e *Entry) bool {
	switch {
	case e.Flags&(OtherFS|Excluded|Kernel) != 0:
		return false
	case e.Flags&Linked == 0 || t.links == nil:
		return true
	}
	k := t.links.shards[e.Ino%uint64(len(t.links.shards))].files[fileID{e.Dev, e.Ino}]
	return k == nil || k.node == n && k.rest == e.Name
}

// countLinks counts each file with several names under the smallest of them.
func (s *scan) countLinks() {
	if s.opts.Paths {
		s.tree.links = &s.links
	}
	sc := s.scratch()
	s.links.all(func(k *link) {
		s.addFile(&sc.tally, &k.stat)
		inside := k.rest != "" && !strings.Contains(k.rest, "/") // an entry of the node
		if inside && !s.opts.Paths && s.keepsEntries(k.node.depth()) {
			e := s.entryOf(&k.stat)
			sc.packed = pack(sc.packed, &e, []byte(k.rest), &k.node.Own)
		}
		full := string(k.appendPath(nil))
		sc.observe(&k.stat, []byte(path.Base(full)), func() string { return full })
		s.flush(sc, k.node)
	})
	s.release(sc)
	// A root that is a file counts only if no other path of it did.
	s.tree.Roots = slices.DeleteFunc(s.tree.Roots, func(n *Node) bool {
		return n.Flags&IsFile != 0 && n.Total.Files == 0
	})
}
