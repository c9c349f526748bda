package du

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"baton/internal/disktree"
	"baton/internal/ncdu"
	"baton/internal/ui"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestChanges(t *testing.T) {
	tests := []struct {
		name   string
		before string
		change func(*testing.T)
		set    func(*Options)
		want   string
	}{
		{"nothing", house, func(*testing.T) {}, nil, ""},
		{"grew and shrank", house, func(t *testing.T) { grow(t, "door 2100\n cellar/wine 1\n") }, nil, `
			-499 500 1 shrank ./cellar/wine
			100 2000 2100 grew ./door`},
		{"new and gone", house, func(t *testing.T) {
			grow(t, "garden/pond/fish 5\n garden/tree 70\n attic/hat 7\n")
			check(t, os.RemoveAll("cellar"))
			check(t, os.Remove("door"))
		}, nil, `
			-2000 2000 0 gone ./door
			-550 550 0 gone ./cellar/
			75 0 75 new ./garden/
			7 0 7 new ./attic/hat`},
		{"a file became a directory", house, func(t *testing.T) {
			check(t, os.Remove("door"))
			grow(t, "door/knob 2000\n")
		}, nil, `
			-2000 2000 0 gone ./door
			2000 0 2000 new ./door/`},
		{"a directory became a file", house, func(t *testing.T) {
			check(t, os.RemoveAll("cellar"))
			grow(t, "cellar 550\n")
		}, nil, `
			-550 550 0 gone ./cellar/
			550 0 550 new ./cellar`},
		{"a name less counts elsewhere", "a/x 100\n b/y -> a/x\n", func(t *testing.T) {
			check(t, os.Remove("a/x"))
		}, nil, `
			-100 100 0 gone ./a/x
			100 0 100 grew ./b/y`},
		{"a name more counts here", "b/y 100\n a/\n", func(t *testing.T) {
			grow(t, "a/x -> b/y\n")
		}, nil, `
			100 0 100 new ./a/x
			-100 100 0 shrank ./b/y`},
		{"a name more that doesn't count", "a/x 100\n b/\n", func(t *testing.T) {
			grow(t, "b/y -> a/x\n")
		}, nil, ""},
		{"all names count", "a/x 100\n b/\n", func(t *testing.T) {
			grow(t, "b/y -> a/x\n")
		}, func(o *Options) { o.CountLinks = true }, `
			100 0 100 new ./b/y`},
		{
			"all names counted before", "a/x 100\n b/y -> a/x\n", func(*testing.T) {},
			func(o *Options) { o.CountLinks = true }, "",
		},
		{"by directory", house, func(t *testing.T) {
			grow(t, "cellar/beer/c 10\n cellar/beer/deep/d 5\n cellar/wine 600\n door 1\n")
		}, func(o *Options) { o.MaxDepth = 1 }, `
			-1999 2000 1 shrank ./door
			115 550 665 grew ./cellar/`},
		{
			"all in one", house, func(t *testing.T) { grow(t, "cellar/beer/c 10\n door 1\n") },
			func(o *Options) { o.MaxDepth = 0 }, `
			-1989 6550 4561 shrank ./`,
		},
		{
			"from a size", house, func(t *testing.T) { grow(t, "door 2100\n cellar/wine 1\n attic/box 2900\n") },
			func(o *Options) { o.Threshold = 100 }, `
			-499 500 1 shrank ./cellar/wine
			-100 3000 2900 shrank ./attic/box
			100 2000 2100 grew ./door`,
		},
		{
			"by name", house, func(t *testing.T) { grow(t, "door 2100\n cellar/wine 1\n") },
			func(o *Options) { o.Sort = ByName }, `
			-499 500 1 shrank ./cellar/wine
			100 2000 2100 grew ./door`,
		},
		{
			"inodes", house, func(t *testing.T) { grow(t, "door 2100\n garden/tree 70\n") },
			func(o *Options) { o.Inodes = true }, `
			2 0 2 new ./garden/`,
		},
		{
			"no more rows", house, func(t *testing.T) { grow(t, "door 2100\n cellar/wine 1\n") },
			func(o *Options) { o.Rows = 1 }, `
			-499 500 1 shrank ./cellar/wine`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tree(t, tt.before)
			o := options()
			o.Since = save(t, "s.gz", o)
			o.View = Lists
			if tt.set != nil {
				tt.set(&o)
			}
			tt.change(t)
			got := show(t, ui.Terminal{}, o)
			if got.err != nil || got.stderr != "" {
				t.Errorf("%v: %s", got.err, got.stderr)
			}
			want := strings.TrimPrefix(strings.ReplaceAll(dedent(tt.want), " ", "\t"), "\n")
			if diff := cmp.Diff(want, got.stdout); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestChangesOnATerminal(t *testing.T) {
	tree(t, house)
	o := options()
	o.Since = save(t, "s.gz", o)
	o.View = Lists
	want := `
		(no changes)

		the same size as at 2026-05-31: 6.4 KiB
		6.4 KiB in 6 files, 5 directories  (6,550 bytes)  0.00 s`
	if diff := cmp.Diff(dedent(want), show(t, terminal(), o).stdout); diff != "" {
		t.Error(diff)
	}
	grow(t, "door 9000\n attic/box 1\n garden/tree 70\n")
	o.Rows = 2
	want = `
		  change   before      now          path
		+6.8 KiB  2.0 KiB  8.8 KiB  grew    ./door
		-2.9 KiB  2.9 KiB      1 B  shrank  ./attic/box
		   +70 B      0 B     70 B          (1 more)

		+4.0 KiB since 2026-05-31: 10.4 KiB, was 6.4 KiB
		10.4 KiB in 7 files, 6 directories  (10,621 bytes)  0.00 s`
	if diff := cmp.Diff(dedent(want), show(t, terminal(), o).stdout); diff != "" {
		t.Error(diff)
	}
}

// The saved measurement is read before it is replaced.
func TestSinceAndSaveInOne(t *testing.T) {
	tree(t, house)
	o := options()
	o.Since = save(t, "s.gz", o)
	o.Save, o.View = o.Since, Lists
	for _, size := range []int{2001, 2002} {
		grow(t, fmt.Sprintf("door %d\n", size))
		got := show(t, ui.Terminal{}, o)
		if want := fmt.Sprintf("1\t%d\t%d\tgrew\t./door\n", size-1, size); got.stdout != want {
			t.Errorf("got %+v, want %q", got, want)
		}
	}
	if got := show(t, ui.Terminal{}, func() Options { p := o; p.Save = ""; return p }()); got.stdout != "" {
		t.Errorf("changes since the last time: %s", got.stdout)
	}
}

func TestSinceAnotherPlace(t *testing.T) {
	tree(t, house)
	o := options("attic")
	o.Since = save(t, "s.gz", o)
	o.Paths, o.View = []string{"cellar"}, Lists
	if got := show(t, ui.Terminal{}, o); !strings.Contains(got.stderr, "/attic, not of ") {
		t.Errorf("no note: %q", got.stderr)
	}
}

// drawTree draws a tree of few names, so that two of them have much in common,
// with files that have several names.
func drawTree(t *rapid.T, label string) []byte {
	var b bytes.Buffer
	w := ncdu.NewWriter(&b)
	size := rapid.Uint64Range(0, 1<<40)
	own := make(map[uint64]uint64) // sizes by inode
	var dir func(name string, depth int)
	dir = func(name string, depth int) {
		w.EnterDir(&ncdu.Entry{Name: []byte(name), DSize: size.Draw(t, "dir") &^ 511, Dev: 1})
		for _, name := range []string{"a", "a.b", "b", "\xff"} {
			switch rapid.IntRange(0, 4).Draw(t, name) {
			case 0:
				if depth < 3 {
					dir(name, depth+1)
				}
			case 1:
				n := size.Draw(t, "file")
				w.File(&ncdu.Entry{Name: []byte(name), ASize: n, DSize: n &^ 511})
			case 2:
				ino := rapid.Uint64Range(1, 3).Draw(t, "inode")
				if _, ok := own[ino]; !ok {
					own[ino] = size.Draw(t, "linked")
				}
				w.File(&ncdu.Entry{Name: []byte(name), ASize: own[ino], DSize: own[ino] &^ 511, HardLink: true, Ino: ino, NLink: 9})
			}
		}
		w.LeaveDir()
	}
	w.Begin(ncdu.Header{Prog: label})
	dir("/root", 0)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Whatever the trees, the changes add up to the change of the total, come in one
// order only, and no path is named twice as the same kind of thing.
func TestChangesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		opts := disktree.Options{Depth: -1, EntryDepth: -1, Paths: true, CountLinks: rapid.Bool().Draw(t, "links")}
		load := func(label string) *disktree.Tree {
			tree, err := disktree.Load(t.Context(), bytes.NewReader(drawTree(t, label)), opts)
			if err != nil {
				t.Fatal(err)
			}
			return tree
		}
		r := &run{opts: options(), before: load("before"), tree: load("now")}
		r.opts.MaxDepth = rapid.IntRange(-1, 4).Draw(t, "depth")
		r.opts.Inodes = rapid.Bool().Draw(t, "count")
		r.opts.Apparent = rapid.Bool().Draw(t, "apparent")

		changes := r.changes()
		var sum uint64 // modulo 2^64, as is the difference below
		seen := make(map[string]bool)
		for i, c := range changes {
			sum += c.after - c.before
			key := fmt.Sprint(c.dir, c.path)
			if seen[key] {
				t.Errorf("%s is there twice", c.path)
			}
			seen[key] = true
			if i > 0 && c.size() > changes[i-1].size() {
				t.Errorf("%s comes after a smaller change", c.path)
			}
		}
		if want := r.size(&r.tree.Total) - r.size(&r.before.Total); sum != want {
			t.Errorf("changes add up to %d, the total changed by %d", int64(sum), int64(want))
		}
		if !slices.Equal(changes, r.changes()) {
			t.Error("the order differs the second time")
		}
		r.before, r.tree = r.tree, r.before
		if len(r.changes()) != len(changes) {
			t.Errorf("%d changes one way, %d the other", len(changes), len(r.changes()))
		}
	})
}
