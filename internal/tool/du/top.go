package du

import (
	"cmp"
	"container/heap"
	"strings"

	"baton/internal/disktree"
	"baton/internal/fsdir"
	"baton/internal/ui"
)

// A big is one of the largest files.
type big struct {
	size  uint64
	path  string
	mtime fsdir.Time
}

// bySize orders the largest files first. The path decides between equal sizes, so
// that the list doesn't depend on the order of the scan.
func bySize(a, b big) int {
	return cmp.Or(cmp.Compare(b.size, a.size), strings.Compare(a.path, b.path))
}

// largest is a heap with the least of the largest files on top.
type largest []big

func (h largest) Len() int           { return len(h) }
func (h largest) Less(i, j int) bool { return bySize(h[i], h[j]) > 0 }
func (h largest) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *largest) Push(x any)        { *h = append(*h, x.(big)) }
func (h *largest) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}

// add takes f if it is among the n largest.
func (h *largest) add(n int, size uint64, f *disktree.File) {
	if len(*h) == n && size < (*h)[0].size {
		return
	}
	heap.Push(h, big{size, f.Path(), f.Stat.Mtime})
	if len(*h) > n {
		heap.Pop(h)
	}
}

// orderTop compares two of the largest files by the order asked for.
func (r *run) orderTop(a, b big) int {
	switch r.opts.Sort {
	case ByName:
		return strings.Compare(a.path, b.path)
	case ByMtime:
		return cmp.Or(compareTimes(b.mtime, a.mtime), strings.Compare(a.path, b.path))
	default:
		return bySize(a, b)
	}
}

func (r *run) showTop() error {
	list := r.top()
	if len(list) == 0 {
		r.nothing("(no files)")
		return nil
	}
	table := r.s.Out.Table(
		ui.Column{Title: "size", Right: true, Style: ui.Size},
		ui.Column{Title: "modified"},
		ui.Column{Title: "path", Flex: true, KeepEnd: true},
	)
	for _, b := range list {
		table.Cells(r.sizeCell(b.size), r.timeCell(b.mtime), ui.Cell{Text: b.path})
	}
	return table.Flush()
}
