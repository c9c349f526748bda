package du

import (
	"math"
	"strconv"

	"baton/internal/disktree"
	"baton/internal/ui"
)

// size returns what the options ask to show of a tally.
func (r *run) size(t *disktree.Tally) uint64 {
	switch {
	case r.opts.Inodes:
		return t.Inodes()
	case r.opts.Apparent:
		return t.Apparent
	default:
		return t.Disk
	}
}

// sharing returns how much of a directory is shared with others, and how much
// goes when it goes.
func (r *run) sharing(n *disktree.Node) (shared, unique uint64) {
	if sh := r.tree.Shared[n]; sh != nil {
		return r.size(&sh.Shared), r.size(&sh.Unique)
	}
	return 0, r.size(&n.Total)
}

// passes reports whether a size is within the threshold.
func (r *run) passes(size uint64) bool {
	if r.opts.Threshold < 0 {
		return size <= uint64(-r.opts.Threshold)
	}
	return size >= uint64(r.opts.Threshold)
}

// amount returns a size as the options ask for it: by default in the form that is
// best for people on a terminal, and exact elsewhere.
func (r *run) amount(n uint64) string {
	switch {
	case n == math.MaxUint64 && r.s.Out.Terminal:
		return "> 16 EiB"
	case r.opts.Format != nil:
		return r.opts.Format(n)
	case !r.s.Out.Terminal:
		return strconv.FormatUint(n, 10)
	case r.opts.Inodes:
		return ui.Count(n)
	default:
		return ui.Bytes(n)
	}
}

func (r *run) sizeCell(n uint64) ui.Cell { return ui.Cell{Text: r.amount(n)} }

// plural returns a number with the noun for it.
func plural(n uint64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return ui.Count(n) + " " + many
}
