package disktree

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"

	"baton/internal/fsdir"
)

// stopper cancels a scan after some files.
type stopper struct {
	after  int
	cancel context.CancelCauseFunc
}

func (s *stopper) File(*File) {
	if s.after--; s.after == 0 {
		s.cancel(errEnough)
	}
}

var errEnough = errors.New("enough")

func TestCancelKeepsWhatWasCounted(t *testing.T) {
	top := t.TempDir()
	for i := range 50 {
		mkdir(t, fmt.Sprint(top, "/", i, "/sub"))
		for j := range 10 {
			write(t, fmt.Sprint(top, "/", i, "/", j), 1)
			write(t, fmt.Sprint(top, "/", i, "/sub/", j), 1)
		}
	}
	mkdir(t, top+"/large")
	for j := range 10_000 {
		write(t, fmt.Sprintf("%s/large/a name that is not short, number %d", top, j), 1)
	}
	before := openFiles(t)
	for _, workers := range []int{1, 4} {
		ctx, cancel := context.WithCancelCause(context.Background())
		tree, err := Scan(ctx, []string{top}, Options{
			Workers: workers, Depth: -1, EntryDepth: -1,
			NewObserver: func() Observer { return &stopper{100, cancel} },
		})
		if !errors.Is(err, errEnough) || !errors.Is(err, context.Canceled) {
			t.Errorf("%d workers: error %v", workers, err)
		}
		if n := tree.Total.Files; !tree.Partial || n < 100 || n >= 11_000 {
			t.Errorf("%d workers: partial %v, %d files", workers, tree.Partial, n)
		}
		if got := uint64(len(files(tree.Roots[0], ""))); got != tree.Total.Files {
			t.Errorf("%d workers: %d files kept, %d counted", workers, got, tree.Total.Files)
		}
		cancel(nil)
	}
	if after := openFiles(t); after != before {
		t.Errorf("%d files are open, %d were before", after, before)
	}

	ended, cancel := context.WithCancelCause(context.Background())
	cancel(errEnough)
	for _, paths := range [][]string{{top}, {top + "/0/0"}, {}} {
		if tree, err := Scan(ended, paths, Options{}); !errors.Is(err, errEnough) || !tree.Partial {
			t.Errorf("ended before the scan of %q: %v", paths, err)
		}
	}
}

// TestCancelInLastDirectory ends the context when no directory waits any more,
// but one has not been read.
func TestCancelInLastDirectory(t *testing.T) {
	top := t.TempDir()
	write(t, top+"/f", 1)
	ctx, cancel := context.WithCancelCause(context.Background())
	tree, err := Scan(ctx, []string{top}, Options{Time: func(st *fsdir.Stat) fsdir.Time {
		cancel(errEnough)
		return st.Mtime
	}})
	if !errors.Is(err, errEnough) || !tree.Partial || tree.Total.Dirs != 1 || tree.Total.Files != 0 {
		t.Errorf("error %v, %+v", err, tree.Total)
	}
}

// openFiles returns how many files the process has open, where that can be told.
func openFiles(t *testing.T) int {
	t.Helper()
	list, _ := os.ReadDir("/proc/self/fd")
	return len(list)
}

func TestProgress(t *testing.T) {
	top := t.TempDir()
	write(t, top+"/f", 10)
	var p Progress
	if got := p.State(); got != (State{}) {
		t.Errorf("before the scan: %+v", got)
	}
	var during State
	scanOf(t, Options{Progress: &p, NewObserver: func() Observer { return observerFunc(func(*File) { during = p.State() }) }}, top)
	if during.Dir != top {
		t.Errorf("during the scan: %+v", during)
	}
}

type observerFunc func(*File)

func (f observerFunc) File(x *File) { f(x) }
