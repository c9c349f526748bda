package du

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"baton/internal/disktree"
	"baton/internal/fsdir"
	"baton/internal/ui"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// now is the time at which tests run.
var now = time.Date(2026, 5, 31, 14, 30, 0, 0, time.UTC)

// options returns the options of tests: sizes of contents, which don't depend on
// the file system, and times that don't depend on the machine.
func options(paths ...string) Options {
	o := DefaultOptions()
	o.Paths = paths
	o.Apparent = true
	o.Now = func() time.Time { return now }
	o.TimeStyle = func(t fsdir.Time) string { return time.Unix(t.Sec, 0).UTC().Format(time.DateOnly) }
	return o
}

// A result is what Run printed and returned.
type result struct {
	stdout, stderr string
	err            error
}

func show(t testing.TB, term ui.Terminal, o Options) result {
	t.Helper()
	return runContext(t.Context(), term, o)
}

func runContext(ctx context.Context, term ui.Terminal, o Options) result {
	s, stdout, stderr := ui.Test(term)
	err := Run(ctx, o, s)
	return result{stdout.String(), stderr.String(), err}
}

// terminal is a terminal of 80 columns without colour.
func terminal() ui.Terminal {
	return ui.Terminal{Out: true, Color: ui.ColorNever, Env: map[string]string{"LANG": "C"}}
}

// tree makes files in an empty directory, and makes that the current directory.
// A line is a path with a size, which a slash at its end makes a directory and an
// arrow another name of a file.
func tree(t *testing.T, text string) {
	t.Helper()
	t.Chdir(t.TempDir())
	grow(t, text)
}

// grow makes more files in the current directory.
func grow(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		path := words[0]
		check(t, os.MkdirAll(filepath.Dir(path), 0o777))
		switch {
		case strings.HasSuffix(path, "/"):
			check(t, os.MkdirAll(path, 0o777))
		case len(words) == 3: // new -> old
			check(t, os.Link(words[2], path))
		default:
			size, err := strconv.Atoi(words[1])
			check(t, err)
			err = os.WriteFile(path, make([]byte, size), 0o666)
			if errors.Is(err, syscall.EILSEQ) {
				t.Skip("needs a file system whose names are bytes")
			}
			check(t, err)
			check(t, os.Chtimes(path, now, now))
		}
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// runOf returns a run whose tree is a single root with that total.
func runOf(s *ui.Streams, total disktree.Tally) *run {
	root := &disktree.Node{Name: "root", Total: total}
	return &run{opts: options(), s: s, start: now, tree: &disktree.Tree{Roots: []*disktree.Node{root}, Total: total}}
}
