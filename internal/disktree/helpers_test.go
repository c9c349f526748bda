package disktree

import (
	"context"
	"os"
	"testing"
)

// byHandle is whether names are resolved relative to open directories. Otherwise
// what is moved during a scan has vanished.
var byHandle bool

// scanOf scans the paths with the options.
func scanOf(t *testing.T, opts Options, paths ...string) *Tree {
	t.Helper()
	tree, err := Scan(context.Background(), paths, opts)
	if err != nil {
		t.Fatalf("Scan(%q): %v", paths, err)
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
