package worklist

import (
	"baton/internal/schedule"
	"baton/watch"
)

// counts are the numbers that watch shows.
type counts struct{ in, out, failed uint64 }

func (c *counts) add(d counts) {
	c.in += d.in
	c.out += d.out
	c.failed += d.failed
}

// describe fills in the list's node in a snapshot of watch.
func (l *list[T]) describe(n *watch.Node) {
	schedule.Point("worklist: describe")
	l.mu.Lock()
	defer l.mu.Unlock()
	total := l.left
	n.Queue = l.orphans.len()
	for _, w := range *l.workers.Load() {
		w.mu.Lock()
		total.add(w.done)
		n.Queue += w.items.n
		w.mu.Unlock()
	}
	n.In, n.Out, n.Errors = total.in, total.out, total.failed
	n.State = map[string]int{"running": l.active, "idle": len(l.parked)}
}
