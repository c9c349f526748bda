package ncdu

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// save exports a recording to path.
func save(path string, stdout io.Writer, rec recording) error {
	x, err := Create(path, stdout)
	if err != nil {
		return err
	}
	defer x.Abort()
	if err := play(rec, x); err != nil {
		return err
	}
	return x.Close()
}

// load reads the export at path.
func load(path string, stdin io.Reader) (got recording, err error) {
	f, err := Open(path, stdin)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	err = Read(context.Background(), f, &got)
	return got, err
}

// names returns what is in dir.
func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	return got
}

func TestSaveLoad(t *testing.T) {
	tmp := t.TempDir()
	long := strings.Repeat("n", 252) + ".gz"
	for _, name := range []string{"a.json", "a.json.gz", "A.GZ", long} {
		path := filepath.Join(tmp, name)
		for _, rec := range []recording{sample(), sample()[:1:1]} {
			if len(rec) == 1 {
				rec = append(rec, dir("/new", Entry{}), leave())
			}
			if err := save(path, nil, rec); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			got, err := load(path, nil)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if diff := cmp.Diff(rec, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		zipped := bytes.HasPrefix(text, []byte(gzipMagic))
		if want := name != "a.json"; zipped != want {
			t.Errorf("%s: compressed %v, want %v", name, zipped, want)
		}
	}
	if diff := cmp.Diff([]string{"A.GZ", "a.json", "a.json.gz", long}, names(t, tmp)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestStandardStreams(t *testing.T) {
	var out bytes.Buffer
	if err := save("-", &out, sample()); err != nil {
		t.Fatal(err)
	}
	got, err := load("-", &out)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample(), got); diff != "" {
		t.Errorf("through - (-want +got):\n%s", diff)
	}
}

func TestAbortKeepsOldFile(t *testing.T) {
	for name, end := range map[string]func(*Export) error{
		"abort":            (*Export).Abort,
		"close incomplete": (*Export).Close,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "scan.json.gz")
			if err := save(path, nil, sample()); err != nil {
				t.Fatal(err)
			}
			x, err := Create(path, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := play(sample()[:4], x); err != nil {
				t.Fatal(err)
			}
			if n := len(names(t, dir)); n != 2 {
				t.Errorf("%d files during the export, want the old and the temporary one", n)
			}
			if err := end(x); name != "abort" && !errors.Is(err, ErrIncomplete) {
				t.Errorf("Close: %v, want %v", err, ErrIncomplete)
			}
			if err := x.Abort(); err != nil {
				t.Errorf("second end: %v", err)
			}
			if diff := cmp.Diff([]string{"scan.json.gz"}, names(t, dir)); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
			got, err := load(path, nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(sample(), got); diff != "" {
				t.Errorf("old file (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCreateKeepsPermissionsAndLinks(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "real.json"), filepath.Join(dir, "link.json")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("real.json", link); err != nil {
		t.Skipf("needs symbolic links: %v", err)
	}
	if err := save(link, nil, sample()); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode().Type() != fs.ModeSymlink {
		t.Errorf("the link is gone: %v, %v", info, err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o666 || info.Size() == 0 {
		t.Errorf("file behind the link: %v, %d bytes", info.Mode(), info.Size())
	}
}

func TestCreateFails(t *testing.T) {
	dir := t.TempDir()
	if err := save(filepath.Join(dir, "none", "a.json"), nil, sample()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("in a directory that does not exist: %v", err)
	}
	if err := save(dir, nil, sample()); err == nil {
		t.Error("to a directory: no error")
	}
	if err := save(filepath.Join(dir, "a.zst"), nil, sample()); !errors.Is(err, ErrZstd) {
		t.Errorf("to a.zst: %v, want %v", err, ErrZstd)
	}
	if got := names(t, dir); len(got) > 0 {
		t.Errorf("left behind: %q", got)
	}
}

func TestOpenUnreadable(t *testing.T) {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	if _, err := z.Write([]byte(binaryMagic + "...")); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, tc := range []struct {
		name, content string
		want          error
	}{
		{"zstd", zstdMagic + "....", ErrZstd},
		{"binary", binaryMagic + "....", ErrBinary},
		{"zipped binary", zipped.String(), ErrBinary},
		{"bad gzip", gzipMagic + "............", gzip.ErrHeader},
		{"short gzip", zipped.String()[:8], io.ErrUnexpectedEOF},
		{"empty", "", io.ErrUnexpectedEOF},
		{"short", "[", io.ErrUnexpectedEOF},
	} {
		path := filepath.Join(dir, tc.name)
		if err := os.WriteFile(path, []byte(tc.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := load(path, nil); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
		}
		if _, err := load("-", strings.NewReader(tc.content)); !errors.Is(err, tc.want) {
			t.Errorf("%s on stdin: %v, want %v", tc.name, err, tc.want)
		}
	}
	if _, err := load(filepath.Join(dir, "none"), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v, want %v", err, fs.ErrNotExist)
	}
}

// A compressed export that lost its end is an error, never a smaller tree.
func TestLoadTruncatedGzip(t *testing.T) {
	var whole bytes.Buffer
	z := gzip.NewWriter(&whole)
	if _, err := z.Write(write(t, sample())); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for n := len(gzipMagic); n < whole.Len(); n++ {
		if _, err := load("-", bytes.NewReader(whole.Bytes()[:n])); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("first %d of %d bytes: %v", n, whole.Len(), err)
		}
	}
}
