package du

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"unicode/utf8"

	"baton/internal/disktree"
)

// The JSON view is one object, whose shape docs/json.md describes. Directories
// are written as the tree is walked, so that its size doesn't matter.

// A jsonSums is what a path holds.
type jsonSums struct {
	Disk     uint64 `json:"disk"`
	Apparent uint64 `json:"apparent"`
	Files    uint64 `json:"files"`
	Dirs     uint64 `json:"dirs"`
}

func sums(t *disktree.Tally) jsonSums { return jsonSums{t.Disk, t.Apparent, t.Files, t.Dirs} }

// A jsonName is a name in a JSON document: as text and, where it isn't text,
// byte for byte too.
type jsonName struct {
	Name  string `json:"name"`
	Bytes string `json:"name_base64,omitempty"`
}

func nameOf(name string) jsonName {
	if utf8.ValidString(name) {
		return jsonName{Name: name}
	}
	return jsonName{name, base64.StdEncoding.EncodeToString([]byte(name))}
}

type jsonNode struct {
	jsonName
	Type string `json:"type"` // "dir" or "file"
	jsonSums
	Shared    *uint64 `json:"shared,omitempty"`
	Unique    *uint64 `json:"unique,omitempty"`
	ReadError bool    `json:"read_error,omitempty"`
	Modified  *int64  `json:"modified,omitempty"` // Unix time
}

type jsonError struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Error string `json:"error"`
}

type jsonFile struct {
	jsonName
	Size     uint64 `json:"size"`
	Modified int64  `json:"modified"`
}

type jsonGroup struct {
	Name string `json:"name"`
	jsonSums
}

type jsonChange struct {
	jsonName
	Type   string `json:"type"`
	Change string `json:"change"`
	Before uint64 `json:"before"`
	After  uint64 `json:"after"`
}

// A jsonTail is what follows the roots.
type jsonTail struct {
	Total    jsonSums     `json:"total"`
	Top      []jsonFile   `json:"top,omitempty"`
	Types    []jsonGroup  `json:"types,omitempty"`
	Ages     []jsonGroup  `json:"ages,omitempty"`
	Changes  []jsonChange `json:"changes,omitempty"`
	Errors   []jsonError  `json:"errors,omitempty"`
	Skipped  []string     `json:"skipped,omitempty"`
	Vanished uint64       `json:"vanished,omitempty"`
	Seconds  float64      `json:"seconds"`
	Partial  bool         `json:"partial"`
}

func (r *run) showJSON() error {
	w := &jsonWriter{Writer: bufio.NewWriterSize(r.s.Out, 64<<10), run: r}
	w.WriteString(`{"roots":[`)
	for i, n := range r.tree.Roots {
		if i > 0 {
			w.WriteByte(',')
		}
		w.node(n, 0)
	}
	w.WriteString("],")
	w.fields(r.jsonTail())
	w.WriteString("}\n")
	if w.err != nil {
		return w.err
	}
	return w.Flush()
}

func (r *run) jsonTail() *jsonTail {
	t := &jsonTail{
		Total: sums(&r.tree.Total), Skipped: r.tree.Skipped, Vanished: r.tree.Vanished,
		Seconds: r.seconds, Partial: r.tree.Partial,
	}
	for _, e := range r.tree.Errors {
		t.Errors = append(t.Errors, jsonError{e.Op, e.Path, errorText(e.Err)})
	}
	if r.opts.Top > 0 {
		for _, b := range r.top() {
			t.Top = append(t.Top, jsonFile{nameOf(b.path), b.size, b.mtime.Sec})
		}
	}
	if r.opts.Types {
		t.Types = jsonGroups(r.types())
	}
	if r.opts.Age {
		t.Ages = jsonGroups(r.byAge())
	}
	if r.before != nil {
		for _, c := range r.changes() {
			t.Changes = append(t.Changes, jsonChange{nameOf(c.path), typeName(c.dir), c.what, c.before, c.after})
		}
	}
	return t
}

func jsonGroups(list []group) []jsonGroup {
	var out []jsonGroup
	for i := range list {
		out = append(out, jsonGroup{list[i].name, sums(&list[i].tally)})
	}
	return out
}

func typeName(dir bool) string {
	if dir {
		return "dir"
	}
	return "file"
}

// A jsonWriter writes objects piece by piece.
type jsonWriter struct {
	*bufio.Writer
	run *run
	err error
}

// fields writes the members of an object without its braces.
func (w *jsonWriter) fields(v any) {
	b, err := json.Marshal(v)
	if err != nil {
		w.err = err
		return
	}
	w.Write(b[1 : len(b)-1])
}

// node writes a directory with what it holds, to the depth asked for.
func (w *jsonWriter) node(n *disktree.Node, depth int) {
	w.WriteByte('{')
	w.fields(w.run.jsonNode(n))
	if n.Flags&disktree.IsFile == 0 && (w.run.opts.MaxDepth < 0 || depth < w.run.opts.MaxDepth) {
		w.WriteString(`,"children":[`)
		w.children(n, depth)
		w.WriteByte(']')
	}
	w.WriteByte('}')
}

func (w *jsonWriter) children(n *disktree.Node, depth int) {
	comma := func(i int) {
		if i > 0 {
			w.WriteByte(',')
		}
	}
	i := 0
	for _, c := range n.Children() {
		if w.run.passes(w.run.size(&c.Total)) {
			comma(i)
			w.node(c, depth+1)
			i++
		}
	}
	for _, e := range w.run.entries(n) {
		t := disktree.Tally{Disk: e.Disk, Apparent: e.Apparent, Files: 1, Latest: e.Mtime}
		if w.run.passes(w.run.size(&t)) {
			comma(i)
			w.WriteByte('{')
			w.fields(jsonNode{jsonName: nameOf(e.Name), Type: "file", jsonSums: sums(&t), Modified: w.run.modified(&t)})
			w.WriteByte('}')
			i++
		}
	}
}

func (r *run) jsonNode(n *disktree.Node) jsonNode {
	x := jsonNode{
		jsonName: nameOf(n.Name), Type: typeName(n.Flags&disktree.IsFile == 0), jsonSums: sums(&n.Total),
		ReadError: n.Flags&disktree.ReadError != 0, Modified: r.modified(&n.Total),
	}
	if r.opts.Shared {
		shared, unique := uint64(0), r.size(&n.Total)
		if sh := r.tree.Shared[n]; sh != nil {
			shared, unique = r.size(&sh.Shared), r.size(&sh.Unique)
		}
		x.Shared, x.Unique = &shared, &unique
	}
	return x
}

// modified returns the time stamp of t if one was asked for.
func (r *run) modified(t *disktree.Tally) *int64 {
	if r.opts.Time == NoTime && r.opts.Sort != ByMtime {
		return nil
	}
	return &t.Latest.Sec
}
