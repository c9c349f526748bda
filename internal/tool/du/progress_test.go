package du

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"baton/internal/disktree"
	"baton/internal/ui"
	"github.com/google/go-cmp/cmp"
)

func TestVerbose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, stdout, stderr := ui.Test(ui.Terminal{Err: true})
		r := runOf(s, disktree.Tally{Files: 3000, Dirs: 1000, Disk: 4096})
		r.opts.Verbose, r.opts.Now, r.start = true, time.Now, time.Now()
		r.reporting(t.Context(), new(disktree.Progress), func() { time.Sleep(1300 * time.Millisecond) })
		if got := strings.Count(stderr.String(), "\n"); got != 2 {
			t.Errorf("%d lines in 1.3 s:\n%s", got, stderr)
		}
		time.Sleep(700 * time.Millisecond)
		r.seconds = 2
		r.reportEnd()
		want := "0 files  0 B  0/s  \n0 files  0 B  0/s  \n3,000 files  4.0 KiB  2,000/s  in 2.00 s\n"
		if diff := cmp.Diff(want, stderr.String()); diff != "" || stdout.String() != "" {
			t.Errorf("%s%s", diff, stdout)
		}
	})
}

// TestVerboseRun is in a bubble, whose time stands still while files are looked at.
func TestVerboseRun(t *testing.T) {
	tree(t, house)
	synctest.Test(t, verboseRun)
}

func verboseRun(t *testing.T) {
	o := options()
	o.Verbose, o.View = true, Lines
	got := show(t, ui.Terminal{}, o)
	if !strings.HasPrefix(got.stderr, "6 files  ") || !strings.HasSuffix(got.stderr, "  in 0.00 s\n") || strings.Count(got.stderr, "\n") != 1 {
		t.Errorf("standard error has %q", got.stderr)
	}
	o.Verbose = false
	if quiet := show(t, ui.Terminal{}, o); quiet.stdout != got.stdout || quiet.stderr != "" {
		t.Errorf("without: %+v, with: %+v", quiet, got)
	}
}

// On a terminal the line is cut to fit, at the start of the directory's path.
func TestProgressLine(t *testing.T) {
	long := disktree.State{Files: 1, Bytes: 2048, Dir: strings.Repeat("/long\n", 20) + "/last"}
	tests := []struct {
		term ui.Terminal
		want string
	}{
		{ui.Terminal{Err: true, Width: 50}, `1 file  2.0 KiB  1,000/s  …g\n/long\n/long\n/last`},
		{ui.Terminal{}, "1 file  2.0 KiB  1,000/s  " + strings.Repeat(`/long\n`, 20) + "/last"},
	}
	for _, tt := range tests {
		s, _, _ := ui.Test(tt.term)
		r := runOf(s, disktree.Tally{})
		if diff := cmp.Diff(tt.want, r.progressLine(long)); diff != "" {
			t.Error(diff)
		}
	}
}
