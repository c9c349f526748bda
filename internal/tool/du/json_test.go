package du

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"baton/internal/disktree"
	"baton/internal/exit"
	"baton/internal/ui"
	"github.com/google/go-cmp/cmp"
)

// asJSON returns what the JSON view prints, indented.
func asJSON(t *testing.T, o Options) string {
	t.Helper()
	o.View = JSON
	got := show(t, ui.Terminal{}, o)
	if got.stderr != "" {
		t.Errorf("standard error has %q", got.stderr)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(got.stdout), "", "\t"); err != nil {
		t.Fatalf("%v in %s", err, got.stdout)
	}
	return b.String()
}

// The shapes are a contract: this file changes when docs/json.md does.
func TestJSONGolden(t *testing.T) {
	tree(t, `
		home/notes.txt        120
		home/<b>.txt          10
		home/music/a.flac     3000
		home/music/old/b.flac 2000
	`)
	saved := options("home")
	saved.Save, saved.View = filepath.Join(t.TempDir(), "s.gz"), Nothing
	if got := show(t, ui.Terminal{}, saved); got.err != nil {
		t.Fatal(got.err)
	}
	grow(t, "home/music/c.flac 1000\n home/notes.txt 500\n home/bad\xff 1\n")
	check(t, os.RemoveAll("home/music/old"))

	o := options("home", "gone")
	o.All, o.Shared, o.Sort, o.Top, o.Types, o.Age = true, true, ByMtime, 2, true, true
	o.Time = Mtime
	for dir := range strings.FieldsSeq("home home/music") {
		check(t, os.Chtimes(dir, now, now))
	}
	got := asJSON(t, o)
	got += asJSON(t, func() Options { o := options("home"); o.Since = saved.Save; return o }())
	got = strings.ReplaceAll(got, saved.Save, "s.gz")
	got = onDisk.ReplaceAllString(got, "$1: 4096")
	golden(t, "json.golden", got)
}

// onDisk finds what the file system decides.
var onDisk = regexp.MustCompile(`("disk"|"own"): \d+`)

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join(sources, "testdata", name)
	if os.Getenv("UPDATE") != "" {
		check(t, os.WriteFile(path, []byte(got), 0o666))
	}
	want, err := os.ReadFile(path)
	check(t, err)
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s (UPDATE=1 go test renews it):\n%s", name, diff)
	}
}

// sources is the directory of this package, where tests start.
var sources, _ = os.Getwd()

// An entry is what a program that knows docs/json.md reads.
type entry struct {
	Name     string  `json:"name"`
	Base64   string  `json:"name_base64"`
	Type     string  `json:"type"`
	Disk     uint64  `json:"disk"`
	Apparent uint64  `json:"apparent"`
	Files    uint64  `json:"files"`
	Dirs     uint64  `json:"dirs"`
	Own      uint64  `json:"own"`
	Children []entry `json:"children"`
}

func TestJSONAddsUp(t *testing.T) {
	odd := "bad\xff\xfe\nname"
	tree(t, house+"attic/door -> door\n "+"attic/deep/er/still 77\n")
	check(t, os.WriteFile("attic/"+odd, []byte("12345"), 0o666))
	o := options(".", "attic") // the second is part of the first
	o.All, o.MaxDepth, o.View = true, 100, JSON
	got := show(t, ui.Terminal{}, o)
	var report struct {
		Roots   []entry `json:"roots"`
		Total   entry   `json:"total"`
		Partial *bool   `json:"partial"`
	}
	if err := json.Unmarshal([]byte(got.stdout), &report); err != nil {
		t.Fatal(err)
	}
	if len(report.Roots) != 1 || report.Partial == nil || *report.Partial || report.Total.Apparent != 6550+77+5 {
		t.Errorf("report is %+v", report)
	}
	found := false
	var add func(e *entry)
	add = func(e *entry) {
		sum := entry{Disk: e.Own, Dirs: 1}
		if e.Type == "file" {
			sum = entry{Disk: e.Disk, Apparent: e.Apparent, Files: 1}
		}
		for i := range e.Children {
			c := &e.Children[i]
			add(c)
			sum.Disk += c.Disk
			sum.Apparent += c.Apparent
			sum.Files += c.Files
			sum.Dirs += c.Dirs
		}
		if sum.Disk != e.Disk || sum.Apparent != e.Apparent || sum.Files != e.Files || sum.Dirs != e.Dirs {
			t.Errorf("%s: entries add up to %+v, not %+v", e.Name, sum, *e)
		}
		if b, _ := base64.StdEncoding.DecodeString(e.Base64); string(b) == odd {
			found = true
		}
	}
	add(&report.Roots[0])
	if !found {
		t.Errorf("no entry has the bytes %q:\n%s", odd, got.stdout)
	}
	root, total := report.Roots[0], report.Total
	if root.Disk != total.Disk || root.Files != total.Files || root.Dirs != total.Dirs {
		t.Errorf("total %+v of a root %+v", total, root)
	}
}

func TestJSONErrors(t *testing.T) {
	tree(t, "door 1")
	o := options("door", "", "go\xffne")
	got := asJSON(t, o)
	for _, want := range []string{
		`"error": "invalid zero-length file name"`,
		`"op": "cannot access",`, `"path_base64": "Z2//bmU="`, `"error": "No such file or directory"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	o.View = JSON
	if err := show(t, ui.Terminal{}, o).err; exit.Code(err) != exit.Failed {
		t.Errorf("error %v", err)
	}
}

// What the tables show of the kernel's file systems is in JSON too.
func TestJSONReport(t *testing.T) {
	s, stdout, _ := ui.Test(ui.Terminal{})
	r := runOf(s, disktree.Tally{})
	r.tree.Skipped, r.tree.Vanished, r.tree.Partial = []string{"/proc"}, 3, true
	check(t, r.showJSON())
	for _, want := range []string{`"skipped":[{"path":"/proc"}]`, `"vanished":3`, `"partial":true`} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("no %s in %s", want, stdout)
		}
	}
}
