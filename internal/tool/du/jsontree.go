package du

import (
	"bufio"

	"baton/internal/disktree"
)

// A jsonNode is a directory or file of a tree, without what it holds.
type jsonNode struct {
	jsonName
	Type string `json:"type"` // "dir" or "file"
	jsonSums
	Own       *uint64 `json:"own,omitempty"`
	Shared    *uint64 `json:"shared,omitempty"`
	Unique    *uint64 `json:"unique,omitempty"`
	ReadError bool    `json:"read_error,omitempty"`
	Modified  *string `json:"modified,omitempty"`
}

// A jsonWriter writes trees piece by piece, so that their size doesn't matter.
type jsonWriter struct {
	run *run
	out *bufio.Writer
	err error // of the first value that JSON can't have
}

// fields writes the members of an object without its braces.
func (w *jsonWriter) fields(v any) {
	b, err := encode(v)
	if err != nil {
		w.err = err
		return
	}
	w.out.Write(b[1 : len(b)-1])
}

// node writes a directory with what it holds, to the depth asked for.
func (w *jsonWriter) node(n *disktree.Node, depth int) {
	w.out.WriteByte('{')
	w.fields(w.run.jsonNode(n))
	if n.Flags&disktree.IsFile == 0 && depth < w.run.jsonDepth() {
		w.out.WriteString(`,"children":[`)
		w.children(n, depth)
		w.out.WriteByte(']')
	}
	w.out.WriteByte('}')
}

func (w *jsonWriter) children(n *disktree.Node, depth int) {
	next := func() func() { // writes a comma before all but the first
		first := true
		return func() {
			if !first {
				w.out.WriteByte(',')
			}
			first = false
		}
	}()
	for _, c := range n.Children() {
		if w.run.passes(w.run.size(&c.Total)) {
			next()
			w.node(c, depth+1)
		}
	}
	for _, e := range w.run.entries(n) {
		t := tallyOf(&e)
		if w.run.passes(w.run.size(&t)) {
			next()
			w.out.WriteByte('{')
			w.fields(jsonNode{jsonName: nameOf(e.Name), Type: typeName(false), jsonSums: sums(&t), Modified: w.run.latest(&t)})
			w.out.WriteByte('}')
		}
	}
}

// jsonDepth returns how many levels below the paths are written.
func (r *run) jsonDepth() int {
	if r.opts.MaxDepth < 0 {
		return 1
	}
	return r.opts.MaxDepth
}

func (r *run) jsonNode(n *disktree.Node) jsonNode {
	x := jsonNode{
		jsonName: nameOf(n.Name), Type: typeName(n.Flags&disktree.IsFile == 0), jsonSums: sums(&n.Total),
		ReadError: n.Flags&disktree.ReadError != 0, Modified: r.latest(&n.Total),
	}
	if n.Flags&disktree.IsFile == 0 {
		x.Own = &n.Own.Disk
	}
	if r.opts.Shared {
		shared, unique := r.sharing(n)
		x.Shared, x.Unique = &shared, &unique
	}
	return x
}

// latest returns the time stamp of t if one was asked for.
func (r *run) latest(t *disktree.Tally) *string {
	if r.opts.Time == NoTime && r.opts.Sort != ByMtime {
		return nil
	}
	return r.jsonTime(t.Latest)
}
