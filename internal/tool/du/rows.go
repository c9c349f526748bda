package du

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"baton/internal/disktree"
	"baton/internal/fsdir"
)

// A row is a line of a table: something that a directory holds, or what files
// have in common.
type row struct {
	kind  rowKind
	name  string
	tally disktree.Tally
	node  *disktree.Node // of a directory
}

type rowKind int

const (
	fileRow rowKind = iota
	dirRow
	groupRow // files that have something in common
	selfRow  // what the directory takes itself
	restRow  // what there was no room for
)

// level returns what the path holds, or the paths where there are several.
func (r *run) level() []row {
	var rows []row
	if r.several || len(r.tree.Roots) != 1 || r.tree.Roots[0].Flags&disktree.IsFile != 0 {
		for _, n := range r.tree.Roots {
			rows = append(rows, nodeRow(n))
		}
		return rows
	}
	root := r.tree.Roots[0]
	for _, n := range root.Children() {
		rows = append(rows, nodeRow(n))
	}
	for _, e := range root.Entries() {
		if r.tree.Counts(root, &e) {
			rows = append(rows, row{name: e.Name, tally: tallyOf(&e)})
		}
	}
	if self, ok := r.self(root); ok {
		rows = append(rows, self)
	}
	return rows
}

func nodeRow(n *disktree.Node) row {
	x := row{name: n.Name, tally: n.Total, node: n}
	if n.Flags&disktree.IsFile == 0 {
		x.kind = dirRow
	}
	return x
}

func tallyOf(e *disktree.Entry) disktree.Tally {
	return disktree.Tally{Disk: e.Disk, Apparent: e.Apparent, Files: 1, Latest: e.Mtime}
}

// self returns a row for the directory itself, so that the rows add up to the
// total. People are spared it where it takes less than a thousandth.
func (r *run) self(n *disktree.Node) (row, bool) {
	x := row{kind: selfRow, tally: disktree.Tally{Disk: n.Own.Disk, Dirs: 1}}
	if r.opts.Time == Mtime || r.opts.Time == NoTime {
		x.tally.Latest = n.Own.Mtime
	}
	size := r.size(&x.tally)
	return x, size > 0 && (!r.s.Out.Terminal || size >= r.size(&n.Total)/1000)
}

// passing returns the rows whose size is within the threshold.
func (r *run) passing(rows []row) []row {
	return slices.DeleteFunc(rows, func(x row) bool { return !r.passes(r.size(&x.tally)) })
}

func (r *run) sortRows(rows []row) {
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(r.order(&a.tally, &b.tally), compareNames(&a, &b))
	})
}

// compareNames orders by name, with the directory itself, which has none, last.
func compareNames(a, b *row) int {
	if self := cmp.Compare(a.kind, b.kind); a.kind == selfRow || b.kind == selfRow {
		return self
	}
	return strings.Compare(a.name, b.name)
}

// order compares two rows by the order asked for, the first to come first. Rows
// that are equal in it are ordered by name.
func (r *run) order(a, b *disktree.Tally) int {
	switch {
	case r.opts.Sort == ByName:
		return 0
	case r.opts.Sort == ByCount && r.opts.Inodes:
		return cmp.Compare(b.Inodes(), a.Inodes())
	case r.opts.Sort == ByCount:
		return cmp.Or(cmp.Compare(b.Files, a.Files), cmp.Compare(b.Dirs, a.Dirs))
	case r.opts.Sort == ByMtime:
		return compareTimes(b.Latest, a.Latest)
	default:
		return cmp.Compare(r.size(b), r.size(a))
	}
}

func compareTimes(a, b fsdir.Time) int {
	return cmp.Or(cmp.Compare(a.Sec, b.Sec), cmp.Compare(a.Nsec, b.Nsec))
}

// addSizes saturates as the sums in a tally do.
func addSizes(a, b uint64) uint64 {
	if s := a + b; s >= a {
		return s
	}
	return math.MaxUint64
}
