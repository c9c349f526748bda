package du

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"baton/internal/exit"
	"baton/internal/ncdu"
	"baton/internal/ui"
	diff "github.com/google/go-cmp/cmp"
)

const linked = house + `
	attic/wine -> cellar/wine
	wine       -> cellar/wine
	attic/copy -> attic/box
`

// save measures the current directory and returns the file that has it.
func save(t *testing.T, name string, o Options) string {
	t.Helper()
	o.View, o.Save = Nothing, filepath.Join(t.TempDir(), name)
	if got := show(t, ui.Terminal{}, o); got.err != nil || got.stdout+got.stderr != "" {
		t.Fatalf("saving: %+v", got)
	}
	return o.Save
}

// What is loaded looks like what was scanned, in every view.
func TestSavedLooksTheSame(t *testing.T) {
	tree(t, linked+"odd\xff\\na 9\n")
	for i, dir := range []string{"attic", "cellar", "cellar/beer", "empty", "."} {
		at := now.AddDate(0, 0, i) // whole seconds, as they are saved
		check(t, os.Chtimes(dir, at, at))
	}
	for _, name := range []string{"s.json", "s.gz"} {
		file := save(t, name, options())
		views := map[string]func(*Options){
			"table":    func(*Options) {},
			"on disk":  func(o *Options) { o.Apparent = false },
			"by time":  func(o *Options) { o.Sort = ByMtime },
			"shared":   func(o *Options) { o.Shared = true },
			"links":    func(o *Options) { o.CountLinks = true },
			"inodes":   func(o *Options) { o.Inodes = true },
			"lines":    func(o *Options) { o.View, o.All = Lines, true },
			"separate": func(o *Options) { o.View, o.Separate = Lines, true },
			"lists":    func(o *Options) { o.View, o.Top, o.Types, o.Age = Lists, 5, true, true },
			"since":    func(o *Options) { o.View, o.Since = Lists, file },
			"JSON":     func(o *Options) { o.View, o.All, o.MaxDepth, o.Top = JSON, true, 9, 9 },
		}
		abs, err := os.Getwd()
		check(t, err)
		for view, set := range views {
			scanned, loaded := options(abs), options()
			loaded.Load = file
			set(&scanned)
			set(&loaded)
			want, got := show(t, terminal(), scanned), show(t, terminal(), loaded)
			got.stdout = strings.ReplaceAll(got.stdout, "  saved 2026-05-31", "  0.00 s")
			if d := diff.Diff(fmt.Sprint(want), fmt.Sprint(got)); d != "" {
				t.Errorf("%s, %s: %s", name, view, d)
			}
		}
	}
}

func TestSaveWhatWasLoaded(t *testing.T) {
	tree(t, linked)
	first := save(t, "first.json", options())
	o := options()
	o.Load = first
	second := save(t, "second.json", o)
	a, err := os.ReadFile(first)
	check(t, err)
	b, err := os.ReadFile(second)
	check(t, err)
	if d := diff.Diff(string(a), string(b)); d != "" {
		t.Error(d)
	}
}

// What was left out, or could not be read, stays that.
func TestSaveKeepsMarks(t *testing.T) {
	t.Chdir(t.TempDir())
	export := `[1,2,{"progname":"baton","progver":"","timestamp":1780237800},
[{"name":"/x","asize":4096,"dsize":4096,"dev":1,"read_error":true},
{"name":"dev","dev":7,"excluded":"otherfs"},
{"name":"f","asize":10,"dsize":512,"ino":3,"hlnkc":true,"nlink":2},
{"name":"g","asize":10,"dsize":512,"ino":3,"hlnkc":true,"nlink":2},
{"name":"pipe","notreg":true},
{"name":"proc","dev":8,"excluded":"kernfs"},
{"name":"tmp","excluded":"pattern"}]]`
	check(t, os.WriteFile("s.json", []byte(export), 0o666))
	o := options()
	o.Load = "s.json"
	again := save(t, "again.json", o)
	got, err := os.ReadFile(again)
	check(t, err)
	if d := diff.Diff(strings.Split(export, "\n"), strings.Split(string(got), "\n")); d != "" {
		t.Error(d)
	}
	o.Rows = -1
	want := result{stdout: "10\t1\tf\n0\t1\tpipe\n", stderr: "baton du: s.json: 1 file or directory could not be read\n"}
	if d := diff.Diff(fmt.Sprint(want), fmt.Sprint(show(t, ui.Terminal{}, o))); d != "" {
		t.Error(d)
	}
}

