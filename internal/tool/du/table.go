package du

import (
	"cmp"
	"math"
	"strconv"
	"strings"

	"baton/internal/fsdir"
	"baton/internal/ui"
)

// A table is a list of rows with their share of a whole.
type table struct {
	title  string // of the names
	rows   []row
	whole  uint64
	shared bool // show what is shared and what isn't
	times  bool
}

// showTree prints one level of the tree, or the paths where there are several.
func (r *run) showTree() error {
	rows := r.passing(r.level())
	r.sortRows(rows)
	return r.printTable(&table{
		title:  "name",
		rows:   rows,
		whole:  r.size(&r.tree.Total),
		shared: r.opts.Shared,
		times:  r.opts.Time != NoTime || r.opts.Sort == ByMtime,
	})
}

// A field is a column of a table, and what a row has in it.
type field struct {
	ui.Column
	cell func(*row) ui.Cell
}

// printTable prints a table for people, or for programs: without what follows from
// the rest, and without a row for what there is no room for.
func (r *run) printTable(t *table) error {
	if len(t.rows) == 0 {
		r.nothing("(nothing)")
		return nil
	}
	fields := r.fields(t)
	cols := make([]ui.Column, len(fields))
	for i, f := range fields {
		cols[i] = f.Column
	}
	out := r.s.Out.Table(cols...)
	add := func(x *row) {
		cells := make([]ui.Cell, len(fields))
		for i, f := range fields {
			cells[i] = f.cell(x)
		}
		out.Cells(cells...)
	}
	shown := t.rows[:r.room(len(t.rows))]
	for i := range shown {
		add(&shown[i])
	}
	if left := t.rows[len(shown):]; len(left) > 0 && r.s.Out.Terminal {
		rest := row{kind: restRow}
		for i := range left {
			rest.tally.Add(&left[i].tally)
		}
		rest.name = r.more(len(left))
		add(&rest)
	}
	return out.Flush()
}

func (r *run) fields(t *table) []field {
	fields := []field{{
		ui.Column{Title: r.sizeTitle(), Right: true, Style: ui.Size},
		func(x *row) ui.Cell { return r.sizeCell(r.size(&x.tally)) },
	}}
	if r.s.Out.Terminal {
		fields = append(fields, r.shareField(t), r.barField(t))
	}
	fields = append(fields, field{ui.Column{Title: "files", Right: true}, filesCell})
	if t.shared {
		fields = append(fields,
			field{ui.Column{Title: "shared", Right: true}, func(x *row) ui.Cell { shared, _ := r.sharedCells(x); return shared }},
			field{ui.Column{Title: "unique", Right: true}, func(x *row) ui.Cell { _, unique := r.sharedCells(x); return unique }})
	}
	if t.times {
		fields = append(fields, field{
			ui.Column{Title: r.timeTitle()},
			func(x *row) ui.Cell { return r.timeCell(x.tally.Latest) },
		})
	}
	return append(fields, field{ui.Column{Title: t.title, Flex: true}, nameCell})
}

func (r *run) shareField(t *table) field {
	return field{ui.Column{Title: "share", Right: true}, func(x *row) ui.Cell {
		if t.whole == math.MaxUint64 {
			return ui.Cell{} // nobody knows how much more that is
		}
		return ui.Cell{Text: ui.Percent(r.size(&x.tally), t.whole)}
	}}
}

// barField is the column of bars, whose length relates to the largest row.
func (r *run) barField(t *table) field {
	width := r.barWidth(t)
	largest := uint64(1)
	for i := range t.rows {
		largest = max(largest, r.size(&t.rows[i].tally))
	}
	return field{ui.Column{Title: strings.Repeat(" ", width), Style: ui.Bar}, func(x *row) ui.Cell {
		if x.kind == restRow {
			return ui.Cell{} // it is no one thing
		}
		return ui.Cell{Text: bar(r.size(&x.tally), largest, width, r.s.Unicode())}
	}}
}

// barWidth returns how many columns the bars take: a third of what the terminal
// has beyond the other columns, within reason.
func (r *run) barWidth(t *table) int {
	room := r.s.Out.Width() - 40
	if t.shared {
		room -= 22
	}
	if t.times {
		room -= 18
	}
	return min(max(room/3, 8), 40)
}

// bar returns a bar for n, in relation to the largest.
func bar(n, largest uint64, width int, unicode bool) string {
	length := float64(n) / float64(largest) * float64(width)
	if !unicode {
		return strings.Repeat("#", int(length+0.5))
	}
	eighths := int(length*8 + 0.5)
	text := strings.Repeat("█", eighths/8)
	if eighths%8 > 0 {
		text += string([]rune("▏▎▍▌▋▊▉")[eighths%8-1])
	}
	return text
}

// filesCell has the number of files. That a file is one is no news to people.
func filesCell(x *row) ui.Cell {
	text := ui.Count(x.tally.Files)
	if x.kind == fileRow || x.kind == selfRow {
		text = ""
	}
	return ui.Cell{Text: text, Raw: strconv.FormatUint(x.tally.Files, 10)}
}

func (r *run) sharedCells(x *row) (shared, unique ui.Cell) {
	if x.kind != dirRow {
		return ui.Cell{}, ui.Cell{}
	}
	s, u := r.sharing(x.node)
	return r.sizeCell(s), r.sizeCell(u)
}

func (r *run) timeCell(t fsdir.Time) ui.Cell {
	if r.unknown(t) {
		return ui.Cell{}
	}
	return ui.Cell{Text: r.opts.TimeStyle(t)}
}

func nameCell(x *row) ui.Cell {
	switch x.kind {
	case dirRow:
		return dirCell(x.name)
	case selfRow:
		return ui.Cell{Text: "(the directory itself)", Raw: "./", Style: ui.Dim}
	case restRow:
		return ui.Cell{Text: x.name, Style: ui.Dim}
	case groupRow:
		return ui.Cell{Text: cmp.Or(x.name, "(none)")}
	default:
		return ui.Cell{Text: x.name}
	}
}

// dirCell marks a directory with a slash.
func dirCell(name string) ui.Cell {
	return ui.Cell{Text: strings.TrimSuffix(name, "/") + "/", Style: ui.Dir}
}

func (r *run) sizeTitle() string {
	if r.opts.Inodes {
		return "inodes"
	}
	return "size"
}

func (r *run) timeTitle() string {
	switch r.opts.Time {
	case Atime:
		return "accessed"
	case Ctime:
		return "changed"
	default:
		return "modified"
	}
}
