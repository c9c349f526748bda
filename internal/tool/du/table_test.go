package du

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"baton/internal/disktree"
	"baton/internal/ui"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const house = `
	attic/box     3000
	attic/chest   1000
	cellar/wine   500
	cellar/beer/a 20
	cellar/beer/b 30
	door          2000
	empty/
`

func TestTable(t *testing.T) {
	tests := []struct {
		name string
		set  func(*Options)
		want string
	}{
		{"plain", func(*Options) {}, `
			   size  share                 files  name
			3.9 KiB  61.1%  #############      2  attic/
			2.0 KiB  30.5%  #######               door
			  550 B   8.4%  ##                 3  cellar/
			    0 B   0.0%                     0  empty/

			6.4 KiB in 6 files, 5 directories  (6,550 bytes)  0.00 s`},
		{"by name", func(o *Options) { o.Sort = ByName }, `
			   size  share                 files  name
			3.9 KiB  61.1%  #############      2  attic/
			  550 B   8.4%  ##                 3  cellar/
			2.0 KiB  30.5%  #######               door
			    0 B   0.0%                     0  empty/

			6.4 KiB in 6 files, 5 directories  (6,550 bytes)  0.00 s`},
		{"by count, cut", func(o *Options) { o.Sort, o.Rows = ByCount, 2 }, `
			   size  share                 files  name
			  550 B   8.4%  ##                 3  cellar/
			3.9 KiB  61.1%  #############      2  attic/
			2.0 KiB  30.5%                     1  (2 more)

			6.4 KiB in 6 files, 5 directories  (6,550 bytes)  0.00 s`},
		{"from a size", func(o *Options) { o.Threshold = 1024 }, `
			   size  share                 files  name
			3.9 KiB  61.1%  #############      2  attic/
			2.0 KiB  30.5%  #######               door

			6.4 KiB in 6 files, 5 directories  (6,550 bytes)  0.00 s`},
		{"nothing", func(o *Options) { o.Threshold = 1 << 30 }, `
			(nothing)

			6.4 KiB in 6 files, 5 directories  (6,550 bytes)  0.00 s`},
		{"inodes", func(o *Options) { o.Inodes = true }, `
			inodes  share                 files  name
			     5  45.5%  #############      3  cellar/
			     3  27.3%  ########           2  attic/
			     1   9.1%  ###                   door
			     1   9.1%  ###                0  empty/
			     1   9.1%  ###                   (the directory itself)

			6 files, 5 directories  0.00 s`},
		{"several", func(o *Options) { o.Paths = []string{"door", "attic/", "cellar"} }, `
			   size  share                 files  name
			3.9 KiB  61.1%  #############      2  attic/
			2.0 KiB  30.5%  #######               door
			  550 B   8.4%  ##                 3  cellar/

			6.4 KiB in 6 files, 3 directories  (6,550 bytes)  0.00 s`},
		{"several, of which one holds the others", func(o *Options) { o.Paths = []string{"attic", "attic/box"} }, `
			   size   share                 files  name
			3.9 KiB  100.0%  #############      2  attic/

			3.9 KiB in 2 files, 1 directory  (4,000 bytes)  0.00 s`},
		{"a file", func(o *Options) { o.Paths = []string{"door"} }, `
			   size   share                 files  name
			2.0 KiB  100.0%  #############         door

			2.0 KiB in 1 file, 0 directories  (2,000 bytes)  0.00 s`},
	}
	tree(t, house)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := options()
			tt.set(&o)
			got := show(t, terminal(), o)
			if got.err != nil || got.stderr != "" {
				t.Errorf("error %v, standard error %q", got.err, got.stderr)
			}
			if diff := cmp.Diff(strings.Split(dedent(tt.want), "\n"), strings.Split(got.stdout, "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// dedent removes the tabs before lines of a table, and its first line's end.
func dedent(text string) string {
	return strings.ReplaceAll(strings.TrimPrefix(text, "\n"), "\t", "") + "\n"
}

func TestTableOfTimes(t *testing.T) {
	tree(t, house)
	o := options()
	o.Sort, o.Rows, o.Paths = ByMtime, -1, []string{"door"}
	if got, want := show(t, ui.Terminal{}, o).stdout, "2000\t1\t2026-05-31\tdoor\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTableInAPipe(t *testing.T) {
	tree(t, house+"odd\xff\\name 7")
	o := options()
	o.Rows = 4
	got := show(t, ui.Terminal{}, o)
	want := "4000\t2\tattic/\n2000\t1\tdoor\n550\t3\tcellar/\n7\t1\todd\xff\\\\name\n"
	if diff := cmp.Diff(want, got.stdout); diff != "" || got.stderr != "" {
		t.Errorf("%s%s", diff, got.stderr)
	}
}

// In a pipe the rows add up to the total in whatever they count.
func TestRowsAddUp(t *testing.T) {
	tree(t, house+"cellar/copy -> door\n a.b -> door\n")
	for _, set := range []func(*Options){
		func(o *Options) { o.Apparent = false },
		func(o *Options) { o.Apparent = true },
		func(o *Options) { o.Inodes = true },
	} {
		o := options(".")
		o.Rows = -1
		set(&o)
		var sum, one uint64
		for line := range strings.Lines(show(t, ui.Terminal{}, o).stdout) {
			if _, err := fmt.Sscan(line, &one); err != nil {
				t.Fatal(err)
			}
			sum += one
		}
		o.View, o.MaxDepth = Lines, 0
		var want uint64
		if _, err := fmt.Sscan(show(t, ui.Terminal{}, o).stdout, &want); err != nil || sum != want {
			t.Errorf("rows add up to %d of %d (%v)", sum, want, err)
		}
	}
}

// A table leaves room for what stands around it, and cuts off no single row,
// since saying so takes as much room.
func TestTableFitsTheScreen(t *testing.T) {
	tests := []struct{ rows, height, want int }{
		{5, 24, 5},
		{19, 24, 19},
		{20, 24, 20},
		{21, 24, 19},
		{100, 24, 19},
		{100, 50, 45},
		{100, 5, 10},
	}
	for _, tt := range tests {
		s, _, _ := ui.Test(ui.Terminal{Out: true, Height: tt.height})
		r := runOf(s, disktree.Tally{})
		if got := r.room(tt.rows); got != tt.want {
			t.Errorf("%d rows of %d on %d lines, want %d", got, tt.rows, tt.height, tt.want)
		}
		r.reported, r.tree.Vanished = 3, 1
		if got := r.room(tt.rows); got > max(tt.height-5-4, 10)+1 {
			t.Errorf("%d rows of %d on %d lines with 4 more lines", got, tt.rows, tt.height)
		}
	}
}

func TestNoLineIsTooWide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(80, 220).Draw(t, "width")
		s, stdout, _ := ui.Test(ui.Terminal{Out: true, Width: width, Color: ui.ColorNever})
		size := rapid.Uint64()
		r := runOf(s, disktree.Tally{Disk: size.Draw(t, "total"), Files: size.Draw(t, "files") % 1e9, Dirs: 1e6})
		r.opts.Apparent = false
		r.failed, r.tree.Partial = 12345, true
		tab := table{title: "name", whole: r.tree.Total.Disk, shared: true, times: true}
		for range rapid.IntRange(1, 30).Draw(t, "rows") {
			x := row{name: rapid.String().Draw(t, "name"), tally: disktree.Tally{Disk: size.Draw(t, "size") % (tab.whole | 1), Files: 123456}}
			x.kind = rowKind(rapid.IntRange(0, 4).Draw(t, "kind"))
			if x.kind == dirRow {
				x.node = &disktree.Node{Total: x.tally}
			}
			tab.rows = append(tab.rows, x)
		}
		if width < 100 { // columns that not everybody asks for
			tab.shared, tab.times = false, false
		}
		if err := r.printTable(&tab); err != nil {
			t.Fatal(err)
		}
		r.showTotals()
		for line := range strings.Lines(stdout.String()) {
			line = strings.TrimSuffix(line, "\n")
			if ui.Width(line) > width {
				t.Errorf("%d columns of %d: %q", ui.Width(line), width, line)
			}
		}
	})
}

func TestBar(t *testing.T) {
	tests := []struct {
		n, largest uint64
		unicode    bool
		want       string
	}{
		{0, 1, true, ""},
		{1, 1000, true, ""},
		{1, 100, true, "▏"},
		{1, 2, true, "████"},
		{9, 16, true, "████▌"},
		{1, 1, true, "████████"},
		{math.MaxUint64, math.MaxUint64, true, "████████"},
		{1, 2, false, "####"},
		{0, 1, false, ""},
	}
	for _, tt := range tests {
		if got := bar(tt.n, tt.largest, 8, tt.unicode); got != tt.want {
			t.Errorf("bar(%d, %d) = %q, want %q", tt.n, tt.largest, got, tt.want)
		}
	}
}
