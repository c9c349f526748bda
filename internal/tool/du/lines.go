package du

import (
	"bufio"
	"bytes"
	"cmp"
	"math"
	"slices"
	"strings"

	"baton/internal/disktree"
	"baton/internal/shellquote"
)

// A line is one line of GNU du's output.
type line struct {
	tally disktree.Tally
	path  string
}

// showLines prints GNU du's lines: each directory after what it holds, ordered
// by name rather than as the file system lists them, or in the order asked for.
func (r *run) showLines() error {
	out := bufio.NewWriterSize(r.s.Out, 64<<10)
	defer out.Flush()
	if r.opts.Sort != DefaultSort {
		var lines []line
		r.eachLine(func(t *disktree.Tally, path []byte) {
			lines = append(lines, line{*t, string(path)})
		})
		r.sortLines(lines)
		for i := range lines {
			r.line(out, &lines[i].tally, []byte(lines[i].path))
		}
	} else {
		r.eachLine(func(t *disktree.Tally, path []byte) { r.line(out, t, path) })
	}
	if r.opts.Total {
		r.print(out, &r.tree.Total, "total")
	}
	return out.Flush()
}

// eachLine calls f for what the options ask to print, in the tree's order.
func (r *run) eachLine(f func(t *disktree.Tally, path []byte)) {
	for _, n := range r.tree.Roots {
		r.walkLines(n, []byte(n.Name), 0, f)
	}
}

func (r *run) walkLines(n *disktree.Node, path []byte, depth int, f func(*disktree.Tally, []byte)) {
	kids, entries := n.Children(), r.entries(n)
	for len(kids) > 0 || len(entries) > 0 {
		if len(entries) == 0 || len(kids) > 0 && kids[0].Name < entries[0].Name {
			if r.opts.MaxDepth < 0 || depth < r.opts.MaxDepth {
				r.walkLines(kids[0], join(path, kids[0].Name), depth+1, f)
			}
			kids = kids[1:]
			continue
		}
		e := &entries[0]
		t := tallyOf(e)
		f(&t, join(path, e.Name))
		entries = entries[1:]
	}
	f(&n.Total, path)
}

// entries returns the files in n to print.
func (r *run) entries(n *disktree.Node) []disktree.Entry {
	if !r.opts.All {
		return nil
	}
	return slices.DeleteFunc(n.Entries(), func(e disktree.Entry) bool { return !r.tree.Counts(n, &e) })
}

func join(path []byte, name string) []byte {
	if !bytes.HasSuffix(path, []byte{'/'}) {
		path = append(path, '/')
	}
	return append(path, name...)
}

// line prints a line that passes the threshold.
func (r *run) line(out *bufio.Writer, t *disktree.Tally, path []byte) {
	if !r.passes(r.size(t)) {
		return
	}
	name := string(path)
	if r.quotes() {
		name = shellquote.Quote(name)
	}
	r.print(out, t, name)
}

func (r *run) print(out *bufio.Writer, t *disktree.Tally, name string) {
	if n := r.size(t); n == math.MaxUint64 {
		out.WriteString("Infinity")
	} else {
		out.WriteString(r.amount(n))
	}
	if r.opts.Time != NoTime {
		out.WriteByte('\t')
		if !r.unknown(t.Latest) {
			out.WriteString(r.opts.TimeStyle(t.Latest))
		}
	}
	out.WriteByte('\t')
	out.WriteString(name)
	if r.opts.Null {
		out.WriteByte(0)
	} else {
		out.WriteByte('\n')
	}
}

// quotes reports whether names are quoted: on a terminal, where a newline in a
// name would pass for the end of a line, and an escape for a command.
func (r *run) quotes() bool {
	style, _ := r.s.Env("QUOTING_STYLE")
	return r.s.Out.Terminal && !r.opts.Null && style != "literal"
}

func (r *run) sortLines(lines []line) {
	slices.SortStableFunc(lines, func(a, b line) int {
		return cmp.Or(r.order(&a.tally, &b.tally), strings.Compare(a.path, b.path))
	})
}