// The measurement is shown also where it can't be saved.
func TestSaveFails(t *testing.T) {
	tree(t, house)
	for file, want := range map[string]string{
		"none/s.gz": "cannot save 'none/s.gz': No such file or directory",
		"attic":     "cannot save 'attic': ",
		"s.zst":     "cannot save 's.zst': ncdu: zstd is not supported",
	} {
		o := options()
		o.Save = file
		got := show(t, terminal(), o)
		if got.err == nil || !strings.HasPrefix(got.err.Error(), want) || exit.Code(got.err) != exit.Failed {
			t.Errorf("--save %s: error %v, want %q", file, got.err, want)
		}
		if !strings.Contains(got.stdout, "attic/") {
			t.Errorf("--save %s shows nothing", file)
		}
	}
	o := options("door")
	o.Save = "s.gz"
	if got := show(t, terminal(), o); got.err == nil || got.err.Error() != "'door' is not a directory, as --save and --since need it" {
		t.Errorf("a file: %v", got.err)
	}
	if _, err := os.Stat("s.gz"); err == nil {
		t.Error("a file was saved")
	}
}

func TestLoadFails(t *testing.T) {
	tree(t, house)
	file := save(t, "s.json", options())
	whole, err := os.ReadFile(file)
	check(t, err)
	check(t, os.WriteFile("cut", whole[:len(whole)/2], 0o666))
	for name, want := range map[string]string{
		"none": "cannot load 'none': No such file or directory",
		"door": "cannot load 'door': ",
		"cut":  "cannot load 'cut': ",
	} {
		for _, set := range []func(*Options){
			func(o *Options) { o.Load = name },
			func(o *Options) { o.Since, o.View = name, Lists },
		} {
			o := options()
			set(&o)
			got := show(t, terminal(), o)
			if got.err == nil || !strings.HasPrefix(got.err.Error(), want) || exit.Code(got.err) != exit.Failed || got.stdout != "" {
				t.Errorf("%s: error %v, want %q; shows %q", name, got.err, want, got.stdout)
			}
		}
	}

	why := errors.New("why")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	o := options()
	o.Load = file
	if got := runContext(ctx, terminal(), o); !errors.Is(got.err, why) {
		t.Errorf("error %v, want %v", got.err, why)
	}
	o.Timeout = time.Nanosecond
	if got := show(t, terminal(), o); exit.Code(got.err) != exit.Timeout {
		t.Errorf("error %v, want one of the timeout", got.err)
	}
}

// A measurement that was cut short is marked in the file, and where that is used.
func TestSavePartial(t *testing.T) {
	tree(t, house)
	s, _, _ := ui.Test(ui.Terminal{})
	r := &run{opts: options(), s: s, start: now}
	r.opts.Save = "s.json"
	check(t, r.measure(t.Context()))
	r.tree.Partial = true
	check(t, r.save())

	o := options()
	o.Load = "s.json"
	got := show(t, terminal(), o)
	want := "saved 2026-05-31  partial\ns.json is partial: it was saved before all was counted\n"
	if got.err != nil || !strings.HasSuffix(got.stdout, want) {
		t.Errorf("loaded: %v\n%s", got.err, got.stdout)
	}
	o = options()
	o.Since, o.View = "s.json", Lists
	if got := show(t, terminal(), o); !strings.Contains(got.stdout, "s.json is partial") {
		t.Errorf("since:\n%s", got.stdout)
	}
}

