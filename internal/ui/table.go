package ui

import (
	"bytes"
	"strings"
)

// A Column of a [Table]. The zero value is a column on the left without a title.
type Column struct {
	Title   string
	Right   bool // aligned to the right, as numbers are
	Flex    bool // cut with an ellipsis when the table is wider than the terminal
	KeepEnd bool // cut at the start rather than at the end, as paths are
	Style   Style
}

// A Cell is one field of a row.
type Cell struct {
	Text  string
	Raw   string // what a pipe gets in place of Text, if not empty: "1234" for "1.2 KiB"
	Style Style  // in place of the column's, if not Plain
}

// A Table is aligned on a terminal and separated by tabs elsewhere. It keeps its
// rows until Flush.
//
// On a terminal a line of titles stands above the rows if any column has one.
// Elsewhere there is none, so that cut, sort and awk see data only; in a field, a
// tab, newline, carriage return and backslash are written \t, \n, \r and \\.
// A Table is not safe for concurrent use.
type Table struct {
	out  *Output
	cols []Column
	rows [][]Cell
}

// Table returns an empty table. If no column is Flex, the last one is.
func (o *Output) Table(cols ...Column) *Table {
	flex := false
	for _, c := range cols {
		flex = flex || c.Flex
	}
	cols = append([]Column(nil), cols...)
	if !flex && len(cols) > 0 {
		cols[len(cols)-1].Flex = true
	}
	return &Table{out: o, cols: cols}
}

// Row adds a row of plain text.
func (t *Table) Row(text ...string) {
	cells := make([]Cell, len(text))
	for i, s := range text {
		cells[i].Text = s
	}
	t.Cells(cells...)
}

// Cells adds a row, which may be shorter than the table is wide but not longer.
func (t *Table) Cells(cells ...Cell) {
	if len(cells) > len(t.cols) {
		panic("ui: row with more cells than the table has columns")
	}
	t.rows = append(t.rows, cells)
}

// Flush writes the rows and forgets them.
func (t *Table) Flush() error {
	_, err := t.out.Write([]byte(t.Text()))
	return err
}

// Text returns what Flush would write, and forgets the rows.
func (t *Table) Text() string {
	var b bytes.Buffer
	if t.out.Terminal {
		t.align(&b)
	} else {
		t.separate(&b)
	}
	t.rows = nil
	return b.String()
}

func (t *Table) separate(b *bytes.Buffer) {
	escape := strings.NewReplacer("\t", `\t`, "\n", `\n`, "\r", `\r`, `\`, `\\`)
	for _, row := range t.rows {
		for i, c := range row {
			if i > 0 {
				b.WriteByte('\t')
			}
			text := c.Text
			if c.Raw != "" {
				text = c.Raw
			}
			escape.WriteString(b, text)
		}
		b.WriteByte('\n')
	}
}

const gap = "  " // between columns

func (t *Table) align(b *bytes.Buffer) {
	rows := t.rows
	if head := t.head(); head != nil {
		rows = append([][]Cell{head}, rows...)
	}
	widths := make([]int, len(t.cols))
	for _, row := range rows {
		for i, c := range row {
			widths[i] = max(widths[i], Width(Safe(c.Text)))
		}
	}
	t.fit(widths)
	for _, row := range rows {
		for i, c := range row {
			if i > 0 {
				b.WriteString(gap)
			}
			t.cell(b, i, c, widths[i], i == len(row)-1)
		}
		b.WriteByte('\n')
	}
}

// cell writes one cell, padded to width unless nothing follows it.
func (t *Table) cell(b *bytes.Buffer, col int, c Cell, width int, last bool) {
	text := Safe(c.Text)
	if t.cols[col].KeepEnd {
		text = TruncateStart(text, width)
	} else {
		text = Truncate(text, width)
	}
	pad := strings.Repeat(" ", max(0, width-Width(text)))
	style := t.cols[col].Style
	if c.Style != Plain {
		style = c.Style
	}
	painted := t.out.Paint(style, text)
	switch {
	case t.cols[col].Right:
		b.WriteString(pad + painted)
	case last:
		b.WriteString(painted)
	default:
		b.WriteString(painted + pad)
	}
}

// head returns the row of titles, or nil when no column has one.
func (t *Table) head() []Cell {
	head := make([]Cell, len(t.cols))
	titled := false
	for i, c := range t.cols {
		head[i] = Cell{Text: c.Title, Style: Dim}
		titled = titled || c.Title != ""
	}
	if !titled {
		return nil
	}
	return head
}

// fit takes from the flexible columns, the widest first, what is too much for
// the terminal, but leaves each at least minFlex columns.
func (t *Table) fit(widths []int) {
	const minFlex = 4
	over := (len(widths)-1)*len(gap) - t.out.Width()
	for _, w := range widths {
		over += w
	}
	for over > 0 {
		widest := -1
		for i, c := range t.cols {
			if c.Flex && widths[i] > minFlex && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return
		}
		widths[widest]--
		over--
	}
}
