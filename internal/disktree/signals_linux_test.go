package disktree

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// The kernel ends a listing early when a signal waits for the thread, and the
// runtime stops goroutines by signals: a listing that doesn't fill its buffer may
// have more to come.
func TestSignalsCutNoListing(t *testing.T) {
	root := t.TempDir()
	for i := range 50 {
		dir := filepath.Join(root, fmt.Sprint(i))
		mkdir(t, dir)
		for j := range 5 {
			write(t, filepath.Join(dir, fmt.Sprint(j)), 0)
		}
	}
	defer disturb(t)()
	for range 600 {
		if got := scanOf(t, Options{}, root).Total; got.Dirs != 51 || got.Files != 250 {
			t.Fatalf("%d directories and %d files, want 51 and 250", got.Dirs, got.Files)
		}
	}
}

// disturb sends each thread of the process the signal with which the runtime
// stops goroutines, again and again, until the function returned is called.
func disturb(t *testing.T) (end func()) {
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() { // ends when stop is closed
		defer close(stopped)
		for {
			threads, err := os.ReadDir("/proc/self/task")
			if err != nil {
				t.Error(err)
				return
			}
			for _, thread := range threads {
				select {
				case <-stop:
					return
				default:
				}
				if tid, err := strconv.Atoi(thread.Name()); err == nil {
					unix.Tgkill(os.Getpid(), tid, unix.SIGURG)
				}
			}
		}
	}()
	return func() { close(stop); <-stopped }
}
