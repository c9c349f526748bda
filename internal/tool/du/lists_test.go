package du

import (
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"baton/internal/fsdir"
	"baton/internal/ui"
	"github.com/google/go-cmp/cmp"
)

func TestExtension(t *testing.T) {
	tests := []struct{ name, want string }{
		{"a.txt", ".txt"},
		{"A.TXT", ".txt"},
		{"a.tar.gz", ".gz"},
		{"README", ""},
		{".bashrc", ""},
		{".config.toml", ".toml"},
		{"end.", ""},
		{"libc.so.6", ".so"},
		{"libicu.so.72.1", ".so"},
		{"python3.11", ""},
		{"ls.1.gz", ".gz"},
		{"track.mp3", ".mp3"},
		{"x.7z", ".7z"},
		{"Mr. Smith", ""},
		{"a.elevenchars", ".elevenchars"},
		{"a.twelve_chars", ""},
		{"a.\xff", ".\xff"},
		{"", ""},
		{".", ""},
	}
	for _, tt := range tests {
		if got := string(extension([]byte(tt.name))); got != tt.want {
			t.Errorf("extension(%q) = %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestTypes(t *testing.T) {
	tree(t, "a.go 100\n b/c.go 50\n b/d.txt 200\n b/e.txt 0\n LICENSE 30\n lib.so.1 40\n b/same.go -> a.go\n")
	o := options()
	o.View, o.Types = Lists, true
	want := `
		 size  share                 files  type
		200 B  47.6%  #############      2  .txt
		150 B  35.7%  ##########         2  .go
		 40 B   9.5%  ###                1  .so
		 30 B   7.1%  ##                 1  (none)

		420 B in 6 files, 2 directories  0.00 s`
	if diff := cmp.Diff(dedent(want), show(t, terminal(), o).stdout); diff != "" {
		t.Error(diff)
	}
	o.Rows = 1
	want = `
		 size  share                 files  type
		200 B  47.6%  #############      2  .txt
		220 B  52.4%                     4  (3 more)

		420 B in 6 files, 2 directories  0.00 s`
	if diff := cmp.Diff(dedent(want), show(t, terminal(), o).stdout); diff != "" {
		t.Error(diff)
	}
	o.Rows, o.Sort, o.Threshold = 0, ByName, 40
	if diff := cmp.Diff("150\t2\t.go\n40\t1\t.so\n200\t2\t.txt\n", show(t, ui.Terminal{}, o).stdout); diff != "" {
		t.Error(diff)
	}
}

func TestTypesByTime(t *testing.T) {
	tree(t, "a.old 100\n b.new 1\n")
	at := now.AddDate(-1, 0, 0)
	check(t, os.Chtimes("a.old", at, at))
	o := options()
	o.View, o.Types, o.Sort = Lists, true, ByMtime
	if diff := cmp.Diff("1\t1\t2026-05-31\t.new\n100\t1\t2025-05-31\t.old\n", show(t, ui.Terminal{}, o).stdout); diff != "" {
		t.Error(diff)
	}
}

func TestAgeOf(t *testing.T) {
	const day = 24 * 60 * 60
	tests := []struct {
		ago  int64
		want string
	}{
		{-1, "in the future"},
		{0, "less than a day"},
		{day - 1, "less than a day"},
		{day, "1 to 7 days"},
		{7*day - 1, "1 to 7 days"},
		{7 * day, "7 to 30 days"},
		{30 * day, "1 to 3 months"},
		{91 * day, "3 to 6 months"},
		{182 * day, "6 to 12 months"},
		{365 * day, "1 to 2 years"},
		{730 * day, "2 to 5 years"},
		{1826 * day, "more than 5 years"},
		{now.Unix(), "more than 5 years"}, // 1970
	}
	s, _, _ := ui.Test(ui.Terminal{})
	r := &run{s: s, start: now}
	for _, tt := range tests {
		if got := ages[r.ageOf(fsdir.Time{Sec: now.Unix() - tt.ago})].name; got != tt.want {
			t.Errorf("%d seconds ago is %q, want %q", tt.ago, got, tt.want)
		}
	}
	for sec, want := range map[int64]string{math.MinInt64: "more than 5 years", math.MaxInt64: "in the future"} {
		if got := ages[r.ageOf(fsdir.Time{Sec: sec})].name; got != want {
			t.Errorf("time %d is %q, want %q", sec, got, want)
		}
	}
	r.opts.Load = "file"
	if got := r.ageOf(fsdir.Time{}); got != unknownAge {
		t.Errorf("without a time: %q", ages[got].name)
	}
}

func TestAges(t *testing.T) {
	tree(t, "new 10\n week 20\n old 30\n older 40\n")
	for name, days := range map[string]int{"week": 8, "old": 400, "older": 500} {
		at := now.AddDate(0, 0, -days)
		check(t, os.Chtimes(name, at, at))
	}
	o := options()
	o.View, o.Age = Lists, true
	want := `
		size  share                 files  age
		10 B  10.0%  ##                 1  less than a day
		 0 B   0.0%                     0  1 to 7 days
		20 B  20.0%  ####               1  7 to 30 days
		 0 B   0.0%                     0  1 to 3 months
		 0 B   0.0%                     0  3 to 6 months
		 0 B   0.0%                     0  6 to 12 months
		70 B  70.0%  #############      2  1 to 2 years

		100 B in 4 files, 1 directory  0.00 s`
	if diff := cmp.Diff(dedent(want), show(t, terminal(), o).stdout); diff != "" {
		t.Error(diff)
	}
	o.Sort, o.Threshold = BySize, 1
	want = "70\t2\t1 to 2 years\n20\t1\t7 to 30 days\n10\t1\tless than a day\n"
	if diff := cmp.Diff(want, show(t, ui.Terminal{}, o).stdout); diff != "" {
		t.Error(diff)
	}
}

func TestTop(t *testing.T) {
	tree(t, "a/big 100\n a/tie2 50\n b/tie1 50\n b/tie3 50\n b/small 1\n z/link -> a/big\n 0/link -> a/tie2\n")
	at := now.AddDate(0, 0, 1)
	check(t, os.Chtimes("b/tie1", at, at))
	tests := []struct {
		n    int
		sort Sort
		min  int64
		want string
	}{
		{1, DefaultSort, 0, "a/big"},
		{2, DefaultSort, 0, "a/big 0/link"},
		{3, DefaultSort, 0, "a/big 0/link b/tie1"}, // of equal sizes, the smallest paths
		{3, ByName, 0, "0/link a/big b/tie1"},      // the same files in another order
		{3, ByMtime, 0, "b/tie1 0/link a/big"},
		{100, BySize, 0, "a/big 0/link b/tie1 b/tie3 b/small"},
		{100, BySize, 50, "a/big 0/link b/tie1 b/tie3"},
		{100, BySize, -50, "0/link b/tie1 b/tie3 b/small"},
	}
	for _, tt := range tests {
		for _, workers := range []int{1, 4} {
			o := options()
			o.View, o.Top, o.Sort, o.Threshold, o.Workers = Lists, tt.n, tt.sort, tt.min, workers
			var got []string
			for line := range strings.Lines(show(t, ui.Terminal{}, o).stdout) {
				fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
				got = append(got, strings.TrimPrefix(fields[2], "./"))
			}
			if diff := cmp.Diff(strings.Fields(tt.want), got); diff != "" {
				t.Errorf("top %d, sort %d, %d workers: %s", tt.n, tt.sort, workers, diff)
			}
		}
	}
}

// Of a path that is too long, the end is shown. Lists are kept apart.
func TestLists(t *testing.T) {
	long := strings.Repeat("long/", 20)
	tree(t, long+"file.go 1500\n")
	o := options(".")
	o.View, o.Top, o.Types, o.Age = Lists, 9, true, true
	o.TimeStyle = func(tm fsdir.Time) string { return time.Unix(tm.Sec, 0).UTC().Format(time.DateOnly) }
	want := `
		   size  modified    path
		1.5 KiB  2026-05-31  …/long/long/long/long/long/long/long/long/long/long/file.go

		   size   share                 files  type
		1.5 KiB  100.0%  #############      1  .go

		   size   share                 files  age
		1.5 KiB  100.0%  #############      1  less than a day

		1.5 KiB in 1 file, 21 directories  (1,500 bytes)  0.00 s`
	if diff := cmp.Diff(dedent(want), show(t, terminal(), o).stdout); diff != "" {
		t.Error(diff)
	}
}

func TestShared(t *testing.T) {
	tree(t, "a/x 100\n b/y -> a/x\n b/z -> a/x\n b/own 50\n c/p 30\n c/q -> c/p\n top 7\n")
	o := options()
	o.Shared = true
	want := `
		 size  share            files  shared  unique  name
		100 B  53.5%  ########      1   100 B     0 B  a/
		 50 B  26.7%  ####          1   100 B    50 B  b/
		 30 B  16.0%  ##            1     0 B    30 B  c/
		  7 B   3.7%  #                                top

		187 B in 4 files, 4 directories  0.00 s`
	if diff := cmp.Diff(dedent(want), show(t, terminal(), o).stdout); diff != "" {
		t.Error(diff)
	}
	want = "100\t1\t100\t0\ta/\n50\t1\t100\t50\tb/\n30\t1\t0\t30\tc/\n7\t1\t\t\ttop\n"
	if diff := cmp.Diff(want, show(t, ui.Terminal{}, o).stdout); diff != "" {
		t.Error(diff)
	}
}