// What the file has no times for is not shown as old.
func TestLoadWithoutTimes(t *testing.T) {
	t.Chdir(t.TempDir())
	check(t, os.WriteFile("s.json", []byte(`[1,2,{"progname":"ncdu","progver":"1.18","timestamp":1780237800},
[{"name":"/x","asize":4096,"dsize":4096,"dev":1},{"name":"f","asize":10,"dsize":512}]]`), 0o666))
	tests := []struct {
		name string
		set  func(*Options)
		want string
		note bool
	}{
		{"table", func(*Options) {}, "10\t1\tf\n", false},
		{"by time", func(o *Options) { o.Sort = ByMtime }, "10\t1\t\tf\n", true},
		{"age", func(o *Options) { o.View, o.Age = Lists, true }, "10\t1\tunknown\n", true},
		{"top", func(o *Options) { o.View, o.Top = Lists, 1 }, "10\t\t/x/f\n", false},
		{"lines", func(o *Options) { o.View, o.Time = Lines, Mtime }, "10\t\t/x\n", true},
	}
	for _, tt := range tests {
		o := options()
		o.Load, o.Rows = "s.json", -1
		tt.set(&o)
		got := show(t, ui.Terminal{}, o)
		note := strings.Contains(got.stderr, "s.json has no times of modification")
		if got.stdout != tt.want || note != tt.note || got.err != nil {
			t.Errorf("%s: %+v\nwant %q, a note %t", tt.name, got, tt.want, tt.note)
		}
	}
}

// needNcdu skips the test where the program isn't installed.
func needNcdu(t *testing.T) {
	t.Helper()
	if out, err := exec.Command("ncdu", "-v").Output(); err != nil || !bytes.HasPrefix(out, []byte("ncdu 1.")) {
		t.Skipf("needs ncdu 1: %v %s", err, out)
	}
}

func runNcdu(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("ncdu", append([]string{"--ignore-config", "-0"}, args...)...).CombinedOutput(); err != nil {
		t.Fatalf("ncdu %q: %v %s", args, err, out)
	}
}

// totals adds up an export as ncdu does: each file with several names once.
func totals(t *testing.T, file string) [3]uint64 {
	t.Helper()
	f, err := ncdu.Open(file, nil)
	check(t, err)
	defer f.Close()
	sum := &adder{seen: make(map[[2]uint64]bool)}
	check(t, ncdu.Read(t.Context(), f, sum))
	return sum.sums
}

type adder struct {
	sums [3]uint64 // disk, apparent of files, files and directories
	seen map[[2]uint64]bool
}

func (a *adder) Begin(ncdu.Header) error { return nil }
func (a *adder) LeaveDir() error         { return nil }
func (a *adder) EnterDir(e *ncdu.Entry) error {
	a.sums[0] += e.DSize
	a.sums[2]++
	return nil
}

func (a *adder) File(e *ncdu.Entry) error {
	id := [2]uint64{e.Dev, e.Ino}
	if e.Excluded != "" || e.HardLink && a.seen[id] {
		return nil
	}
	a.seen[id] = e.HardLink
	a.sums[0] += e.DSize
	a.sums[1] += e.ASize
	a.sums[2]++
	return nil
}

// ncdu opens what is saved here, and the other way round, with equal totals.
func TestWithNcdu(t *testing.T) {
	needNcdu(t)
	tree(t, linked+"odd\xff\\na 9\n")
	check(t, os.Symlink("door", "symlink"))
	dir := t.TempDir()
	file := filepath.Join(dir, "ncdu.json")
	runNcdu(t, "-e", "-o", file, ".")

	var want [3]uint64
	for i, set := range []func(*Options){
		func(o *Options) { o.Apparent = false },
		func(*Options) {},
		func(o *Options) { o.Inodes = true },
	} {
		scanned := options()
		scanned.View, scanned.MaxDepth = Lines, 0
		set(&scanned)
		loaded := scanned
		loaded.Load = file
		a, b := show(t, ui.Terminal{}, scanned).stdout, show(t, ui.Terminal{}, loaded).stdout
		fmt.Sscan(a, &want[i])
		if cut, _, _ := strings.Cut(b, "\t"); cut != fmt.Sprint(want[i]) {
			t.Errorf("ncdu's export: %q, scanned %q", b, a)
		}
	}

	ours, theirs := save(t, "ours.json", options()), filepath.Join(dir, "theirs.json")
	runNcdu(t, "-f", ours, "-o", theirs)
	if got := totals(t, theirs); got != want {
		t.Errorf("ncdu makes %d of ours, want %d", got, want)
	}
	if got := totals(t, file); got != want {
		t.Errorf("ncdu counts %d, we %d", got, want)
	}
}
