package du

import "baton/internal/ui"

// show prints the result in the view asked for.
func (r *run) show() error {
	switch r.opts.View {
	case Nothing:
		return nil
	case JSON:
		return r.showJSON()
	case Lines:
		r.notePartial()
		r.warnAll(r.fileNotes())
		return r.showLines()
	default:
		return r.showTables()
	}
}

// showTables prints the tables asked for and, on a terminal, what they come to.
func (r *run) showTables() error {
	if len(r.tree.Roots) == 0 && r.failed > 0 {
		return nil // that there is nothing was reported
	}
	if !r.s.Out.Terminal {
		r.notePartial()
		r.warnAll(r.notes())
	}
	for i, show := range r.tables() {
		if i > 0 {
			r.s.Out.Printf("\n")
		}
		if err := show(); err != nil {
			return err
		}
	}
	if r.s.Out.Terminal {
		r.s.Out.Printf("\n")
		r.showTotals()
	}
	return nil
}

func (r *run) tables() []func() error {
	if r.opts.View == Table {
		return []func() error{r.showTree}
	}
	var list []func() error
	if r.opts.Top > 0 {
		list = append(list, r.showTop)
	}
	if r.opts.Types {
		list = append(list, r.showTypes)
	}
	if r.opts.Age {
		list = append(list, r.showAges)
	}
	if r.before != nil {
		list = append(list, r.showChanges)
	}
	return list
}

// notePartial marks a result whose own form has no place for that.
func (r *run) notePartial() {
	if r.tree.Partial {
		r.warn("the following is what was counted so far")
	}
}

func (r *run) warnAll(notes []string) {
	for _, note := range notes {
		r.warn("%s", note)
	}
}

// nothing stands in place of a table without rows, on a terminal.
func (r *run) nothing(text string) {
	if r.s.Out.Terminal {
		r.s.Out.Printf("%s\n", r.s.Out.Paint(ui.Dim, text))
	}
}

// room returns how many of n rows a table shows.
func (r *run) room(n int) int {
	switch {
	case r.opts.Rows > 0:
		return min(n, r.opts.Rows)
	case r.opts.Rows < 0 || !r.s.Out.Terminal:
		return n
	}
	// What else the screen is to hold: the titles, the remainder, an empty line,
	// the sums, the notes, and the prompt.
	fit := max(r.s.Out.Height()-5-len(r.notes())-r.reported, 10)
	if n == fit+1 {
		return n // the last one takes no more room than saying that it is left out
	}
	return min(n, fit)
}

// more says that a table leaves out n rows.
func (r *run) more(n int) string {
	text := "(" + ui.Count(n) + " more"
	if r.opts.Rows == 0 {
		text += ", see --rows"
	}
	return text + ")"
}
