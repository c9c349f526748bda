package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"baton/internal/exit"
	"baton/internal/sig"
	"baton/internal/ui"
	"github.com/google/go-cmp/cmp"
)

// run runs baton with no terminal.
func run(args ...string) (code int, stdout, stderr string) {
	s, out, err := ui.Test(ui.Terminal{})
	code = Main(args, s)
	return code, out.String(), err.String()
}

func TestUsageErrors(t *testing.T) {
	try := func(command, msg string) string {
		return command + ": " + msg + "\nTry '" + command + " --help'.\n"
	}
	tests := []struct {
		args string
		want string
	}{
		{"spni", try("baton", `unknown command "spni"; did you mean "spin"?`)},
		{"count", try("baton", `unknown command "count"; did you mean "countdown"?`)},
		{"sleep", try("baton", `unknown command "sleep"; did you mean "countdown"?`)},
		{"xyzzy", try("baton", `unknown command "xyzzy"`)},
		{"help spni", try("baton", `unknown command "spni"; did you mean "spin"?`)},
		{"--versoin", try("baton", "unknown flag --versoin; did you mean --version?")},
		{"spni --quiet -x", try("baton", `unknown command "spni"; did you mean "spin"?`)},
		{"spni --help", try("baton", `unknown command "spni"; did you mean "spin"?`)},
		{"--color never spni", try("baton", `unknown command "spni"; did you mean "spin"?`)},
		{"--bad spin", try("baton", "unknown flag --bad")},
		{"spin --tilte x", try("baton spin", "unknown flag --tilte; did you mean --title?")},
		{"spin --ti x", try("baton spin", "unknown flag --ti; did you mean --title?")},
		{"spin -quite x", try("baton spin", "unknown flag -u in -quite; did you mean --quiet?")},
		{"spin -qx", try("baton spin", "unknown flag -x in -qx")},
		{"spin -qxt", try("baton spin", "unknown flag -x in -qxt")},
		{"spin -x", try("baton spin", "unknown flag -x")},
		{"spin --title", try("baton spin", "flag --title needs a value")},
		{"spin -t", try("baton spin", "flag --title needs a value")},
		{"spin --quiet=maybe x", try("baton spin", `invalid value "maybe" for --quiet: want true or false`)},
		{"spin --color sometimes x", try("baton spin", `invalid value "sometimes" for --color: want auto, always or never`)},
		{"spin", try("baton spin", "no command to run")},
		{"countdown", try("baton countdown", "no time to count down to")},
		{"completion tcsh", try("baton completion", "want the name of a shell: bash, zsh or fish")},
		{"du --timeout -1s", try("baton du", `invalid value "-1s" for --timeout: want a duration such as 90s or 1h30m`)},
		{"du --timeout 10", try("baton du", `invalid value "10" for --timeout: want a duration such as 90s or 1h30m`)},
		{"du --time --time-style=x", try("baton du", "invalid argument 'x' for 'time style': want full-iso, long-iso, iso or +FORMAT")},
		{"docs", try("baton docs", "want man and a directory")},
	}
	for _, tt := range tests {
		t.Run(tt.args, func(t *testing.T) {
			code, stdout, stderr := run(strings.Fields(tt.args)...)
			if code != exit.Usage || stdout != "" {
				t.Errorf("code %d, standard output %q", code, stdout)
			}
			if diff := cmp.Diff(tt.want, stderr); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestErrorsAsJSON(t *testing.T) {
	code, stdout, stderr := run("--versoin", "--json")
	want := `{"error":"unknown flag --versoin; did you mean --version?","code":2,"hint":"Try 'baton --help'."}` + "\n"
	if code != exit.Usage || stdout != "" || stderr != want {
		t.Errorf("code %d, standard output %q, standard error %q", code, stdout, stderr)
	}
	if wantsJSON([]string{"spin", "--", "ls", "--json"}) {
		t.Error("a flag of another program counts")
	}
}

func TestReport(t *testing.T) {
	hinted := &exit.Error{Code: exit.Failed, Err: errors.New("port in use"), Hint: "Try --port 0."}
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"plain", errors.New("went wrong"), "baton x: went wrong\n"},
		{"hint", fmt.Errorf("listen: %w", hinted), "baton x: listen: port in use\nTry --port 0.\n"},
		{"several", errors.Join(errors.New("a"), errors.New("b")), "baton x: a\nbaton x: b\n"},
		{"unsafe", errors.New("open \x1b[31m: no such file"), "baton x: open \\x1b[31m: no such file\n"},
		{"said already", &exit.Error{Code: 3}, ""},
		{"interrupted", &sig.Cause{Signal: os.Interrupt}, ""},
		{"interrupted at", fmt.Errorf("dial: %w", &sig.Cause{Signal: os.Interrupt}), "baton x: dial: interrupted\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, _, stderr := ui.Test(ui.Terminal{})
			report(s, tt.err, message{command: "baton x"})
			if diff := cmp.Diff(tt.want, stderr.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What cannot be written is told once, unless it is that nobody reads.
func TestOutputFails(t *testing.T) {
	tests := []struct {
		err  error
		code int
		want string
	}{
		{errors.New("no space left"), exit.Failed, "baton spin: no space left\n"},
		{syscall.EPIPE, exit.ClosedPipe, ""},
		{io.ErrClosedPipe, exit.ClosedPipe, ""},
	}
	for _, tt := range tests {
		s, _, stderr := ui.Test(ui.Terminal{OutErr: tt.err})
		if code := Main([]string{"spin", "--help"}, s); code != tt.code || stderr.String() != tt.want {
			t.Errorf("%v: code %d, standard error %q; want %d, %q", tt.err, code, stderr, tt.code, tt.want)
		}
	}
}

func TestVersion(t *testing.T) {
	code, stdout, _ := run("--version")
	if code != 0 || !strings.HasPrefix(stdout, "baton ") || strings.Count(stdout, "\n") != 1 {
		t.Errorf("code %d, %q", code, stdout)
	}
	code, stdout, _ = run("--version", "--json")
	var b map[string]any
	if err := json.Unmarshal([]byte(stdout), &b); code != 0 || err != nil || b["go"] == "" || b["version"] == "" {
		t.Errorf("code %d, %v, %v", code, b, err)
	}
	full := build{Version: "v1.2.3", Commit: "0123456789abcdef", Modified: true, Go: "go1.26", OS: "linux", Arch: "amd64"}
	if got, want := full.String(), "baton v1.2.3 (commit 0123456789ab, modified) go1.26 linux/amd64"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"a", "", 1},
		{"", "ab", 2},
		{"same", "same", 0},
		{"max-dpeth", "max-depth", 1},
		{"colour", "color", 1},
		{"quite", "quiet", 1},
		{"abc", "xyz", 3},
		{"ca", "abc", 3},
	}
	for _, tt := range tests {
		if got := distance(tt.a, tt.b); got != tt.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestManPagesAreFresh(t *testing.T) {
	dir := filepath.Join("..", "..", "docs", "man")
	s, _, _ := ui.Test(ui.Terminal{})
	pages := newApp(nil, s).manPages()
	for name, page := range pages {
		kept, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Error(err)
		} else if diff := cmp.Diff(string(page), string(kept)); diff != "" {
			t.Errorf("%s is stale: run 'go generate ./internal/cli'\n%s", name, diff)
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if pages[f.Name()] == nil {
			t.Errorf("%s belongs to no command", f.Name())
		}
	}
}

func TestDocsMan(t *testing.T) {
	dir := t.TempDir()
	if code, _, stderr := run("docs", "man", dir); code != 0 {
		t.Fatalf("code %d, %s", code, stderr)
	}
	if _, err := os.Stat(filepath.Join(dir, "baton-spin.1")); err != nil {
		t.Error(err)
	}
	if code, _, stderr := run("docs", "man", filepath.Join(dir, "none")); code != exit.Failed || !strings.Contains(stderr, "no such file") {
		t.Errorf("code %d, %s", code, stderr)
	}
}
