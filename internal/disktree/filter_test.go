package disktree

import (
	"bytes"
	"slices"
	"testing"
)

// files returns the paths of all files in a tree, relative to its root.
func files(n *Node, prefix string) []string {
	var list []string
	for _, e := range n.Entries() {
		list = append(list, prefix+e.Name)
	}
	for _, c := range n.Children() {
		list = append(list, files(c, prefix+c.Name+"/")...)
	}
	slices.Sort(list)
	return list
}

func TestIgnoreVCS(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	top := t.TempDir()
	for _, d := range []string{"/.git/objects", "/.git/refs", "/build", "/src/build", "/src/deep", "/plain"} {
		mkdir(t, top+d)
	}
	writeText(t, top+"/.git/HEAD", "ref: refs/heads/main\n")
	writeText(t, top+"/.gitignore", "/build/\n*.o\n")
	writeText(t, top+"/src/.gitignore", "!keep.o\ndeep/x\n")
	for _, f := range []string{"/build/a", "/a.o", "/src/build/b", "/src/keep.o", "/src/b.o", "/src/deep/x", "/src/deep/y"} {
		write(t, top+f, 1)
	}
	opts := Options{Depth: -1, EntryDepth: -1, IgnoreVCS: true, Workers: 2}
	want := []string{".gitignore", "src/.gitignore", "src/build/b", "src/deep/y", "src/keep.o"}
	if got := files(scanOf(t, opts, top).Roots[0], ""); !slices.Equal(got, want) {
		t.Errorf("the work tree has %q, want %q", got, want)
	}
	// From within, the rules above apply all the same.
	want = []string{".gitignore", "build/b", "deep/y", "keep.o"}
	if got := files(scanOf(t, opts, top+"/src").Roots[0], ""); !slices.Equal(got, want) {
		t.Errorf("a directory in it has %q, want %q", got, want)
	}
}

func TestExclude(t *testing.T) {
	top := t.TempDir()
	mkdir(t, top+"/a/b")
	write(t, top+"/a/f", 1)
	write(t, top+"/a/b/g", 1)
	opts := Options{Depth: -1, EntryDepth: -1, Exclude: func(path []byte) bool { return bytes.HasSuffix(path, []byte("a/b")) }}
	if got := files(scanOf(t, opts, top).Roots[0], ""); !slices.Equal(got, []string{"a/f"}) {
		t.Errorf("left over: %q", got)
	}
	opts.Exclude = func([]byte) bool { return true }
	if tree := scanOf(t, opts, top); len(tree.Roots) != 0 || len(tree.Errors) != 0 {
		t.Errorf("an excluded path became a root: %v", tree)
	}
}
