package disktree

import (
	"fmt"
	"os"
	"sync"
	"syscall"
	"testing"
)

// A signal ends a call that lists a directory early, with a part of the entries.
// Go's runtime sends signals to preempt goroutines.
func TestSignalsLoseNothing(t *testing.T) {
	top := t.TempDir()
	const dirs, each = 20, 300
	for i := range dirs {
		mkdir(t, fmt.Sprint(top, "/", i))
		for j := range each {
			write(t, fmt.Sprint(top, "/", i, "/", j), 0)
		}
	}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				syscall.Kill(os.Getpid(), syscall.SIGURG)
			}
		}
	})
	for range 50 {
		if got := scanOf(t, Options{Workers: 2}, top).Total; got.Files != dirs*each || got.Dirs != dirs+1 {
			t.Errorf("counted %d files and %d directories, want %d and %d", got.Files, got.Dirs, dirs*each, dirs+1)
		}
	}
	close(stop)
	wg.Wait()
}
