package du

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"

	"baton/internal/disktree"
	"baton/internal/ui"
)

// A group is a sum over files that have something in common.
type group struct {
	name  string
	tally disktree.Tally
}

// extension returns the ending of a file's name that tells its type, in lower
// case with the dot, or nothing. A dot at the start hides a file and begins no
// ending, nor does one before something too long or with a space in it.
func extension(name []byte) []byte {
	const longest = 12
	dot := bytes.LastIndexByte(name, '.')
	if dot <= 0 || dot == len(name)-1 || len(name)-dot > longest || bytes.ContainsAny(name[dot:], " \t\n") {
		return nil
	}
	return bytes.ToLower(name[dot:])
}

// types returns the sums by ending, the largest first.
func (r *run) types() []group {
	sums := make(map[string]*disktree.Tally)
	for _, g := range r.gathered() {
		for ext, t := range g.types {
			if sums[ext] == nil {
				sums[ext] = new(disktree.Tally)
			}
			sums[ext].Add(t)
		}
	}
	var list []group
	for ext, t := range sums {
		if r.passes(r.size(t)) {
			list = append(list, group{cmp.Or(ext, "(none)"), *t})
		}
	}
	slices.SortFunc(list, func(a, b group) int {
		return cmp.Or(r.order(&a.tally, &b.tally), strings.Compare(a.name, b.name))
	})
	return list
}

func (r *run) showTypes() error { return r.showGroups("type", r.types()) }

// showGroups prints sums with their share of all files.
func (r *run) showGroups(title string, list []group) error {
	var whole disktree.Tally
	most := uint64(1)
	for i := range list {
		whole.Add(&list[i].tally)
		most = max(most, r.size(&list[i].tally))
	}
	width := r.barWidth()
	table := r.s.Out.Table(
		ui.Column{Title: r.sizeTitle(), Right: true, Style: ui.Size},
		ui.Column{Title: "share", Right: true},
		ui.Column{Title: strings.Repeat(" ", width), Style: ui.Bar},
		ui.Column{Title: "files", Right: true},
		ui.Column{Title: title, Flex: true},
	)
	limit := r.opts.Rows
	if limit == 0 && r.s.Out.Terminal {
		limit = max(r.s.Out.Height()-3, 10)
	}
	for i := range list {
		if limit > 0 && i == limit {
			break
		}
		t := &list[i].tally
		cells := []ui.Cell{
			r.sizeCell(r.size(t)),
			{Text: ui.Percent(r.size(t), r.size(&whole))},
			{Text: r.bar(r.size(t), most, width)},
			{Text: ui.Count(t.Files), Raw: strconv.FormatUint(t.Files, 10)},
			{Text: list[i].name},
		}
		if !r.s.Out.Terminal {
			cells = slices.Delete(cells, 1, 3) // the share follows from the rest, the bar is for eyes
		}
		table.Cells(cells...)
	}
	return table.Flush()
}

// sizeCell is a size for people and, exactly, for pipes.
func (r *run) sizeCell(n uint64) ui.Cell {
	return ui.Cell{Text: r.human(n), Raw: strconv.FormatUint(n, 10)}
}
