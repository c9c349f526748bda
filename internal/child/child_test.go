//go:build unix

package child

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"baton/internal/exit"
	"baton/internal/ui"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

func TestRun(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	tests := []struct {
		name string
		args []string
		code int
		err  string
	}{
		{"success", []string{"true"}, 0, ""},
		{"code", []string{"sh", "-c", "exit 3"}, 3, ""},
		{"high code", []string{"sh", "-c", "exit 255"}, 255, ""},
		{"killed", []string{"sh", "-c", "kill -KILL $$"}, 137, ""},
		{"interrupted", []string{"sh", "-c", "kill -INT $$"}, 130, ""},
		{"not found", []string{"no-such-command"}, 127, "no-such-command: command not found"},
		{"no such file", []string{filepath.Join(dir, "none")}, 127, "command not found"},
		{"no permission", []string{write("text", "text", 0o644)}, 126, "permission denied"},
		{"directory", []string{dir}, 126, "permission denied"},
		{"no program", []string{write("data", "\x00\x01", 0o755)}, 126, "not a program"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, _, _ := ui.Test(ui.Terminal{})
			// In the background SIGINT may be ignored, which commands would inherit.
			err := Run(Command(t.Context(), tt.args, s), Options{CatchIgnored: true}, nil)
			if got := exit.Code(err); got != tt.code {
				t.Errorf("code = %d, want %d (%v)", got, tt.code, err)
			}
			if tt.err != "" && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("error = %q, want %q", err, tt.err)
			}
		})
	}
}

func TestStreams(t *testing.T) {
	s, stdout, stderr := ui.Test(ui.Terminal{Stdin: strings.NewReader("in")})
	started := false
	cmd := Command(t.Context(), []string{"sh", "-c", "cat; echo err >&2"}, s)
	if err := Run(cmd, Options{}, func() { started = true }); err != nil {
		t.Fatal(err)
	}
	if stdout.String() != "in" || stderr.String() != "err\n" || !started {
		t.Errorf("stdout %q, stderr %q, started %v", stdout, stderr, started)
	}
}

func TestEndOfContextTerminates(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	s, _, _ := ui.Test(ui.Terminal{})
	err := Run(Command(ctx, []string{"sleep", "1000"}, s), Options{}, cancel)
	if got := exit.Code(err); got != exit.Terminated {
		t.Errorf("code = %d (%v), want %d", got, err, exit.Terminated)
	}
}
