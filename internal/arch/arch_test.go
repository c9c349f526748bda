package arch

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestLayers checks the module as it is, for each system that it has files for.
func TestLayers(t *testing.T) {
	root := filepath.Join("..", "..")
	dependOn(t, root)
	for _, goos := range []string{"linux", "darwin", "windows", "freebsd"} {
		t.Run(goos, func(t *testing.T) {
			pkgs := list(t, root, goos)
			if len(pkgs) == 0 {
				t.Fatal("go list found no package")
			}
			for _, w := range check(pkgs) {
				t.Error(w)
			}
		})
	}
}

// dependOn reads the directories below root. The go command sees this test do
// so, and does not reuse its result once a file there has changed.
func dependOn(t *testing.T, root string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist): // the scratch file of another test
			return nil
		case err == nil && d.IsDir() && slices.Contains([]string{".git", "bench"}, d.Name()):
			return filepath.SkipDir
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// list asks the go command for the packages of the module in dir.
func list(t *testing.T, dir, goos string) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Name,Doc,GoFiles,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOOS="+goos, "CGO_ENABLED=0")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, &stderr)
	}
	var pkgs []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs
		} else if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
}

// TestPlanted runs the whole check on a module with one forbidden import, in a
// file that only Windows builds.
func TestPlanted(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":              "module baton\n\ngo 1.26.0\n",
		"task/task.go":        "// Package task is a block.\npackage task\n",
		"task/sys_windows.go": "package task\n\nimport _ \"baton/internal/ui\"\n",
		"internal/ui/ui.go":   "// Package ui draws.\npackage ui\n",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if wrong := check(list(t, dir, "linux")); len(wrong) > 0 {
		t.Errorf("linux: %q, want nothing", wrong)
	}
	want := []string{"baton/task imports baton/internal/ui: layer block may import block, schedule, sysconn, not ui"}
	if wrong := check(list(t, dir, "windows")); !slices.Equal(wrong, want) {
		t.Errorf("windows: got %q, want %q", wrong, want)
	}
}

// TestForbidden plants imports and sees which are refused.
func TestForbidden(t *testing.T) {
	tests := []struct {
		from, imp string
		ok        bool
	}{
		{"baton/cmd/baton", "baton/internal/cli", true},
		{"baton/cmd/baton", "baton/internal/sig", true},
		{"baton/cmd/baton", "github.com/spf13/cobra", true},
		{"baton/cmd/baton", "baton/internal/tool/du", false},
		{"baton/internal/cli", "baton/internal/tool/du", true},
		{"baton/internal/cli", "baton/internal/ui", true},
		{"baton/internal/cli", "baton/task", true},
		{"baton/internal/cli", "github.com/spf13/cobra/doc", true},
		{"baton/internal/cli", "baton/cmd/baton", false},
		{"baton/internal/cli", "github.com/maypok86/otter/v2", false},

		{"baton/internal/tool/du", "baton/internal/ui", true},
		{"baton/internal/tool/du", "baton/internal/blocksize", true},
		{"baton/internal/tool/du", "baton/worklist", true},
		{"baton/internal/tool/du", "baton/internal/tool/du/walk", true},
		{"baton/internal/tool/du/walk", "baton/internal/tool/du", true},
		{"baton/internal/tool/du", "golang.org/x/sys/unix", true},
		{"baton/internal/tool/spin", "github.com/creack/pty", true},
		{"baton/internal/tool/du", "github.com/creack/pty", false},
		{"baton/internal/tool/du", "baton/internal/tool/dup", false},
		{"baton/internal/tool/du", "baton/internal/tool/crawl", false},
		{"baton/internal/tool/du/walk", "baton/internal/tool/crawl/page", false},
		{"baton/internal/tool/du", "baton/internal/cli", false},
		{"baton/internal/tool/du", "github.com/spf13/cobra", false},
		{"baton/internal/tool/du", "github.com/spf13/pflag", false},

		{"baton/internal/ui", "baton/task", true},
		{"baton/internal/ui", "golang.org/x/term", true},
		{"baton/internal/ui", "baton/internal/tool/du", false},
		{"baton/internal/ui", "baton/internal/cli", false},
		{"baton/internal/sig", "baton/internal/exit", true},
		{"baton/internal/child", "baton/internal/ui", true},
		{"baton/internal/child", "baton/internal/tool/spin", false},
		{"baton/internal/child", "baton/internal/cli", false},
		{"baton/internal/sig", "github.com/spf13/pflag", false},

		{"baton/task", "context", true},
		{"baton/worklist", "baton/task", true},
		{"baton/memo", "github.com/maypok86/otter/v2", true},
		{"baton/flight", "github.com/maypok86/otter/v2", false},
		{"baton/memo", "github.com/maypok86/otter", false},
		{"baton/task", "golang.org/x/sys/unix", false},
		{"baton/task", "golang.org/x/sync/errgroup", false},
		{"baton/task", "baton/internal/exit", false},
		{"baton/task", "baton/internal/ui", false},
		{"baton/task", "go.uber.org/goleak", false},

		{"baton/examples/du", "baton/worklist", true},
		{"baton/examples/du", "baton/internal/tool/du", false},
	}
	for _, tt := range tests {
		wrong := check([]pkg{{ImportPath: tt.from, Imports: []string{"fmt", tt.imp}}})
		if tt.ok != (len(wrong) == 0) {
			t.Errorf("%s imports %s: got %q, want ok = %v", tt.from, tt.imp, wrong, tt.ok)
		}
	}
}

