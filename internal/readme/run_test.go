//go:build unix

package readme

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
)

// standIns are the commands that are not run as they stand.
var standIns = map[string]string{
	// These would run this test again. CI runs both.
	"go test ./...": "go list ./...",
	"bash .ci/run":  "bash -n .ci/run",
}

// home is what lies in the home directory that the commands see.
var home = map[string]int{
	"music/a.flac":         31_000_000,
	"music/b.flac":         25_000_000,
	"photos/2024/sea.jpg":  4_000_000,
	"photos/2024/hill.jpg": 3_000_000,
	"photos/2025/dog.jpg":  6_000_000,
	"src/baton/main.go":    900,
	"src/baton/baton":      2_500_000,
	"notes.txt":            12_000,
}

// TestREADME runs the command blocks of README.md in a scratch home directory,
// from a copy of the module, and compares what they print.
func TestREADME(t *testing.T) {
	root := filepath.Join("..", "..")
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks, err := Blocks(string(text))
	if err != nil {
		t.Fatalf("README.md: %v", err)
	}
	if len(blocks) == 0 {
		t.Fatal("README.md has no command block")
	}
	box := newSandbox(t, root)
	for _, b := range blocks {
		t.Run(fmt.Sprintf("line %d", b.Line), func(t *testing.T) {
			results := box.run(t, b)
			for i, c := range b.Commands {
				if i >= len(results) {
					t.Fatalf("README.md:%d: %s: did not end; the shell printed\n%s", c.Line, c.Text, box.rest)
				}
				if r := results[i]; r.status != 0 {
					t.Errorf("README.md:%d: %s: exit status %d\n%s", c.Line, c.Text, r.status, r.out)
				} else if c.Shown != "" && !Match(c.Shown, r.out) {
					t.Errorf("README.md:%d: %s: printed\n%s\nREADME shows\n%s", c.Line, c.Text, r.out, c.Shown)
				}
			}
		})
	}
}

// TestRun sees that the runner tells a good block from a bad one.
func TestRun(t *testing.T) {
	box := &sandbox{dir: t.TempDir(), env: []string{"PATH=" + os.Getenv("PATH")}}
	tests := []struct {
		command string
		tty     bool
		want    result
	}{
		{"echo a; echo b >&2", false, result{0, "a\nb\n"}},
		{"false", false, result{1, ""}},
		{"printf a", false, result{0, "a"}},
		{"cat; echo end", false, result{0, "end\n"}},
		{"x=1\necho $x", false, result{0, "1\n"}},
		{"test -t 1 && echo terminal", false, result{1, ""}},
		{"test -t 1 && echo terminal", true, result{0, "terminal\n"}},
		{"test -t 2", true, result{1, ""}},
		{"stty size </dev/stdout 2>&1", true, result{0, "50 80\n"}},
	}
	for _, tt := range tests {
		got := box.run(t, Block{Terminal: tt.tty, Commands: []Command{{Text: tt.command}}})
		if len(got) != 1 || got[0] != tt.want {
			t.Errorf("%q, terminal %v: got %+v, want %+v", tt.command, tt.tty, got, tt.want)
		}
	}

	got := box.run(t, Block{Commands: []Command{{Text: "cd /"}, {Text: "pwd"}, {Text: "exit 3"}, {Text: "true"}}})
	if want := []result{{0, ""}, {0, "/\n"}}; len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("a shell that exits: got %+v, want %+v", got, want)
	}
}

// A sandbox is a place where commands run.
type sandbox struct {
	dir  string // where each block starts
	env  []string
	rest string // what the last shell printed after its last command ended
}

