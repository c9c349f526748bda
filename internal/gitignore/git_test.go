package gitignore

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// repo is a work tree on disk for the real Git.
type repo struct {
	dir    string // the work tree
	global string // the user's file
	env    []string
}

func newRepo(t *testing.T) *repo {
	t.Helper()
	tmp := t.TempDir()
	r := &repo{dir: filepath.Join(tmp, "work"), global: filepath.Join(tmp, "config", "git", "ignore")}
	r.env = append(os.Environ(), "HOME="+tmp, "XDG_CONFIG_HOME="+filepath.Join(tmp, "config"),
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CEILING_DIRECTORIES="+tmp, "LC_ALL=C")
	for _, dir := range []string{r.dir, filepath.Dir(r.global)} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := r.git(nil, "init", "-q"); err != nil {
		t.Skipf("needs git: %v %s", err, out)
	}
	return r
}

func (r *repo) git(stdin []byte, args ...string) ([]byte, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Env, cmd.Stdin = r.dir, r.env, bytes.NewReader(stdin)
	return cmd.Output()
}

// clear removes the files of the work tree but not the repository.
func (r *repo) clear() error {
	entries, err := os.ReadDir(r.dir)
	for _, e := range entries {
		if e.Name() != ".git" && err == nil {
			err = os.RemoveAll(filepath.Join(r.dir, e.Name()))
		}
	}
	return err
}

// ignoredByGit asks Git about paths.
func (r *repo) ignoredByGit(paths []string) ([]string, error) {
	out, err := r.git([]byte(strings.Join(paths, "\x00")), "check-ignore", "--no-index", "-z", "--stdin")
	if exit, ok := err.(*exec.ExitError); ok && exit.ExitCode() == 1 {
		err = nil // none of them
	} else if ok {
		err = fmt.Errorf("%w: %s", err, exit.Stderr)
	}
	got := strings.Split(string(out), "\x00")
	got = got[:len(got)-1]
	slices.Sort(got)
	return got, err
}

// walk visits the work tree below dir as the package comment says, and returns
// all paths and those that are ignored.
func (r *repo) walk(dir string, m *Matcher, skip bool) (all, ignored []string, err error) {
	content, err := os.ReadFile(filepath.Join(r.dir, dir, ".gitignore"))
	if err == nil {
		m = m.With(content)
	} else if !os.IsNotExist(err) {
		return nil, nil, err
	}
	entries, err := os.ReadDir(filepath.Join(r.dir, dir))
	for _, e := range entries {
		if e.Name() == ".git" || err != nil {
			continue
		}
		path := e.Name()
		if dir != "" {
			path = dir + "/" + path
		}
		name := []byte(e.Name())
		out := skip || m.Match(name, e.IsDir())
		all = append(all, path)
		if out {
			ignored = append(ignored, path)
		}
		if e.IsDir() {
			var a, i []string
			a, i, err = r.walk(path, m.Enter(name), out)
			all, ignored = append(all, a...), append(ignored, i...)
		}
	}
	return all, ignored, err
}

// write writes a file of the repository or the work tree.
func (r *repo) write(path string, content []byte) error {
	path = filepath.Join(r.dir, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o644)
}

// compare reports a difference between Git and this package on the work tree.
func (r *repo) compare(t interface{ Fatal(...any) }, global, exclude []byte) {
	err := r.write(".git/info/exclude", exclude)
	if err == nil {
		err = os.WriteFile(r.global, global, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	all, ignored, err := r.walk("", New(global, exclude), false)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(ignored)
	want, err := r.ignoredByGit(all)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Join(want, "\n"), strings.Join(ignored, "\n")); diff != "" {
		t.Fatal(fmt.Sprintf("ignored (-git +ours):\n%s\nglobal %q\nexclude %q\n%s", diff, global, exclude, r.files()))
	}
}

// files lists the .gitignore files of the work tree.
func (r *repo) files() string {
	var b strings.Builder
	_ = filepath.WalkDir(r.dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Name() == ".gitignore" {
			content, _ := os.ReadFile(path)
			fmt.Fprintf(&b, "%q: %q\n", path[len(r.dir)+1:], content)
		}
		return err
	})
	return b.String()
}

// Names and patterns come from few letters, so that they meet.
var (
	nameRune = rapid.SampledFrom([]byte("aaaabbbc.. !#[]*?\\-^\t\r\xff"))
	patPart  = rapid.SampledFrom([]string{
		"a", "a", "b", "c", "ab", ".", "*", "*", "**", "**", "/", "/", "/**/", "?", "[a-c]", "[!a]", "[^b-]",
		"[]a]", "[[:alpha:]]", "[[:space:][:punct:]]", "[[:nope:]]", "[", "]", "[a", "\\", "\\a", "\\ ", "\\/",
		"!", "#", " ", "-", "\t", "\xff", "[/]", "[a-]", "[b\\-]", "[:a]", "[[:a]", "[z-a]", "[a-\\c]",
	})
	patEnd = rapid.SampledFrom([]string{"", "", "", "", "/", "/", "/**", "/*", "**", " ", "\\ ", "\r", "//", "/**/", "/ "})
)

func drawName(t *rapid.T) string {
	name := string(rapid.SliceOfN(nameRune, 1, 3).Draw(t, "name"))
	if name == "." || name == ".." {
		return "a"
	}
	return name
}

// drawPattern draws a line that has to do with one of paths, or with none.
func drawPattern(t *rapid.T, paths []string) string {
	var p string
	if rapid.Bool().Draw(t, "related") {
		p = rapid.SampledFrom(paths).Draw(t, "path")
		for range rapid.IntRange(0, 3).Draw(t, "changes") {
			at := rapid.IntRange(0, len(p)).Draw(t, "at")
			to := min(len(p), at+rapid.IntRange(0, 2).Draw(t, "length"))
			p = p[:at] + patPart.Draw(t, "part") + p[to:]
		}
	} else {
		p = strings.Join(rapid.SliceOfN(patPart, 1, 5).Draw(t, "parts"), "")
	}
	begin := rapid.SampledFrom([]string{"", "", "", "!", "!", "/", "**/", "\\"}).Draw(t, "begin")
	return begin + p + patEnd.Draw(t, "end")
}

func drawFile(t *rapid.T, paths []string) []byte {
	var b []byte
	if rapid.IntRange(0, 9).Draw(t, "mark") == 0 {
		b = append(b, "\xef\xbb\xbf"...)
	}
	for range rapid.IntRange(0, 5).Draw(t, "lines") {
		b = append(b, drawPattern(t, paths)...)
		b = append(b, '\n')
	}
	if len(b) > 0 && rapid.Bool().Draw(t, "unterminated") {
		b = b[:len(b)-1]
	}
	return b
}

// Whatever the tree and the patterns, this package agrees with Git.
func TestAgreesWithGit(t *testing.T) {
	r := newRepo(t)
	rapid.Check(t, func(t *rapid.T) {
		if err := r.clear(); err != nil {
			t.Fatal(err)
		}
		dirs := []string{""}
		paths := []string{}
		for range rapid.IntRange(1, 25).Draw(t, "entries") {
			path := filepath.Join(rapid.SampledFrom(dirs).Draw(t, "dir"), drawName(t))
			var err error
			switch rapid.IntRange(0, 4).Draw(t, "kind") {
			case 0, 1:
				if err = os.Mkdir(filepath.Join(r.dir, path), 0o755); err == nil {
					dirs = append(dirs, path)
				}
			case 2:
				err = os.Symlink(".", filepath.Join(r.dir, path))
			default:
				if _, err = os.Lstat(filepath.Join(r.dir, path)); err != nil {
					err = r.write(path, nil)
				}
			}
			if err != nil && !os.IsExist(err) {
				t.Fatal(err)
			}
			paths = append(paths, path)
		}
		for _, dir := range dirs {
			if rapid.IntRange(0, 2).Draw(t, "has file") == 0 || dir == "" {
				if err := r.write(filepath.Join(dir, ".gitignore"), drawFile(t, paths)); err != nil {
					t.Fatal(err)
				}
			}
		}
		r.compare(t, drawFile(t, paths), drawFile(t, paths))
	})
}
