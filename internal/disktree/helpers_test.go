package disktree

import (
	"os"
	"testing"
)

// byHandle is whether names are resolved relative to open directories. Otherwise
// what is moved during a scan has vanished.
var byHandle bool

// scanOf scans the paths with the options, and once more in the way of a scan that
// has found the caches to be warm. What is at the paths must be at rest, but for blocks
// that the file system moves while it writes them out: the two are compared when two
// scans of the first kind are alike.
func scanOf(t *testing.T, opts Options, paths ...string) *Tree {
	t.Helper()
	alike := func(a, b *Tree) bool {
		return a.Total == b.Total && a.Vanished == b.Vanished && len(a.Errors) == len(b.Errors)
	}
	for {
		tree, warm := scanOnce(t, opts, false, paths...), scanOnce(t, opts, true, paths...)
		if alike(tree, warm) {
			return tree
		}
		if !alike(tree, scanOnce(t, opts, false, paths...)) {
			continue
		}
		t.Errorf("with warm caches %+v, vanished %d, errors %v, else %+v, %d, %v",
			warm.Total, warm.Vanished, warm.Errors, tree.Total, tree.Vanished, tree.Errors)
		return tree
	}
}

// scanOnce scans the paths with the options, as if the caches were warm or not.
func scanOnce(t *testing.T, opts Options, warm bool, paths ...string) *Tree {
	t.Helper()
	s := newScan(opts)
	s.warm.Store(warm)
	tree, err := s.scan(t.Context(), paths)
	if err != nil {
		t.Fatalf("scan of %q: %v", paths, err)
	}
	return tree
}

func write(t *testing.T, path string, size int) {
	t.Helper()
	check(t, os.WriteFile(path, make([]byte, size), 0o666))
}

func mkdir(t *testing.T, path string) {
	t.Helper()
	check(t, os.MkdirAll(path, 0o777))
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func writeText(t *testing.T, path, text string) {
	t.Helper()
	check(t, os.WriteFile(path, []byte(text), 0o666))
}
