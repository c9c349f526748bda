package du

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"baton/internal/disktree"
	"baton/internal/ui"
)

// A row is a line of the table: something that a path holds.
type row struct {
	name  string
	tally disktree.Tally
	node  *disktree.Node // of a directory
	dir   bool
}

// showTable prints one level of the tree, or the paths where there are several,
// and a line for the sum.
func (r *run) showTable() error {
	rows, whole := r.rows()
	rows = slices.DeleteFunc(rows, func(x row) bool { return !r.passes(r.size(&x.tally)) })
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(r.order(&a.tally, &b.tally), strings.Compare(a.name, b.name))
	})
	rows, rest := r.cut(rows)
	r.printRows(rows, rest, whole)
	return r.printTotal()
}

// rows returns what the path holds, or the paths, and the sum to which shares
// relate.
func (r *run) rows() (rows []row, whole uint64) {
	whole = r.size(&r.tree.Total)
	if len(r.tree.Roots) != 1 || r.tree.Roots[0].Flags&disktree.IsFile != 0 {
		for _, n := range r.tree.Roots {
			rows = append(rows, row{n.Name, n.Total, n, n.Flags&disktree.IsFile == 0})
		}
		return rows, whole
	}
	root := r.tree.Roots[0]
	for _, n := range root.Children() {
		rows = append(rows, row{n.Name, n.Total, n, true})
	}
	for _, e := range root.Entries() {
		if r.tree.Counts(root, &e) {
			t := disktree.Tally{Disk: e.Disk, Apparent: e.Apparent, Files: 1, Latest: e.Mtime}
			rows = append(rows, row{e.Name, t, nil, false})
		}
	}
	return rows, whole
}

// A remainder sums up the rows for which there is no room.
type remainder struct {
	count int
	tally disktree.Tally
}

// cut returns the rows that are shown.
func (r *run) cut(rows []row) ([]row, remainder) {
	limit := r.opts.Rows
	if limit == 0 {
		// The title, the remainder, an empty line, the total and the prompt.
		limit = max(r.s.Out.Height()-5, 10)
	}
	var rest remainder
	if limit < 0 || len(rows) <= limit {
		return rows, rest
	}
	for i := range rows[limit:] {
		rest.count++
		rest.tally.Add(&rows[limit+i].tally)
	}
	return rows[:limit], rest
}

func (r *run) printRows(rows []row, rest remainder, whole uint64) {
	if len(rows) == 0 {
		return
	}
	width := r.barWidth()
	cols := []ui.Column{
		{Title: r.sizeTitle(), Right: true, Style: ui.Size},
		{Title: "share", Right: true},
		{Title: strings.Repeat(" ", width), Style: ui.Bar},
		{Title: "files", Right: true},
	}
	if r.opts.Shared {
		cols = append(cols, ui.Column{Title: "shared", Right: true}, ui.Column{Title: "unique", Right: true})
	}
	if r.opts.Time != NoTime || r.opts.Sort == ByMtime {
		cols = append(cols, ui.Column{Title: "modified"})
	}
	table := r.s.Out.Table(append(cols, ui.Column{Title: "name", Flex: true})...)
	largest := uint64(1)
	for i := range rows {
		largest = max(largest, r.size(&rows[i].tally))
	}
	for i := range rows {
		table.Cells(r.cells(&rows[i], whole, largest, width)...)
	}
	if rest.count > 0 {
		x := row{name: fmt.Sprintf("(%s more)", ui.Count(rest.count)), tally: rest.tally, dir: true}
		cells := r.cells(&x, whole, math.MaxUint64, width)
		cells[len(cells)-1] = ui.Cell{Text: x.name, Style: ui.Dim}
		table.Cells(cells...)
	}
	table.Flush()
}

