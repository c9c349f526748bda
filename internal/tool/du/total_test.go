package du

import (
	"math"
	"strings"
	"testing"

	"baton/internal/disktree"
	"baton/internal/ui"
	"github.com/google/go-cmp/cmp"
)

func TestTotal(t *testing.T) {
	tests := []struct {
		name string
		set  func(*run)
		want string
	}{
		{"nothing", func(*run) {}, "0 B in 0 files, 0 directories  0.00 s"},
		{"one", func(r *run) {
			r.tree.Total = disktree.Tally{Apparent: 1023, Files: 1, Dirs: 1}
		}, "1023 B in 1 file, 1 directory  0.00 s"},
		{"exact", func(r *run) {
			r.tree.Total = disktree.Tally{Apparent: 1 << 40, Files: 1e6, Dirs: 2}
			r.seconds = 61.237
		}, "1.0 TiB in 1,000,000 files, 2 directories  (1,099,511,627,776 bytes)  61.24 s"},
		{"no room for exact bytes", func(r *run) {
			r.tree.Total = disktree.Tally{Apparent: 1 << 40, Files: 1e6, Dirs: 1e5}
			r.seconds, r.failed, r.tree.Partial = 61.237, 1, true
		}, "1.0 TiB in 1,000,000 files, 100,000 directories  61.24 s  1 error  partial"},
		{"beyond 64 bits", func(r *run) {
			r.tree.Total = disktree.Tally{Apparent: math.MaxUint64, Files: 3, Dirs: 1}
		}, "> 16 EiB in 3 files, 1 directory  0.00 s"},
		{"inodes", func(r *run) {
			r.opts.Inodes, r.tree.Total = true, disktree.Tally{Files: 3000, Dirs: 1}
		}, "3,000 files, 1 directory  0.00 s"},
		{"saved", func(r *run) {
			r.tree.Saved = &disktree.Saved{Time: now}
		}, "0 B in 0 files, 0 directories  saved 2026-05-31"},
	}
	for _, tt := range tests {
		s, _, _ := ui.Test(terminal())
		r := runOf(s, disktree.Tally{})
		tt.set(r)
		if got := r.total(); got != tt.want {
			t.Errorf("%s: got  %q\nwant %q", tt.name, got, tt.want)
		}
	}
}

// A share of more than 64 bits can count is not known.
func TestNoShareOfTooMuch(t *testing.T) {
	s, stdout, _ := ui.Test(terminal())
	r := runOf(s, disktree.Tally{Apparent: math.MaxUint64})
	half := disktree.Tally{Apparent: 1 << 63, Files: 1}
	check(t, r.printTable(&table{title: "name", whole: math.MaxUint64, rows: []row{{name: "half", tally: half}}}))
	want := `
		   size  share                 files  name
		8.0 EiB         #############         half`
	if diff := cmp.Diff(dedent(want), stdout.String()); diff != "" {
		t.Error(diff)
	}
}

func TestNotes(t *testing.T) {
	s, stdout, stderr := ui.Test(terminal())
	r := runOf(s, disktree.Tally{})
	r.tree.Skipped, r.tree.Vanished = []string{"/proc", "/s\nys"}, 1
	want := []string{"not entered, as they take no space: /proc /s\\nys", "1 file vanished while the rest was counted"}
	if diff := cmp.Diff(want, r.notes()); diff != "" {
		t.Error(diff)
	}
	r.showTotals()
	if got := strings.SplitN(stdout.String(), "\n", 2)[1]; got != strings.Join(want, "\n")+"\n" || stderr.String() != "" {
		t.Errorf("below the total stands %q; standard error has %q", got, stderr.String())
	}

	s, stdout, stderr = ui.Test(ui.Terminal{})
	r.s = s
	check(t, r.showTables())
	if want := "baton du: " + strings.Join(want, "\nbaton du: ") + "\n"; stderr.String() != want {
		t.Errorf("standard error has %q, want %q", stderr.String(), want)
	}
	if got := stdout.String(); strings.Contains(got, "proc") {
		t.Errorf("a pipe gets notes: %q", got)
	}
}
