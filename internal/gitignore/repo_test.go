package gitignore

import (
	"os"
	"path/filepath"
	"testing"
)

// files creates a tree: the keys are paths, a value of "/" is a directory.
func files(t *testing.T, tree map[string]string) string {
	t.Helper()
	top, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for path, content := range tree {
		path = filepath.Join(top, path)
		dir := filepath.Dir(path)
		if content == "/" {
			dir = path
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if content == "/" {
			continue
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return top
}

func TestInherit(t *testing.T) {
	top := files(t, map[string]string{
		"work/.git/HEAD":                        "ref: refs/heads/main\n",
		"work/.git/info/exclude":                "by-exclude\n",
		"work/.gitignore":                       "by-top\n/a/b/by-path\n/a/\n",
		"work/a/.gitignore":                     "by-a\n",
		"work/a/b/.gitignore":                   "by-b\n",
		"work/a/b/c":                            "/",
		"work/inner/.git":                       "gitdir: ../modules/inner\n",
		"work/inner/d":                          "/",
		"modules/x":                             "/",
		"work/modules/inner/HEAD":               "ref: refs/heads/main\n",
		"work/modules/inner/info/exclude":       "by-inner\n",
		"work/further/.git":                     "gitdir: " + "../.git/worktrees/further\r\n",
		"work/further/d":                        "/",
		"work/.git/worktrees/further/HEAD":      "ref: refs/heads/main\n",
		"work/.git/worktrees/further/commondir": "../..\n",
		"work/empty/.git":                       "/",
		"work/broken/.git":                      "nothing\n",
		"work/lost/.git":                        "gitdir: ../nowhere\n",
		"plain/d":                               "/",
	})
	global := []byte("by-global\n")
	everywhere := []string{"by-global", "by-exclude", "by-top", "by-a", "by-b", "by-path", "by-inner"}
	for _, tc := range []struct {
		dir     string
		ignored []string // nil: there is no matcher
	}{
		{"plain/d", nil},
		{"work", nil},
		{"work/inner", nil},
		{"work/a", []string{"by-global", "by-exclude", "by-top"}},
		{"work/a/b", []string{"by-global", "by-exclude", "by-top", "by-a", "by-path"}},
		{"work/a/b/c", []string{"by-global", "by-exclude", "by-top", "by-a", "by-b"}},
		{"work/inner/d", []string{"by-global", "by-inner"}},
		{"work/further/d", []string{"by-global", "by-exclude"}},
		{"work/empty", []string{"by-global", "by-exclude", "by-top"}},
		{"work/broken", []string{"by-global", "by-exclude", "by-top"}},
		{"work/lost", []string{"by-global", "by-exclude", "by-top"}},
	} {
		m, err := Inherit(filepath.Join(top, tc.dir), global)
		if err != nil {
			t.Errorf("%s: %v", tc.dir, err)
			continue
		}
		if (m == nil) != (tc.ignored == nil) {
			t.Errorf("%s: matcher %v", tc.dir, m)
		}
		want := map[string]bool{}
		for _, name := range tc.ignored {
			want[name] = true
		}
		for _, name := range everywhere {
			if got := m.Match([]byte(name), false); got != want[name] {
				t.Errorf("%s: %s ignored is %v", tc.dir, name, got)
			}
		}
	}
}

func TestInheritRelative(t *testing.T) {
	top := files(t, map[string]string{
		".git/HEAD": "", ".gitignore": "a\n", "d/e": "/",
	})
	t.Chdir(filepath.Join(top, "d"))
	for _, dir := range []string{".", "e", "../d"} {
		m, err := Inherit(dir, nil)
		if err != nil || !m.Match([]byte("a"), false) {
			t.Errorf("%s: %v, %v", dir, m, err)
		}
	}
}

func TestIgnoreFile(t *testing.T) {
	top := files(t, map[string]string{
		"file/.gitignore": "a\n", "dir/.gitignore": "/", "none": "/", "link": "/",
	})
	if err := os.Symlink("../file/.gitignore", filepath.Join(top, "link/.gitignore")); err != nil {
		t.Logf("no symbolic links: %v", err)
	}
	for dir, want := range map[string]string{"file": "a\n", "dir": "", "none": "", "link": "", "nowhere": ""} {
		got, err := IgnoreFile(filepath.Join(top, dir))
		if err != nil || string(got) != want {
			t.Errorf("%s: %q, %v, want %q", dir, got, err, want)
		}
	}
}

func TestGlobal(t *testing.T) {
	top := files(t, map[string]string{
		"xdg/git/ignore": "xdg\n", "home/.config/git/ignore": "home\n", "bare": "/",
	})
	for _, tc := range []struct{ xdg, home, want string }{
		{"xdg", "home", "xdg\n"},
		{"bare", "home", ""},
		{"", "home", "home\n"},
		{"", "bare", ""},
	} {
		if tc.xdg != "" {
			tc.xdg = filepath.Join(top, tc.xdg)
		}
		t.Setenv("XDG_CONFIG_HOME", tc.xdg)
		t.Setenv("HOME", filepath.Join(top, tc.home))
		t.Setenv("USERPROFILE", filepath.Join(top, tc.home))
		got, err := Global()
		if err != nil || string(got) != tc.want {
			t.Errorf("XDG_CONFIG_HOME=%q HOME=%q: %q, %v, want %q", tc.xdg, tc.home, got, err, tc.want)
		}
	}
}
