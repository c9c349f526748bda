package du

import (
	"bufio"
	"math"

	"baton/internal/disktree"
	"baton/internal/fsdir"
)

// The JSON view is one object, whose shape docs/json.md describes. It begins with
// the trees; here is what follows them.

// A jsonReport is what follows the roots.
type jsonReport struct {
	Total    jsonSums    `json:"total"`
	Top      []jsonFile  `json:"top,omitzero"`
	Types    []jsonGroup `json:"types,omitzero"`
	Ages     []jsonAge   `json:"ages,omitzero"`
	Since    *jsonSince  `json:"since,omitempty"`
	Errors   []jsonError `json:"errors,omitempty"`
	Skipped  []jsonPath  `json:"skipped,omitempty"`
	Vanished uint64      `json:"vanished,omitempty"`
	Notes    []string    `json:"notes,omitempty"`
	Measured *string     `json:"measured,omitempty"`
	Seconds  float64     `json:"seconds"`
	Partial  bool        `json:"partial"`
}

// A jsonSums is what a path holds.
type jsonSums struct {
	Disk     uint64 `json:"disk"`
	Apparent uint64 `json:"apparent"`
	Files    uint64 `json:"files"`
	Dirs     uint64 `json:"dirs"`
}

// A jsonName is a name as text and, where it isn't text, byte for byte too.
type jsonName struct {
	Name  string `json:"name"`
	Bytes string `json:"name_base64,omitempty"`
}

// A jsonPath is the same for a path.
type jsonPath struct {
	Path  string `json:"path"`
	Bytes string `json:"path_base64,omitempty"`
}

type jsonFile struct {
	jsonPath
	Size     uint64  `json:"size"`
	Modified *string `json:"modified,omitempty"`
}

type jsonGroup struct {
	jsonName
	jsonSums
}

type jsonAge struct {
	jsonGroup
	MinDays *uint64 `json:"min_days,omitempty"`
	MaxDays *uint64 `json:"max_days,omitempty"`
}

type jsonSince struct {
	File     string       `json:"file"`
	Measured *string      `json:"measured,omitempty"`
	Partial  bool         `json:"partial"`
	Total    jsonSums     `json:"total"`
	Changes  []jsonChange `json:"changes"`
}

type jsonChange struct {
	jsonPath
	Type   string `json:"type"`
	Change string `json:"change"`
	Before uint64 `json:"before"`
	After  uint64 `json:"after"`
}

type jsonError struct {
	Op string `json:"op,omitempty"`
	jsonPath
	Error string `json:"error"`
}

func (r *run) showJSON() error {
	w := &jsonWriter{run: r, out: bufio.NewWriterSize(r.s.Out, 64<<10)}
	w.out.WriteString(`{"roots":[`)
	for i, n := range r.tree.Roots {
		if i > 0 {
			w.out.WriteByte(',')
		}
		w.node(n, 0)
	}
	w.out.WriteString("],")
	w.fields(r.jsonReport())
	w.out.WriteString("}\n")
	if w.err != nil {
		return w.err
	}
	return w.out.Flush()
}

func (r *run) jsonReport() *jsonReport {
	t := &jsonReport{
		Total: sums(&r.tree.Total), Vanished: r.tree.Vanished, Notes: r.fileNotes(),
		Errors: r.jsonErrors, Seconds: r.seconds, Partial: r.tree.Partial,
	}
	t.Measured = jsonTime(fsdir.Time{Sec: r.start.Unix()})
	if r.tree.Saved != nil {
		t.Measured = savedTime(r.tree.Saved)
	}
	for _, path := range r.tree.Skipped {
		t.Skipped = append(t.Skipped, pathOf(path))
	}
	if r.opts.Top > 0 {
		t.Top = []jsonFile{}
		for _, b := range r.top() {
			t.Top = append(t.Top, jsonFile{pathOf(b.path), b.size, r.jsonTime(b.mtime)})
		}
	}
	if r.opts.Types {
		t.Types = []jsonGroup{}
		for _, x := range r.passing(r.types()) {
			t.Types = append(t.Types, jsonGroup{nameOf(x.name), sums(&x.tally)})
		}
	}
	if r.opts.Age {
		t.Ages = r.jsonAges()
	}
	if r.before != nil {
		t.Since = r.jsonSince()
	}
	return t
}

func (r *run) jsonAges() []jsonAge {
	list := []jsonAge{}
	for _, x := range r.byAge() {
		age := jsonAge{jsonGroup: jsonGroup{nameOf(x.name), sums(&x.tally)}}
		if x.age != future && x.age != unknownAge {
			age.MinDays = &ages[x.age-1].days
			if age.MaxDays = &ages[x.age].days; *age.MaxDays == math.MaxUint64 {
				age.MaxDays = nil
			}
		}
		list = append(list, age)
	}
	return list
}

func (r *run) jsonSince() *jsonSince {
	s := &jsonSince{
		File: r.opts.Since, Measured: savedTime(r.before.Saved), Partial: r.before.Partial,
		Total: sums(&r.before.Total), Changes: []jsonChange{},
	}
	for _, c := range r.changes() {
		s.Changes = append(s.Changes, jsonChange{pathOf(c.path), typeName(c.dir), c.what, c.before, c.after})
	}
	return s
}

func sums(t *disktree.Tally) jsonSums { return jsonSums{t.Disk, t.Apparent, t.Files, t.Dirs} }

func nameOf(name string) jsonName { return jsonName{name, notText(name)} }

func pathOf(path string) jsonPath { return jsonPath{path, notText(path)} }
