package ncdu

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestWriterGolden(t *testing.T) {
	const golden = "testdata/sample.json"
	got := write(t, sample())
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("export differs from %s (-want +got):\n%s", golden, diff)
	}
	if diff := cmp.Diff(sample(), mustRead(t, string(want))); diff != "" {
		t.Errorf("%s reads differently (-want +got):\n%s", golden, diff)
	}
}

func TestWriterIncomplete(t *testing.T) {
	for _, tc := range []struct {
		name   string
		events recording
		want   error
	}{
		{"nothing", nil, ErrIncomplete},
		{"header only", recording{begin(Header{})}, ErrIncomplete},
		{"open root", recording{begin(Header{}), dir("/", Entry{})}, ErrIncomplete},
		{"open subdirectory", recording{begin(Header{}), dir("/", Entry{}), dir("a", Entry{}), leave()}, ErrIncomplete},
		{"empty root", recording{begin(Header{}), dir("/", Entry{}), leave()}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := NewWriter(io.Discard)
			if err := play(tc.events, w); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if err := w.Close(); !errors.Is(err, tc.want) {
					t.Errorf("Close: %v, want %v", err, tc.want)
				}
			}
		})
	}
}

func TestWriterNoName(t *testing.T) {
	w := NewWriter(io.Discard)
	err := play(recording{begin(Header{}), dir("/", Entry{}), file("", Entry{})}, w)
	if !errors.Is(err, errNoName) {
		t.Errorf("entry without a name: %v, want %v", err, errNoName)
	}
	if err := w.File(&Entry{Name: []byte("a")}); !errors.Is(err, errNoName) {
		t.Errorf("next entry: %v, want the first error again", err)
	}
}

// A brokenWriter fails after some bytes.
type brokenWriter struct{ left int }

var errBroken = errors.New("broken")

func (b *brokenWriter) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errBroken
	}
	return len(p), nil
}

func TestWriterKeepsError(t *testing.T) {
	w := NewWriter(&brokenWriter{left: 100 << 10})
	if err := w.Begin(Header{}); err != nil {
		t.Fatal(err)
	}
	if err := w.EnterDir(&Entry{Name: []byte("/")}); err != nil {
		t.Fatal(err)
	}
	e := Entry{Name: bytes.Repeat([]byte("n"), 200)}
	calls := 0
	for w.File(&e) == nil {
		if calls++; calls > 1000 {
			t.Fatal("File never reports the write error")
		}
	}
	for range 3 * writeSize / len(e.Name) {
		if err := w.File(&e); !errors.Is(err, errBroken) {
			t.Fatalf("later File: %v, want %v", err, errBroken)
		}
	}
	if cap(w.buf) > 4*writeSize {
		t.Errorf("buffer has grown to %d bytes after the error", cap(w.buf))
	}
	if err := errors.Join(w.LeaveDir(), w.Close()); !errors.Is(err, errBroken) {
		t.Errorf("Close: %v, want %v", err, errBroken)
	}
}

func TestWriterMisuse(t *testing.T) {
	root := recording{begin(Header{}), dir("/", Entry{})}
	for _, tc := range []struct {
		name   string
		before recording
		call   event
	}{
		{"begin twice", root[:1], begin(Header{})},
		{"directory before begin", nil, dir("/", Entry{})},
		{"file before root", root[:1], file("a", Entry{})},
		{"leave before root", root[:1], leave()},
		{"file after root", append(root[:2:2], leave()), file("a", Entry{})},
		{"second root", append(root[:2:2], leave()), dir("/", Entry{})},
		{"leave twice", append(root[:2:2], leave()), leave()},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := NewWriter(io.Discard)
			if err := play(tc.before, w); err != nil {
				t.Fatal(err)
			}
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			_ = play(recording{tc.call}, w)
		})
	}
}
