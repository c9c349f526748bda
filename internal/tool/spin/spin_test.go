//go:build unix

package spin

import (
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"baton/internal/exit"
	"baton/internal/ui"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

func TestRun(t *testing.T) {
	const script = "echo out; echo err >&2; exit "
	tests := []struct {
		name             string
		quiet            bool
		code             string
		wantOut, wantErr string
	}{
		{name: "loud", code: "0", wantOut: "out\n", wantErr: "err\n"},
		{name: "loud failure", code: "3", wantOut: "out\n", wantErr: "err\n"},
		{name: "quiet", quiet: true, code: "0"},
		{name: "quiet failure", quiet: true, code: "4", wantOut: "out\n", wantErr: "err\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("TMPDIR", t.TempDir())
			s, stdout, stderr := ui.Test(ui.Terminal{})
			err := Run(t.Context(), Options{Command: []string{"sh", "-c", script + tt.code}, Quiet: tt.quiet}, s)
			if got := exit.Code(err); got != int(tt.code[0]-'0') {
				t.Errorf("code = %d (%v), want %s", got, err, tt.code)
			}
			if diff := cmp.Diff([]string{tt.wantOut, tt.wantErr}, []string{stdout.String(), stderr.String()}); diff != "" {
				t.Error(diff)
			}
			if left, _ := os.ReadDir(os.Getenv("TMPDIR")); len(left) > 0 {
				t.Errorf("%d temporary files are left", len(left))
			}
		})
	}
}

func TestNoRoomForQuiet(t *testing.T) {
	t.Setenv("TMPDIR", "/does/not/exist")
	s, stdout, _ := ui.Test(ui.Terminal{})
	err := Run(t.Context(), Options{Command: []string{"echo", "out"}, Quiet: true}, s)
	if exit.Code(err) != exit.Failed || !strings.Contains(err.Error(), "keep the output back") {
		t.Errorf("Run = %v", err)
	}
	if stdout.String() != "" {
		t.Error("the command was run")
	}
}

func TestSpinner(t *testing.T) {
	tests := []struct {
		title, want string
		after       time.Duration
	}{
		{"", "- 0s  make -j8", 250 * time.Millisecond},
		{"Building", "| 12s  Building", 12 * time.Second},
		{"Building", "- 2m03s  Building", 123 * time.Second},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			s, _, stderr := ui.Test(ui.Terminal{Err: true, Env: map[string]string{"LANG": "C"}})
			p := start(Options{Command: []string{"make", "-j8"}, Title: tt.title}, s)
			time.Sleep(tt.after)
			synctest.Wait()
			frames := strings.Split(strings.TrimSuffix(stderr.String(), "\x1b[K"), "\r")
			if got := frames[len(frames)-1]; got != tt.want {
				t.Errorf("after %v: %q, want %q", tt.after, got, tt.want)
			}
			p.Stop()
		})
	}
}