func (r *run) cells(x *row, whole, largest uint64, width int) []ui.Cell {
	n := r.size(&x.tally)
	files := ""
	if x.dir {
		files = ui.Count(x.tally.Files)
	}
	cells := []ui.Cell{
		{Text: r.human(n)},
		{Text: ui.Percent(n, whole)},
		{Text: r.bar(n, largest, width)},
		{Text: files},
	}
	if r.opts.Shared {
		cells = append(cells, r.sharedCells(x)...)
	}
	if r.opts.Time != NoTime || r.opts.Sort == ByMtime {
		cells = append(cells, ui.Cell{Text: r.opts.TimeStyle(x.tally.Latest)})
	}
	name := ui.Cell{Text: x.name}
	if x.dir {
		name = ui.Cell{Text: strings.TrimSuffix(x.name, "/") + "/", Style: ui.Dir}
	}
	return append(cells, name)
}

func (r *run) sharedCells(x *row) []ui.Cell {
	if x.node == nil {
		return []ui.Cell{{}, {}}
	}
	shared, unique := uint64(0), r.size(&x.tally)
	if sh := r.tree.Shared[x.node]; sh != nil {
		shared, unique = r.size(&sh.Shared), r.size(&sh.Unique)
	}
	return []ui.Cell{{Text: r.human(shared)}, {Text: r.human(unique)}}
}

func (r *run) sizeTitle() string {
	switch {
	case r.opts.Inodes:
		return "inodes"
	default:
		return "size"
	}
}

func (r *run) human(n uint64) string {
	switch {
	case r.opts.Inodes:
		return ui.Count(n)
	case n == math.MaxUint64:
		return "> 16 EiB"
	default:
		return r.opts.Format(n)
	}
}

// barWidth returns how many columns the bars take: a third of what the terminal
// has beyond the other columns, within reason.
func (r *run) barWidth() int { return min(max((r.s.Out.Width()-40)/3, 8), 40) }

// bar returns a bar for n, in relation to the largest.
func (r *run) bar(n, largest uint64, width int) string {
	share := float64(n) / float64(largest)
	if !r.s.Unicode() {
		return strings.Repeat("#", int(share*float64(width)+0.5))
	}
	eighths := int(share*float64(width)*8 + 0.5)
	bar := strings.Repeat("█", eighths/8)
	if eighths%8 > 0 {
		bar += string([]rune("▏▎▍▌▋▊▉")[eighths%8-1])
	}
	return bar
}

// printTotal prints the line of sums.
func (r *run) printTotal() error {
	t := &r.tree.Total
	text := fmt.Sprintf("%s in %s files, %s directories", r.human(r.size(t)), ui.Count(t.Files), ui.Count(t.Dirs))
	if r.opts.Inodes {
		text = fmt.Sprintf("%s files, %s directories", ui.Count(t.Files), ui.Count(t.Dirs))
	} else {
		text += fmt.Sprintf("  (%s)", r.exactBytes(r.size(t)))
	}
	text += fmt.Sprintf("  %.2f s", r.seconds)
	if r.failed > 0 {
		text += fmt.Sprintf("  %s", r.s.Out.Paint(ui.Bad, errorCount(r.failed)))
	}
	if r.tree.Partial {
		text += "  " + r.s.Out.Paint(ui.Bad, "partial")
	}
	r.s.Out.Printf("\n%s\n", text)
	for _, note := range r.notes() {
		r.s.Out.Printf("%s\n", r.s.Out.Paint(ui.Dim, note))
	}
	return nil
}

func (r *run) exactBytes(n uint64) string {
	if n == math.MaxUint64 {
		return "more than 16 EiB"
	}
	return ui.Count(n) + " bytes"
}

func errorCount(n int) string {
	if n == 1 {
		return "1 error"
	}
	return ui.Count(n) + " errors"
}

// notes say what the numbers don't.
func (r *run) notes() []string {
	var notes []string
	if n := len(r.tree.Skipped); n > 0 {
		notes = append(notes, "not entered, as they take no space: "+ui.Safe(strings.Join(r.tree.Skipped, " ")))
	}
	if n := r.tree.Vanished; n > 0 {
		notes = append(notes, fmt.Sprintf("%s files vanished while they were counted", ui.Count(n)))
	}
	return notes
}
