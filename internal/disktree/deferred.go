package disktree

import "container/heap"

// deferred are the directories that can be reached in another way than by their
// own place. They are taken one after the other, by their paths, which makes the
// result independent of the order in which they were met.
type deferred []deferral

type deferral struct {
	path string
	dir  *dir
}

// The methods of [heap.Interface].

func (q deferred) Len() int           { return len(q) }
func (q deferred) Less(i, j int) bool { return q[i].path < q[j].path }
func (q deferred) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *deferred) Push(x any)        { *q = append(*q, x.(deferral)) }
func (q *deferred) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	(*q)[last] = deferral{}
	*q = (*q)[:last]
	return x
}

// putOff defers d, whose device and inode number are set, until all that can be
// reached without it is counted.
func (s *scan) putOff(d *dir) {
	if s.seen.has(d.dev, d.ino) {
		return
	}
	d.late = true
	d.refs.Add(1)
	x := deferral{d.path(), d}
	s.mu.Lock()
	heap.Push(&s.deferred, x)
	s.mu.Unlock()
}

// nextDeferred takes the deferred directory with the smallest path, leaving out
// those that have been counted meanwhile. It returns nil when there is none.
func (s *scan) nextDeferred() *dir {
	for len(s.deferred) > 0 {
		if d := heap.Pop(&s.deferred).(deferral).dir; !s.seen.has(d.dev, d.ino) {
			return d
		}
	}
	return nil
}
