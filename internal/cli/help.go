package cli

import (
	"fmt"
	"strings"

	"baton/internal/ui"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// help writes the help of cmd to o.
func (a *app) help(o *ui.Output, cmd *cobra.Command) {
	h := &helpWriter{out: o, width: min(o.Width(), 100)}
	if d := a.descriptions[cmd]; d != nil {
		h.command(cmd, d)
	} else {
		h.root(a)
	}
	o.Printf("%s", h.b.String())
}

// A helpWriter lays out one page of help.
type helpWriter struct {
	out   *ui.Output
	width int
	b     strings.Builder
}

func (h *helpWriter) root(a *app) {
	h.text("baton: everyday tools in one binary; every goroutine owned, bounded, cancellable and visible.")
	h.title("Usage")
	h.line("  baton COMMAND [FLAG…] [ARGUMENT…]")
	for _, g := range groups {
		cmds := a.visible(g)
		if len(cmds) == 0 {
			continue
		}
		h.title(string(g))
		var rows []row
		for _, cmd := range cmds {
			d := a.descriptions[cmd]
			does := d.short
			if len(d.classic) > 0 {
				does += "; for " + strings.Join(d.classic, ", ")
			}
			rows = append(rows, row{label: cmd.Name(), text: does})
		}
		h.rows(rows)
	}
	h.title("Flags")
	h.rows(flagRows(a.root.Flags()))
	h.line("")
	h.text("'baton COMMAND --help' shows a command's examples, flags and exit codes.")
}

func (h *helpWriter) command(cmd *cobra.Command, d *description) {
	h.text("baton " + d.name + ": " + d.short)
	h.title("Examples")
	h.examples(d.examples)
	h.title("Usage")
	h.line("  " + useLine(d))
	for _, p := range paragraphs(d.long) {
		h.line("")
		h.text(p)
	}
	if len(d.subs) > 0 {
		h.title("Commands")
		var rows []row
		for _, sub := range d.subs {
			rows = append(rows, row{label: sub.leaf(), text: sub.short})
		}
		h.rows(rows)
	}
	d.flags.byGroup(func(title string, rows []row) {
		h.title(title)
		h.rows(rows)
	})
	h.title("Exit codes")
	var rows []row
	for _, e := range d.exits {
		rows = append(rows, row{label: fmt.Sprint(e.code), text: e.means})
	}
	h.rows(rows)
}

func useLine(d *description) string {
	if len(d.subs) > 0 {
		return strings.TrimSpace("baton " + d.name + " " + d.args)
	}
	return strings.TrimSpace("baton " + d.name + " [FLAG…] " + d.args)
}

// paragraphs splits the text of a command.
func paragraphs(long string) []string {
	long = strings.TrimSpace(long)
	if long == "" {
		return nil
	}
	return strings.Split(long, "\n\n")
}

func (h *helpWriter) line(s string) { h.b.WriteString(s + "\n") }

func (h *helpWriter) title(s string) {
	h.line("")
	h.line(h.out.Paint(ui.Strong, s))
}

// text writes a paragraph, filled, unless it starts with a space.
func (h *helpWriter) text(s string) {
	if strings.HasPrefix(s, " ") {
		h.line(s)
		return
	}
	for _, l := range fill(s, h.width) {
		h.line(l)
	}
}

// examples writes what a command line does beside it, or above where it is long.
func (h *helpWriter) examples(list []example) {
	var rows []row
	for _, e := range list {
		rows = append(rows, row{label: e.line, text: e.does})
	}
	h.rowsUpTo(h.width*11/20, rows)
}

// A row is a term and its explanation.
type row struct{ label, text string }

func (h *helpWriter) rows(rows []row) { h.rowsUpTo(30, rows) }

// rowsUpTo writes explanations beside their terms, and those of terms with more
// than widest columns below them.
func (h *helpWriter) rowsUpTo(widest int, rows []row) {
	const indent, gap = 2, 2
	column := 0
	for _, r := range rows {
		if w := ui.Width(r.label); w <= widest {
			column = max(column, w)
		}
	}
	left := indent + column + gap
	for _, r := range rows {
		pad := strings.Repeat(" ", indent)
		label := h.out.Paint(ui.Strong, r.label)
		if w := ui.Width(r.label); w <= column {
			label += strings.Repeat(" ", column-w+gap)
		} else {
			h.line(pad + label)
			pad, label = strings.Repeat(" ", left), ""
		}
		for i, l := range fill(r.text, h.width-left) {
			if i == 0 {
				h.line(pad + label + l)
			} else {
				h.line(strings.Repeat(" ", left) + l)
			}
		}
	}
}

// flagRows returns the flags that are not hidden.
func flagRows(set *pflag.FlagSet) (rows []row) {
	set.VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			rows = append(rows, flagRow(f))
		}
	})
	return rows
}

func flagRow(f *pflag.Flag) row { return row{label: flagLabel(f), text: flagText(f)} }

// flagLabel returns a flag as it is typed: "-d, --max-depth N", "--time[=WORD]".
func flagLabel(f *pflag.Flag) string {
	label := "    --" + f.Name
	if f.Shorthand != "" {
		label = "-" + f.Shorthand + ", --" + f.Name
	}
	value, _ := pflag.UnquoteUsage(f)
	switch {
	case value == "":
	case f.NoOptDefVal != "":
		label += "[=" + value + "]"
	default:
		label += " " + value
	}
	return label
}

func flagText(f *pflag.Flag) string {
	_, text := pflag.UnquoteUsage(f)
	switch f.DefValue {
	case "", "0", "0s", "false", "[]":
		return text
	}
	return text + " (default " + f.DefValue + ")"
}

// fill breaks text into lines of at most width columns; a word that is wider has
// a line of its own.
func fill(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		switch {
		case line == "":
			line = word
		case ui.Width(line)+1+ui.Width(word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	return append(lines, line)
}