// TestForbiddenInTests does the same for the imports of test files.
func TestForbiddenInTests(t *testing.T) {
	tests := []struct {
		imp string
		ok  bool
	}{
		{"testing/synctest", true},
		{"baton/internal/cli", true},
		{"go.uber.org/goleak", true},
		{"github.com/google/go-cmp/cmp", true},
		{"golang.org/x/sync/errgroup", false},
		{"github.com/stretchr/testify/assert", false},
	}
	for _, tt := range tests {
		inside := check([]pkg{{ImportPath: "baton/task", TestImports: []string{tt.imp}}})
		outside := check([]pkg{{ImportPath: "baton/task", XTestImports: []string{tt.imp}}})
		if tt.ok != (len(inside) == 0) || tt.ok != (len(outside) == 0) {
			t.Errorf("%s: got %q and %q, want ok = %v", tt.imp, inside, outside, tt.ok)
		}
	}
}

func TestComments(t *testing.T) {
	tests := []struct {
		pkg pkg
		ok  bool
	}{
		{pkg{ImportPath: "baton/task", Name: "task", Doc: "Package task runs goroutines.", GoFiles: []string{"task.go"}}, true},
		{pkg{ImportPath: "baton/cmd/baton", Name: "main", GoFiles: []string{"main.go"}}, true},
		{pkg{ImportPath: "baton/internal/arch", Name: "arch"}, true}, // test files only
		{pkg{ImportPath: "baton/task", Name: "task", GoFiles: []string{"task.go"}}, false},
		{pkg{ImportPath: "baton/task", Name: "task", Doc: "Package tasks runs.", GoFiles: []string{"task.go"}}, false},
	}
	for _, tt := range tests {
		if wrong := check([]pkg{tt.pkg}); tt.ok != (len(wrong) == 0) {
			t.Errorf("%+v: got %q, want ok = %v", tt.pkg, wrong, tt.ok)
		}
	}
}

// TestTables checks that the tables name only what exists: a word that is
// misspelt would forbid or allow nothing.
func TestTables(t *testing.T) {
	names := []string{"tests", "memo"}
	for _, l := range layers {
		names = append(names, l.name)
	}
	for _, l := range layers {
		for _, m := range l.may {
			if !slices.Contains(names, m) {
				t.Errorf("layer %s may import %q, which is no layer", l.name, m)
			}
		}
	}
	for _, d := range dependencies {
		for _, by := range d.by {
			if !slices.Contains(names, by) && !strings.HasPrefix(by, "internal/") {
				t.Errorf("%s is imported by %q, which is no layer and no package", d.path, by)
			}
		}
	}
}
