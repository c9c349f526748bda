package du

import (
	"cmp"
	"slices"
	"strings"

	"baton/internal/disktree"
)

// A change is something that takes more or less than it did, or is new or gone.
// The changes of a tree add up to the change of its total: what is new or gone
// as a whole is one change, and a directory that is in both is one only for
// itself, beside those of what it holds.
type change struct {
	path   string
	what   string
	dir    bool
	before uint64
	after  uint64
}

const (
	appeared = "new"
	gone     = "gone"
	grew     = "grew"
	shrank   = "shrank"
)

// size returns how large the change is, whatever its direction.
func (c *change) size() uint64 { return max(c.before, c.after) - min(c.before, c.after) }

// changes compares the two trees, the largest change first.
func (r *run) changes() []change {
	c := &comparison{run: r}
	if len(r.tree.Roots) > 0 && len(r.before.Roots) > 0 {
		c.dirs(r.before.Roots[0], r.tree.Roots[0], r.tree.Roots[0].Name, 0)
	}
	slices.SortFunc(c.list, func(a, b change) int {
		order := 0
		if r.opts.Sort != ByName {
			order = cmp.Compare(b.size(), a.size())
		}
		return cmp.Or(order, strings.Compare(a.path, b.path), strings.Compare(a.what, b.what))
	})
	return c.list
}

// A comparison gathers the changes between two trees.
type comparison struct {
	*run
	list []change
}

// dirs compares a directory that is in both trees.
func (c *comparison) dirs(old, now *disktree.Node, path string, depth int) {
	if c.opts.MaxDepth >= 0 && depth >= c.opts.MaxDepth {
		c.note(change{path: path, dir: true, before: c.size(&old.Total), after: c.size(&now.Total)})
		return
	}
	c.note(change{path: path, dir: true, before: c.own(old), after: c.own(now)})
	for a, b := range merge(old.Children(), now.Children(), func(n *disktree.Node) string { return n.Name }) {
		switch {
		case a == nil:
			c.note(change{path: below(path, (*b).Name), what: appeared, dir: true, after: c.size(&(*b).Total)})
		case b == nil:
			c.note(change{path: below(path, (*a).Name), what: gone, dir: true, before: c.size(&(*a).Total)})
		default:
			c.dirs(*a, *b, below(path, (*a).Name), depth+1)
		}
	}
	c.files(old, now, path)
}

// files compares the files in a directory. A file with several names counts
// under one of them: where that is another name than before, one name shrinks
// and one grows.
func (c *comparison) files(old, now *disktree.Node, path string) {
	for a, b := range merge(old.Entries(), now.Entries(), func(e disktree.Entry) string { return e.Name }) {
		var x change
		counted := false
		if a != nil {
			x.path, x.what = below(path, a.Name), gone
			if c.run.before.Counts(old, a) {
				x.before, counted = c.sizeOf(a), true
			}
		}
		if b != nil {
			x.path, x.what = below(path, b.Name), appeared
			if c.tree.Counts(now, b) {
				x.after, counted = c.sizeOf(b), true
			}
		}
		if a != nil && b != nil {
			x.what = ""
		}
		if counted {
			c.note(x)
		}
	}
}

// note takes a change into the list, if it is one that is asked for.
func (c *comparison) note(x change) {
	switch {
	case x.what != "":
	case x.before == x.after:
		return
	case x.after > x.before:
		x.what = grew
	default:
		x.what = shrank
	}
	if c.passes(x.size()) {
		c.list = append(c.list, x)
	}
}

// own returns what a directory takes itself.
func (c *comparison) own(n *disktree.Node) uint64 {
	return c.size(&disktree.Tally{Disk: n.Own.Disk, Dirs: 1})
}

func (c *comparison) sizeOf(e *disktree.Entry) uint64 {
	t := tallyOf(e)
	return c.size(&t)
}

func below(path, name string) string { return string(join([]byte(path), name)) }
