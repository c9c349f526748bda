package du

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"baton/internal/disktree"
	"baton/internal/ui"
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
	files  uint64 // in a directory that is new or gone
}

func (c *change) size() uint64 {
	if c.after > c.before {
		return c.after - c.before
	}
	return c.before - c.after
}

const (
	appeared = "new"
	gone     = "gone"
	grew     = "grew"
	shrank   = "shrank"
)

// changes compares the two trees, the largest change first.
func (r *run) changes() []change {
	c := &comparison{run: r}
	if len(r.tree.Roots) > 0 && len(r.before.Roots) > 0 {
		c.dirs(r.before.Roots[0], r.tree.Roots[0], r.tree.Roots[0].Name, 0)
	}
	slices.SortFunc(c.list, func(a, b change) int {
		if r.opts.Sort == ByName {
			return strings.Compare(a.path, b.path)
		}
		return cmp.Or(cmp.Compare(b.size(), a.size()), strings.Compare(a.path, b.path))
	})
	return c.list
}

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
	c.note(change{path: path, dir: true, before: c.sizeOf(&old.Own), after: c.sizeOf(&now.Own)})
	nodeName := func(n *disktree.Node) string { return n.Name }
	for a, b := range merge(old.Children(), now.Children(), nodeName) {
		switch {
		case a == nil:
			n := *b
			c.note(change{path: below(path, n.Name), what: appeared, dir: true, after: c.size(&n.Total), files: n.Total.Files})
		case b == nil:
			n := *a
			c.note(change{path: below(path, n.Name), what: gone, dir: true, before: c.size(&n.Total), files: n.Total.Files})
		default:
			c.dirs(*a, *b, below(path, (*a).Name), depth+1)
		}
	}
	entryName := func(e disktree.Entry) string { return e.Name }
	for a, b := range merge(c.counted(c.run.before, old), c.counted(c.run.tree, now), entryName) {
		switch {
		case a == nil:
			c.note(change{path: below(path, b.Name), what: appeared, after: c.sizeOf(&b.Own)})
		case b == nil:
			c.note(change{path: below(path, a.Name), what: gone, before: c.sizeOf(&a.Own)})
		default:
			c.note(change{path: below(path, a.Name), before: c.sizeOf(&a.Own), after: c.sizeOf(&b.Own)})
		}
	}
}

// counted returns the files that are part of the total of n.
func (c *comparison) counted(t *disktree.Tree, n *disktree.Node) []disktree.Entry {
	return slices.DeleteFunc(n.Entries(), func(e disktree.Entry) bool { return !t.Counts(n, &e) })
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
	if x.size() >= uint64(max(c.opts.Threshold, 0)) {
		c.list = append(c.list, x)
	}
}

// merge pairs the elements of two lists that are ordered by name. An element
// that only one list has is paired with nil.
func merge[T any](old, now []T, name func(T) string) iter.Seq2[*T, *T] {
	return func(yield func(a, b *T) bool) {
		for len(old) > 0 || len(now) > 0 {
			var a, b *T
			switch {
			case len(old) == 0:
				b = &now[0]
			case len(now) == 0:
				a = &old[0]
			default:
				order := strings.Compare(name(old[0]), name(now[0]))
				if order <= 0 {
					a = &old[0]
				}
				if order >= 0 {
					b = &now[0]
				}
			}
			if a != nil {
				old = old[1:]
			}
			if b != nil {
				now = now[1:]
			}
			if !yield(a, b) {
				return
			}
		}
	}
}

func below(path, name string) string { return string(join([]byte(path), name)) }

func (r *run) showChanges() error {
	list := r.changes()
	table := r.s.Out.Table(
		ui.Column{Title: "change", Right: true},
		ui.Column{Title: "before", Right: true},
		ui.Column{Title: "now", Right: true},
		ui.Column{},
		ui.Column{Title: "path", Flex: true},
	)
	limit := r.opts.Rows
	if limit == 0 && r.s.Out.Terminal {
		limit = max(r.s.Out.Height()-5, 10)
	}
	for i := range list {
		if limit > 0 && i == limit {
			break
		}
		c := &list[i]
		path := ui.Cell{Text: c.path}
		if c.dir {
			path = ui.Cell{Text: strings.TrimSuffix(c.path, "/") + "/", Style: ui.Dir}
		}
		table.Cells(r.deltaCell(c), r.sizeCell(c.before), r.sizeCell(c.after), ui.Cell{Text: c.what}, path)
	}
	if err := table.Flush(); err != nil || !r.s.Out.Terminal {
		return err
	}
	r.s.Out.Printf("\n%s\n", r.changeTotal(len(list), limit))
	return nil
}

// changeTotal says in a line what the changes come to.
func (r *run) changeTotal(n, limit int) string {
	sum := change{before: r.size(&r.before.Total), after: r.size(&r.tree.Total)}
	text := fmt.Sprintf("%s since %s: %s, was %s", r.delta(&sum), ui.Safe(r.opts.Since), r.human(sum.after), r.human(sum.before))
	if limit > 0 && n > limit {
		text += fmt.Sprintf("  (%s more changes; see all with --rows=-1)", ui.Count(n-limit))
	}
	return text
}

func (r *run) delta(c *change) string {
	switch {
	case c.after > c.before:
		return "+" + r.human(c.size())
	case c.after < c.before:
		return "-" + r.human(c.size())
	default:
		return r.human(0)
	}
}

func (r *run) deltaCell(c *change) ui.Cell {
	style := ui.Good
	if c.after > c.before {
		style = ui.Bad
	}
	return ui.Cell{Text: r.delta(c), Raw: strconv.FormatInt(int64(c.after-c.before), 10), Style: style}
}
