package fsdir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"
)

// The same tests run on both implementations: with the build tag portable, on
// the one that systems other than Linux have.

// list returns the entries of d with their kinds.
func list(t *testing.T, d Dir) map[string]Kind {
	t.Helper()
	got := make(map[string]Kind)
	var c Chunk
	for {
		more, err := c.Fill(d)
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			return got
		}
		for c.Next() {
			name := string(c.Name())
			if _, twice := got[name]; twice {
				t.Errorf("%q is listed twice", name)
			}
			got[name] = c.Kind()
		}
	}
}

func open(t *testing.T, d Dir, name string, mode Mode) Dir {
	t.Helper()
	sub, err := d.OpenDir(name, mode)
	if err != nil {
		t.Fatalf("OpenDir(%q): %v", name, err)
	}
	t.Cleanup(func() { sub.Close() })
	return sub
}

func write(t *testing.T, path string, size int) {
	t.Helper()
	if err := os.WriteFile(path, make([]byte, size), 0o666); err != nil {
		t.Fatal(err)
	}
}

// apart reports whether two looks at an entry differ, but for blocks, which the file
// system may move in between while it writes them out.
func apart(a, b Stat) bool {
	a.Blocks, b.Blocks = 0, 0
	return a != b
}

func TestListing(t *testing.T) {
	for _, n := range []int{0, 1, 3000} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			top := t.TempDir()
			for i := range n {
				write(t, filepath.Join(top, fmt.Sprintf("a file with a longer name, number %d", i)), 0)
			}
			got := list(t, open(t, Cwd(), top, NoFollow))
			want, err := os.ReadDir(top)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(want) {
				t.Errorf("%d entries, want %d", len(got), len(want))
			}
			for _, e := range want {
				if k, ok := got[e.Name()]; !ok || k != Regular && k != Unknown {
					t.Errorf("%q: %v, %v", e.Name(), k, ok)
				}
			}
		})
	}
}

func TestStat(t *testing.T) {
	top := t.TempDir()
	write(t, filepath.Join(top, "file"), 10_000)
	stamp := time.Unix(1_000_000_000, 123_000_000)
	if err := os.Chtimes(filepath.Join(top, "file"), stamp.Add(time.Hour), stamp); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(top, "dir"), 0o777); err != nil {
		t.Fatal(err)
	}
	want := map[string]Kind{"file": Regular, "dir": Directory}
	links := os.Symlink("file", filepath.Join(top, "link")) == nil
	if links {
		want["link"] = Symlink
	}
	d := open(t, Cwd(), top, NoFollow)
	var c Chunk
	if _, err := c.Fill(d); err != nil {
		t.Fatal(err)
	}
	for c.Next() {
		var st, same Stat
		name := string(c.Name())
		if err := c.Stat(d, NoFollow, false, &st); err != nil {
			t.Errorf("Stat of %q: %v", name, err)
		}
		if err := d.Stat(name, NoFollow, &same); err != nil || apart(same, st) {
			t.Errorf("%q: %+v by name (%v), %+v in the listing", name, same, err, st)
		}
		if err := c.Stat(d.Quick(true), NoFollow, false, &same); err != nil || apart(same, st) {
			t.Errorf("%q: quick %+v (%v), else %+v", name, same, err, st)
		}
		if st.Kind != want[name] || c.Kind() != Unknown && c.Kind() != want[name] {
			t.Errorf("%q is %v, listed as %v", name, st.Kind, c.Kind())
		}
		delete(want, name)
		info, err := os.Lstat(filepath.Join(top, name))
		if err != nil {
			t.Fatal(err)
		}
		if st.Size != info.Size() || st.Mtime.Sec != info.ModTime().Unix() || int(st.Mtime.Nsec) != info.ModTime().Nanosecond() {
			t.Errorf("%q: %+v, want size %d, mtime %v", name, st, info.Size(), info.ModTime())
		}
		if name == "file" && runtime.GOOS != "windows" {
			if st.Blocks == 0 || st.Ino == 0 || st.Nlink != 1 || st.Atime.Sec != stamp.Unix()+3600 {
				t.Errorf("%q: %+v", name, st)
			}
		}
	}
	if len(want) > 0 {
		t.Errorf("not listed: %v", want)
	}
	if links {
		var st Stat
		if err := d.Stat("link", Follow, &st); err != nil || st.Size != 10_000 {
			t.Errorf("followed link: %+v, %v", st, err)
		}
	}
}

func TestQuick(t *testing.T) {
	top := t.TempDir()
	write(t, filepath.Join(top, "file"), 1)
	if err := os.Mkdir(filepath.Join(top, "dir"), 0o777); err != nil {
		t.Fatal(err)
	}
	d := open(t, Cwd(), top, NoFollow).Quick(true)
	if got := list(t, d); len(got) != 2 {
		t.Errorf("lists %v", got)
	}
	sub, err := d.OpenDir("dir", NoFollow)
	if err != nil {
		t.Fatal(err)
	}
	if err := sub.Quick(true).Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if _, err := d.OpenDir("none", NoFollow); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("OpenDir: %v", err)
	}
}

