package ncdu

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// ncdu runs the real program without its configuration.
func ncdu(args ...string) ([]byte, error) {
	cmd := exec.Command("ncdu", append([]string{"--ignore-config", "-0"}, args...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("ncdu %q: %w: %s", args, err, out)
	}
	return out, err
}

func needNcdu(t *testing.T) {
	t.Helper()
	out, err := ncdu("-v")
	if err != nil {
		t.Skip("needs ncdu")
	}
	if !bytes.HasPrefix(out, []byte("ncdu 1.")) {
		t.Skipf("needs ncdu 1, not %s", out)
	}
}

// reexport has ncdu load an export and write it again.
func reexport(t interface{ Fatal(...any) }, tmp string, export []byte) recording {
	in, out := filepath.Join(tmp, "in.json"), filepath.Join(tmp, "out.json")
	if err := os.WriteFile(in, export, 0o600); err != nil {
		t.Fatal(err)
	}
	if msg, err := ncdu("-e", "-f", in, "-o", out); err != nil || len(msg) > 0 {
		t.Fatal(fmt.Sprintf("%v %s\n%q", err, msg, export))
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	got, err := read(bytes.NewReader(text))
	if err != nil {
		t.Fatal(fmt.Sprintf("%v in ncdu's export:\n%q", err, text))
	}
	return got
}

// asNcdu changes a recording into what ncdu 1 makes of it when it loads the
// export and writes it again.
func asNcdu(rec recording) recording {
	rec = slices.Clone(rec)
	for i := range rec {
		e := &rec[i].Entry
		if e.Excluded != "" || e.ReadError {
			e.NotReg = false // forgotten
		}
		if !e.HardLink {
			e.Ino, e.NLink = 0, 0
		}
		rec[i].Header = Header{}
	}
	return rec
}

// Whatever we write, ncdu loads: the same entries, the same bytes in the names.
func TestNcduLoadsOurs(t *testing.T) {
	needNcdu(t)
	tmp := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		want := drawTree(t, forNcdu)
		var b bytes.Buffer
		w := NewWriter(&b)
		if err := play(want, w); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		got := reexport(t, tmp, b.Bytes())
		if diff := cmp.Diff(asNcdu(want), asNcdu(got)); diff != "" {
			t.Fatalf("(-ours +ncdu's):\n%s", diff)
		}
	})
}

// sums adds up an export and checks its shape.
type sums struct {
	counter
	asize, dsize uint64
	names        []string
}

func (s *sums) EnterDir(e *Entry) error {
	s.add(e)
	return s.counter.EnterDir(e)
}

func (s *sums) File(e *Entry) error {
	s.add(e)
	return s.counter.File(e)
}

func (s *sums) add(e *Entry) {
	s.asize += e.ASize
	s.dsize += e.DSize
	if s.depth > 0 {
		s.names = append(s.names, string(e.Name))
	}
}

// What ncdu exports of a real tree has the sizes and names that the tree has.
func TestOursLoadsNcdu(t *testing.T) {
	needNcdu(t)
	root, tmp := t.TempDir(), t.TempDir()
	var want sums
	for i := range 300 {
		at := filepath.Join(root, fmt.Sprintf("d%d", i%7), strings.Repeat("deep/", i%5))
		if err := os.MkdirAll(at, 0o755); err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("n%d\xff\xfe\x01\n\"\\%c", i, rune(0x80+i))
		if err := os.WriteFile(filepath.Join(at, name), make([]byte, i*41), 0o644); err != nil {
			t.Skipf("needs a file system that takes any name: %v", err)
		}
	}
	err := filepath.Walk(root, func(path string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		want.asize += uint64(info.Size())
		if info.IsDir() {
			want.dirs++
		} else {
			want.files++
		}
		if path != root {
			want.names = append(want.names, info.Name())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, flag := range []string{"--no-extended", "--extended"} {
		out := filepath.Join(tmp, "out.json")
		if msg, err := ncdu(flag, "-o", out, root); err != nil || len(msg) > 0 {
			t.Fatal(err, string(msg))
		}
		f, err := Open(out, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		var got sums
		if err := Read(context.Background(), f, &got); err != nil {
			t.Fatal(err)
		}
		slices.Sort(got.names)
		slices.Sort(want.names)
		if got.asize != want.asize || got.dirs != want.dirs || got.files != want.files || got.dsize == 0 {
			t.Errorf("%s: read %d bytes, %d dirs, %d files, want %d, %d, %d", flag,
				got.asize, got.dirs, got.files, want.asize, want.dirs, want.files)
		}
		if diff := cmp.Diff(want.names, got.names); diff != "" {
			t.Errorf("%s: names (-want +got):\n%s", flag, diff)
		}
	}
}

// Copying ncdu's own export through Read and Writer changes nothing but the header.
func TestCopyNcdu(t *testing.T) {
	needNcdu(t)
	root, tmp := t.TempDir(), t.TempDir()
	for _, name := range []string{"a", "b/c", "b/\xff\x7f", "d/e/f"} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(name), 0o644); err != nil {
			t.Skipf("needs a file system that takes any name: %v", err)
		}
	}
	for _, err := range []error{
		os.Link(filepath.Join(root, "a"), filepath.Join(root, "b/hard")),
		os.Symlink("a", filepath.Join(root, "soft")),
		os.Mkdir(filepath.Join(root, "empty"), 0o755),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(tmp, "out.json")
	if msg, err := ncdu("-e", "--exclude", "c", "-o", out, root); err != nil || len(msg) > 0 {
		t.Fatal(err, string(msg))
	}
	want, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := NewWriter(&b)
	if err := Read(context.Background(), bytes.NewReader(want), w); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("copy of ncdu's export (-want +got):\n%s", diff)
	}
}
