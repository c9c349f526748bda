package disktree

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The tests in this file and in traps_linux_test.go are the traps that programs
// of this kind fall into.

func TestHugeDirectoryIsSplit(t *testing.T) {
	top := t.TempDir()
	const files, dirs = 20_000, 500
	for i := range files {
		write(t, filepath.Join(top, fmt.Sprintf("file-with-a-longish-name-%06d", i)), 0)
	}
	for i := range dirs {
		mkdir(t, filepath.Join(top, fmt.Sprint("dir", i)))
	}
	for _, workers := range []int{1, 2, 8} {
		tree := scanOf(t, Options{Workers: workers, Depth: -1, EntryDepth: -1}, top)
		if tree.Total.Files != files || tree.Total.Dirs != dirs+1 {
			t.Errorf("%d workers: %+v, errors %v", workers, tree.Total, tree.Errors)
		}
		if n := len(tree.Roots[0].Entries()); n != files {
			t.Errorf("%d workers: %d entries", workers, n)
		}
		if n := len(tree.Roots[0].Children()); n != dirs {
			t.Errorf("%d workers: %d children", workers, n)
		}
	}
}

func TestMissingPathIsAnError(t *testing.T) {
	top := t.TempDir()
	mkdir(t, top+"/dir")
	tree := scanOf(t, Options{}, top+"/gone", top+"/dir")
	if len(tree.Errors) != 1 || !errors.Is(tree.Errors[0], fs.ErrNotExist) || len(tree.Roots) != 1 {
		t.Errorf("errors %v, roots %d", tree.Errors, len(tree.Roots))
	}
}

func TestHardLinksBelongToTheSmallestPath(t *testing.T) {
	top := t.TempDir()
	for _, d := range []string{"b", "a", "c"} {
		mkdir(t, filepath.Join(top, d))
	}
	for i := range 100 {
		f := fmt.Sprint("f", i)
		write(t, filepath.Join(top, "b", f), 10)
		for _, d := range []string{"a", "c"} {
			if err := os.Link(filepath.Join(top, "b", f), filepath.Join(top, d, f)); err != nil {
				t.Skipf("needs hard links: %v", err)
			}
		}
	}
	for range 10 {
		for _, depth := range []int{1, -1} {
			tree := scanOf(t, Options{Workers: 4, Depth: depth, Shared: true}, top)
			for _, n := range tree.Roots[0].Children() {
				want := uint64(0)
				if n.Name == "a" {
					want = 1000
				}
				if n.Total.Apparent != want {
					t.Errorf("%s: %+v, want %d bytes", n.Name, n.Total, want)
				}
				if sh := tree.Shared[n]; sh.Shared.Apparent != 1000 || sh.Unique.Apparent != 0 {
					t.Errorf("%s: shared %+v", n.Name, sh)
				}
			}
			if sh := tree.Shared[tree.Roots[0]]; sh != nil && (sh.Shared.Apparent != 0 || sh.Unique.Apparent != 1000) {
				t.Errorf("root: shared %+v", sh)
			}
		}
	}
	tree := scanOf(t, Options{}, top+"/b", top+"/a")
	if tree.Roots[0].Total.Apparent != 0 || tree.Roots[1].Total.Apparent != 1000 {
		t.Errorf("roots: %+v, %+v", tree.Roots[0].Total, tree.Roots[1].Total)
	}
}

func TestOverlappingRootsCountOnce(t *testing.T) {
	top := t.TempDir()
	mkdir(t, top+"/a")
	write(t, top+"/a/f", 100)
	for _, tc := range []struct {
		paths []string
		want  string // roots with their apparent size
	}{
		{[]string{"", "/a"}, "=100"},
		{[]string{"/a", ""}, "/a=100 =0"},
		{[]string{"", "/a/f"}, "=100"},
		{[]string{"/a/f", ""}, "/a/f=100 =0"},
		{[]string{"/a/f", "/a/f", "/a"}, "/a/f=100 /a=0"},
	} {
		var paths, got []string
		for _, p := range tc.paths {
			paths = append(paths, top+p)
		}
		tree := scanOf(t, Options{}, paths...)
		for _, n := range tree.Roots {
			got = append(got, fmt.Sprintf("%s=%d", strings.TrimPrefix(n.Name, top), n.Total.Apparent))
		}
		if s := strings.Join(got, " "); s != tc.want || tree.Total.Apparent != 100 {
			t.Errorf("%q: %s (total %d), want %s", tc.paths, s, tree.Total.Apparent, tc.want)
		}
	}
}

func TestTrimSlashes(t *testing.T) {
	for in, want := range map[string]string{
		"a": "a", "a/": "a/", "a//": "a/", "/": "/", "//": "//", "///": "/", "a//b///": "a//b/",
	} {
		if got := trimSlashes(in); got != want {
			t.Errorf("trimSlashes(%q) = %q, want %q", in, got, want)
		}
	}
}