// TestStatAhead asks for the attributes of all entries in several ways, since what
// was looked at together must come to the right entry.
func TestStatAhead(t *testing.T) {
	top := t.TempDir()
	for i := range 300 {
		path := filepath.Join(top, fmt.Sprint("entry ", i))
		if i%7 == 0 {
			if err := os.Mkdir(path, 0o777); err != nil {
				t.Fatal(err)
			}
			continue
		}
		write(t, path, i)
	}
	for _, tt := range []struct {
		name string
		ask  func(i int, k Kind) bool // the attributes of which entries
	}{
		{"files", func(_ int, k Kind) bool { return k != Directory }},
		{"all", func(int, Kind) bool { return true }},
		{"each third", func(i int, _ Kind) bool { return i%3 == 0 }},
		{"some in a row", func(i int, _ Kind) bool { return i/20%2 == 0 }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := open(t, Cwd(), top, NoFollow).Quick(true)
			var c Chunk
			for i := 0; ; {
				more, err := c.Fill(d)
				if err != nil {
					t.Fatal(err)
				}
				if !more {
					break
				}
				for ; c.Next(); i++ {
					if !tt.ask(i, c.Kind()) {
						continue
					}
					var got, want Stat
					if err := c.Stat(d, NoFollow, true, &got); err != nil {
						t.Errorf("%q: %v", c.Name(), err)
					}
					if err := d.Stat(string(c.Name()), NoFollow, &want); err != nil || apart(got, want) {
						t.Errorf("%q: %+v (%v), want %+v", c.Name(), got, err, want)
					}
				}
			}
		})
	}
}

// TestStatAheadVanished asks for entries of which every second one has gone.
func TestStatAheadVanished(t *testing.T) {
	top := t.TempDir()
	for i := range 40 {
		write(t, filepath.Join(top, fmt.Sprint(i)), 1)
	}
	d := open(t, Cwd(), top, NoFollow).Quick(true)
	var c Chunk
	if _, err := c.Fill(d); err != nil {
		t.Fatal(err)
	}
	for i := 0; i < 40; i += 2 {
		os.Remove(filepath.Join(top, fmt.Sprint(i)))
	}
	for c.Next() {
		n, err := strconv.Atoi(string(c.Name()))
		if err != nil {
			t.Fatal(err)
		}
		var st Stat
		err = c.Stat(d, NoFollow, true, &st)
		if gone := n%2 == 0; gone != errors.Is(err, fs.ErrNotExist) || !gone && st.Size != 1 {
			t.Errorf("%d: %+v, %v", n, st, err)
		}
	}
}

func TestSelf(t *testing.T) {
	top := t.TempDir()
	d := open(t, Cwd(), top, NoFollow)
	var self, named Stat
	if err := d.Self(&self); err != nil {
		t.Fatal(err)
	}
	if err := Cwd().Stat(top, NoFollow, &named); err != nil {
		t.Fatal(err)
	}
	self.Atime, named.Atime = Time{}, Time{}
	if self != named || self.Kind != Directory {
		t.Errorf("%+v by handle, %+v by name", self, named)
	}
}

func TestOpenDirErrors(t *testing.T) {
	top := t.TempDir()
	write(t, filepath.Join(top, "file"), 1)
	d := open(t, Cwd(), top, NoFollow)
	if _, err := d.OpenDir("file", NoFollow); !errors.Is(err, ErrNotDir) {
		t.Errorf("a file: %v, want ErrNotDir", err)
	}
	if _, err := d.OpenDir("nothing", NoFollow); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("nothing: %v, want ErrNotExist", err)
	}
	if os.Symlink(".", filepath.Join(top, "link")) != nil {
		return
	}
	if _, err := d.OpenDir("link", NoFollow); !errors.Is(err, ErrNotDir) {
		t.Errorf("a symbolic link: %v, want ErrNotDir", err)
	}
	if got := list(t, open(t, d, "link", Follow)); len(got) != 2 {
		t.Errorf("followed link lists %v", got)
	}
}

func TestTimeBefore(t *testing.T) {
	for _, tc := range []struct {
		a, b Time
		want bool
	}{
		{Time{1, 0}, Time{2, 0}, true},
		{Time{2, 0}, Time{1, 5}, false},
		{Time{1, 4}, Time{1, 5}, true},
		{Time{1, 5}, Time{1, 5}, false},
		{Time{-1, 5}, Time{0, 0}, true},
	} {
		if got := tc.a.Before(tc.b); got != tc.want {
			t.Errorf("%v before %v: %v", tc.a, tc.b, got)
		}
	}
}
