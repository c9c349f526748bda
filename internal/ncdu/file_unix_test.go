//go:build unix

package ncdu

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A pipe is written to, not replaced. The pipe stands for devices too: on one of
// those, a failing test run by root would damage the machine.
func TestCreatePipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skipf("needs named pipes: %v", err)
	}
	// Open for both directions, neither end waits for the other.
	r, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := save(path, nil, sample()); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Type() != fs.ModeNamedPipe {
		t.Fatalf("the pipe was replaced: %v, %v", info, err)
	}
	got := make([]byte, len(write(t, sample())))
	if _, err := io.ReadFull(r, got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample(), mustRead(t, string(got))); diff != "" {
		t.Errorf("through the pipe (-want +got):\n%s", diff)
	}
}