// newSandbox copies the module, builds baton and fills a home directory.
func newSandbox(t *testing.T, root string) *sandbox {
	t.Helper()
	dir := t.TempDir()
	copyModule(t, filepath.Join(dir, "baton"), root)
	for name, size := range home {
		write(t, filepath.Join(dir, "home", filepath.FromSlash(name)), bytes.Repeat([]byte{'x'}, size))
	}
	box := &sandbox{dir: filepath.Join(dir, "baton"), env: []string{
		"HOME=" + filepath.Join(dir, "home"),
		"XDG_CONFIG_HOME=" + filepath.Join(dir, "config"), // the go command's own files
		"TMPDIR=" + dir,
		"PATH=" + filepath.Join(dir, "bin") + ":" + os.Getenv("PATH"),
		"GOPATH=" + filepath.Join(dir, "go"),
		"NO_COLOR=1", "TERM=xterm", "LC_ALL=C.UTF-8", "TZ=UTC0",
	}}
	// The go command finds its caches and settings below the real home directory.
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOENV", "GOFLAGS", "GOPROXY", "GOSUMDB", "GOTOOLCHAIN"} {
		out, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatalf("go env %s: %v", name, err)
		}
		value := strings.TrimSpace(string(out))
		if name == "GOFLAGS" {
			value = strings.TrimSpace(value + " -trimpath") // what was built in another scratch directory is used again
		}
		box.env = append(box.env, name+"="+value)
	}
	build := exec.Command("go", "build", "-o", filepath.Join(dir, "bin", "baton"), "./cmd/baton")
	build.Dir, build.Env = box.dir, box.env
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return box
}

// A result is what one command left.
type result struct {
	status int
	out    string
}

// run gives the commands of b to one shell and returns the results of those
// that ended. Standard error goes with standard output, but for a terminal:
// there it goes to the test's log, because progress that is drawn and erased
// would be seen too.
func (box *sandbox) run(t *testing.T, b Block) []result {
	t.Helper()
	ctx := t.Context()
	if end, ok := t.Deadline(); ok { // in time to say what didn't end
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, end.Add(-20*time.Second))
		defer cancel()
	}
	cmd := exec.CommandContext(ctx, "sh", "-c", script(b.Commands))
	cmd.Dir, cmd.Env = box.dir, box.env
	cmd.WaitDelay = 10 * time.Second // for what it has left running, if anything
	var out string
	if b.Terminal {
		out = onTerminal(t, cmd)
	} else {
		text, err := cmd.CombinedOutput()
		if err != nil {
			t.Logf("sh: %v", err)
		}
		out = string(text)
	}

	var results []result
	for {
		i := mark.FindStringSubmatchIndex(out)
		if i == nil {
			box.rest = out
			return results
		}
		status, _ := strconv.Atoi(out[i[2]:i[3]])
		results = append(results, result{status, out[:i[0]]})
		out = out[i[1]:]
	}
}

// A mark after the output of each command carries its exit status.
var mark = regexp.MustCompile("\x01([0-9]+)\n")

// script returns the shell script that runs commands one after the other.
func script(commands []Command) string {
	var b strings.Builder
	for _, c := range commands {
		text := c.Text
		if s, ok := standIns[text]; ok {
			text = s
		}
		fmt.Fprintf(&b, "{\n%s\n} </dev/null\nprintf '\\001%%d\\n' $?\n", text)
	}
	return b.String()
}

// onTerminal runs cmd with a terminal of 80 columns as standard output and
// returns what it wrote there.
func onTerminal(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	ours, theirs, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Close()
	if err := pty.Setsize(theirs, &pty.Winsize{Rows: 50, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	var errs strings.Builder
	cmd.Stdout, cmd.Stderr = theirs, &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	theirs.Close()
	var out bytes.Buffer
	io.Copy(&out, ours) // an error here is how Linux says that the other side is closed
	if err := cmd.Wait(); err != nil {
		t.Logf("sh: %v", err)
	}
	if errs.Len() > 0 {
		t.Logf("standard error: %s", &errs)
	}
	return strings.ReplaceAll(out.String(), "\r\n", "\n")
}

// copyModule copies what the commands can need of the module in root to dir.
// The go command sees this test read it, and runs it again after a change.
func copyModule(t *testing.T, dir, root string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path != root {
			return nil // another test's, which is over
		}
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if d.IsDir() && (rel == ".git" || rel == "bench") {
			return filepath.SkipDir
		}
		if !d.Type().IsRegular() || rel == "baton" || rel == ".git" {
			return nil
		}
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		write(t, filepath.Join(dir, rel), text)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, file string, text []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o666); err != nil {
		t.Fatal(err)
	}
}
