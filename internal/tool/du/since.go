package du

import "baton/internal/ui"

// showChanges prints what changed since the measurement that was saved.
func (r *run) showChanges() error {
	list := r.changes()
	if len(list) == 0 {
		r.nothing("(no changes)")
		return nil
	}
	table := r.s.Out.Table(
		ui.Column{Title: "change", Right: true},
		ui.Column{Title: "before", Right: true},
		ui.Column{Title: "now", Right: true},
		ui.Column{},
		ui.Column{Title: "path", Flex: true, KeepEnd: true},
	)
	shown := list[:r.room(len(list))]
	for i := range shown {
		c := &shown[i]
		path := ui.Cell{Text: c.path}
		if c.dir {
			path = dirCell(c.path)
		}
		table.Cells(r.deltaCell(c.before, c.after), r.sizeCell(c.before), r.sizeCell(c.after), ui.Cell{Text: c.what}, path)
	}
	if left := list[len(shown):]; len(left) > 0 && r.s.Out.Terminal {
		var was, is uint64
		for i := range left {
			was, is = addSizes(was, left[i].before), addSizes(is, left[i].after)
		}
		more := ui.Cell{Text: r.more(len(left)), Style: ui.Dim}
		table.Cells(r.deltaCell(was, is), r.sizeCell(was), r.sizeCell(is), ui.Cell{}, more)
	}
	return table.Flush()
}

// delta returns a change of size with its sign.
func (r *run) delta(was, is uint64) string {
	switch {
	case is < was:
		return "-" + r.amount(was-is)
	case is > was && r.s.Out.Terminal:
		return "+" + r.amount(is-was)
	default:
		return r.amount(is - was) // sort -n takes no plus
	}
}

func (r *run) deltaCell(was, is uint64) ui.Cell {
	style := ui.Plain
	switch {
	case is > was:
		style = ui.Bad
	case is < was:
		style = ui.Good
	}
	return ui.Cell{Text: r.delta(was, is), Style: style}
}
