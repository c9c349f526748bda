package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTree builds each tree twice: the shape must be as planned, and a second
// machine must get the same tree.
func TestTree(t *testing.T) {
	for _, s := range []shape{{Entries: 3000}, {Entries: 500, Flat: true}} {
		t.Run(s.String(), func(t *testing.T) {
			first, err := tree(t.TempDir(), s)
			if err != nil {
				t.Fatal(err)
			}
			second, err := tree(t.TempDir(), s)
			if err != nil {
				t.Fatal(err)
			}
			a, b := list(t, first), list(t, second)
			if len(a) != s.Entries {
				t.Errorf("%d entries, want %d", len(a), s.Entries)
			}
			if strings.Join(a, "\n") != strings.Join(b, "\n") {
				t.Error("two builds differ")
			}
			dirs, symlinks, hardlinks, files := s.parts()
			for kind, want := range map[string]int{"d": dirs, "L": symlinks, "-": hardlinks + files} {
				n := 0
				for _, line := range a {
					if strings.HasPrefix(line, kind) {
						n++
					}
				}
				if n != want {
					t.Errorf("%d entries of kind %s, want %d", n, kind, want)
				}
			}
		})
	}
}

// list returns a line for each entry below root.
func list(t *testing.T, root string) []string {
	t.Helper()
	var lines []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == root {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		size, target := info.Size(), ""
		if info.IsDir() {
			size = 0 // the file system's own business
		}
		if info.Mode()&fs.ModeSymlink != 0 {
			if target, err = os.Readlink(path); err != nil {
				return err
			}
		}
		lines = append(lines, fmt.Sprint(info.Mode().Type(), path[len(root):], size, target))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// TestTreeIsKept checks that a finished tree is used again, and that one that
// was left half built is not.
func TestTreeIsKept(t *testing.T) {
	dir, s := t.TempDir(), shape{Entries: 100}
	root, err := tree(dir, s)
	if err != nil {
		t.Fatal(err)
	}
	extra := filepath.Join(root, "extra")
	if err := os.WriteFile(extra, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := tree(dir, s); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(extra); err != nil {
		t.Errorf("a finished tree was built again: %v", err)
	}
	if err := os.Remove(root + ".done"); err != nil {
		t.Fatal(err)
	}
	if _, err := tree(dir, s); err != nil {
		t.Fatal(err)
	}
	if got := len(list(t, root)); got != s.Entries {
		t.Errorf("a half built tree was kept: %d entries, want %d", got, s.Entries)
	}
}
