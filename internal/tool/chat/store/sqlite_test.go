package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/ncruces/go-sqlite3"
)

func TestSQLite(t *testing.T) {
	suite(t, func(t *testing.T) Store { return openDir(t, t.TempDir()) })
}

func openDir(t testing.TB, dir string) *sqlite {
	t.Helper()
	s, err := open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What was written is there when the store is opened again, and found.
func TestReopen(t *testing.T) {
	dir := t.TempDir()
	s := openDir(t, dir)
	epoch := s.Epoch()
	appendTexts(t, s, "#a", "one fish", "two fish")
	appendTexts(t, s, "#gone", "red fish")
	if err := s.DeleteRoom(t.Context(), "#gone"); err != nil {
		t.Fatal(err)
	}
	for round := range uint64(3) {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = openDir(t, dir)
		if s.Epoch() != epoch {
			t.Errorf("epoch %s, want %s", s.Epoch(), epoch)
		}
		appendTexts(t, s, "#a", "blue fish")
		got, err := s.Search(t.Context(), "#a", "fish", Range{})
		if err != nil || len(got) != int(3+round) {
			t.Errorf("round %d: found %v, %v", round, numbers(got), err)
		}
		if last, err := s.Last(t.Context(), "#gone"); err != nil || last != 1 {
			t.Errorf("the deleted room's last is %d, %v, want 1", last, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// A second store in the directory is refused, and the first not disturbed.
func TestInUse(t *testing.T) {
	dir := t.TempDir()
	s := openDir(t, dir)
	if _, err := Open(t.Context(), dir); !errors.Is(err, ErrInUse) {
		t.Errorf("got %v, want ErrInUse", err)
	}
	appendTexts(t, s, "#a", "hi")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := openDir(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
}

func TestFileModes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files have no modes")
	}
	dir := filepath.Join(t.TempDir(), "a", "b")
	s := openDir(t, dir)
	defer s.Close()
	appendTexts(t, s, "#a", "hi")
	if _, err := s.Search(t.Context(), "#a", "hi", Range{}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the directory has mode %v, %v, want 0700", info.Mode(), err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v, want 0600", f.Name(), info.Mode(), err)
		}
	}
}

// What is not a store of ours is refused, in words, and left as it is.
func TestRefused(t *testing.T) {
	sql := func(s string) func(*testing.T, string) {
		return func(t *testing.T, file string) {
			c, err := openConn(t.Context(), file, s)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	tests := map[string]struct {
		spoil func(t *testing.T, file string)
		want  error
	}{
		"text": {func(t *testing.T, file string) {
			if err := os.WriteFile(file, bytes.Repeat([]byte("not a database\n"), 500), 0o600); err != nil {
				t.Fatal(err)
			}
		}, ErrDamaged},
		"zeros in the middle": {func(t *testing.T, file string) {
			s := openDir(t, filepath.Dir(file))
			appendTexts(t, s, "#a", "hi")
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			f, err := os.OpenFile(file, os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if _, err := f.WriteAt(make([]byte, 8000), 100); err != nil {
				t.Fatal(err)
			}
		}, ErrDamaged},
		"another program's": {sql("CREATE TABLE t(x)"), ErrDamaged},
		"newer":             {sql(fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = 99", applicationID)), ErrNewer},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			tt.spoil(t, filepath.Join(dir, mainFile))
			for range 2 { // a failed Open lets the directory go
				if _, err := Open(t.Context(), dir); !errors.Is(err, tt.want) || !strings.Contains(err.Error(), dir) {
					t.Errorf("got %v, want %v", err, tt.want)
				}
			}
		})
	}
	t.Run("a file for the directory", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "x")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), file); err == nil {
			t.Error("no error")
		}
	})
}

// An index that is damaged, gone, or of other messages is made again.
func TestIndexAgain(t *testing.T) {
	for name, spoil := range map[string]func(file string) error{
		"gone":    os.Remove,
		"damaged": func(file string) error { return os.WriteFile(file, []byte(strings.Repeat("x", 5000)), 0o600) },
		"other": func(file string) error {
			c, err := openConn(context.Background(), file, "UPDATE meta SET epoch = 'other'; UPDATE indexed SET last = 1")
			if err != nil {
				return err
			}
			return c.close()
		},
		"ahead": func(file string) error {
			c, err := openConn(context.Background(), file, "UPDATE indexed SET last = 100")
			if err != nil {
				return err
			}
			return c.close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := openDir(t, dir)
			appendTexts(t, s, "#a", "one fish", "two fish")
			if got, err := s.Search(t.Context(), "#a", "fish", Range{}); err != nil || len(got) != 2 {
				t.Fatalf("found %v, %v", got, err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if err := spoil(filepath.Join(dir, searchFile)); err != nil {
				t.Fatal(err)
			}
			s = openDir(t, dir)
			defer s.Close()
			if got, err := s.Search(t.Context(), "#a", "fish", Range{}); err != nil || len(got) != 2 {
				t.Errorf("found %v, %v", got, err)
			}
		})
	}
}

// A full disk fails an append, which then has done nothing, and passes.
func TestFull(t *testing.T) {
	s := openDir(t, t.TempDir())
	defer s.Close()
	appendTexts(t, s, "#a", "first")
	limit := func(pages int) {
		err := s.writer.do(t.Context(), func(c *conn) error { return c.exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages)) })
		if err != nil {
			t.Fatal(err)
		}
	}
	limit(1) // means as many as there are
	var big []Message
	for seq := range uint64(100) {
		big = append(big, Message{Room: "#a", Seq: seq + 2, Text: strings.Repeat("x", 1000)})
	}
	big = append(big, Message{Room: "#new", Seq: 1})
	if err := s.Append(t.Context(), big); !errors.Is(err, sqlite3.FULL) {
		t.Errorf("got %v, want that the disk is full", err)
	}
	if last, err := s.Last(t.Context(), "#a"); err != nil || last != 1 {
		t.Errorf("Last = %d, %v, want 1", last, err)
	}
	checkRooms(t, s, []Room{{Key: "#a", Name: "#a", Last: 1, LastTime: at(10)}})
	limit(100000)
	if err := s.Append(t.Context(), big); err != nil {
		t.Errorf("with space again: %v", err)
	}
	if last, err := s.Last(t.Context(), "#new"); err != nil || last != 1 {
		t.Errorf("Last = %d, %v, want 1", last, err)
	}
}

// Readers and writers at once: what was appended before is read and found.
func TestTogether(t *testing.T) {
	s := openDir(t, t.TempDir())
	var wg sync.WaitGroup
	for room := range 3 {
		wg.Go(func() { // ends with its loop
			key := fmt.Sprintf("#%d", room)
			for n := range uint64(100) {
				if err := s.Append(t.Context(), []Message{{Room: key, Seq: n + 1, Text: fmt.Sprintf("word%d", n)}}); err != nil {
					t.Error(err)
				}
				got, err := s.Search(t.Context(), key, fmt.Sprintf("word%d", n), Range{})
				if err != nil || len(got) != 1 || got[0].Seq != n+1 {
					t.Errorf("%s: search for %d: %v, %v", key, n, got, err)
				}
				got, err = s.Messages(t.Context(), key, Range{Latest: true, Limit: 1})
				if err != nil || len(got) != 1 || got[0].Seq != n+1 {
					t.Errorf("%s: after %d: %v, %v", key, n, got, err)
				}
			}
		})
	}
	wg.Wait()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
