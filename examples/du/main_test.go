package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// tree makes a tree of 40 directories with 3 files of 1000 bytes each.
func tree(t *testing.T) string {
	root := t.TempDir()
	for i := range 10 {
		dir := filepath.Join(root, fmt.Sprint(i))
		for range 4 {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			for file := range 3 {
				if err := os.WriteFile(filepath.Join(dir, fmt.Sprint("file", file)), make([]byte, 1000), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			dir = filepath.Join(dir, "below")
		}
	}
	return root
}

func TestSum(t *testing.T) {
	stdin, _ := io.Pipe()
	var out bytes.Buffer
	if err := run(t.Context(), []string{tree(t)}, stdin, &out); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "120 files  120000 bytes  in all\n"; !strings.HasSuffix(got, want) {
		t.Errorf("output is %q, want %q", got, want)
	}
}

// TestNobodyThere checks that the end of the input stops nothing.
func TestNobodyThere(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), []string{tree(t)}, io.NopCloser(strings.NewReader("")), &out); err != nil {
		t.Error(err)
	}
}

// TestStopped ends a walk that would take a minute, by Return or by Ctrl-C.
func TestStopped(t *testing.T) {
	roots := slices.Repeat([]string{tree(t)}, 50_000)
	for _, how := range []string{"return", "interrupt", "interrupted before"} {
		t.Run(how, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			stdin, keys := io.Pipe()
			if how == "interrupted before" {
				cancel()
			}
			// The first progress line stops it, so that there are some sums by then.
			first := true
			var out bytes.Buffer
			stdout := writerFunc(func(p []byte) (int, error) {
				if first && strings.Contains(string(p), "so far") {
					first = false
					if how == "return" {
						io.WriteString(keys, "\n")
					} else {
						cancel()
					}
				}
				return out.Write(p)
			})
			err := run(ctx, roots, stdin, stdout)
			if how == "return" && (err == nil || err.Error() != "stopped") {
				t.Errorf("run returned %v", err)
			}
			if how != "return" && !errors.Is(err, context.Canceled) {
				t.Errorf("run returned %v", err)
			}
			if !strings.HasSuffix(out.String(), "  in part\n") {
				t.Errorf("output is %q", out.String())
			}
		})
	}
}

func TestUnreadable(t *testing.T) {
	stdin, _ := io.Pipe()
	var out bytes.Buffer
	root := tree(t)
	err := run(t.Context(), []string{root, filepath.Join(root, "missing")}, stdin, &out)
	if !errors.Is(err, fs.ErrNotExist) || !strings.HasSuffix(out.String(), "120 files  120000 bytes  in part\n") {
		t.Errorf("run returned %v, output %q", err, out.String())
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
