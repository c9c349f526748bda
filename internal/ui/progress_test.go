package ui

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	first = hideCursor + "\r"
	tail  = "\x1b[K"
	gone  = eraseLine + showCursor
)

func TestProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, stdout, stderr := Test(Terminal{Out: true, Err: true, Width: 20})
		n := 0
		p := s.StartProgress(func() string { n++; return fmt.Sprintf("frame %d", n) })

		time.Sleep(progressDelay - 1)
		synctest.Wait()
		if got := stderr.String(); got != "" {
			t.Errorf("before the delay: %q", got)
		}
		time.Sleep(progressEvery + 1)
		synctest.Wait()
		if diff := cmp.Diff(first+"frame 1"+tail+"\rframe 2"+tail, stderr.String()); diff != "" {
			t.Error(diff)
		}
		p.Stop()
		p.Stop()
		time.Sleep(time.Second)
		if diff := cmp.Diff(first+"frame 1"+tail+"\rframe 2"+tail+gone, stderr.String()); diff != "" {
			t.Error(diff)
		}
		if stdout.String() != "" {
			t.Errorf("standard output has %q", stdout.String())
		}
	})
}

func TestProgressOfAShortCommand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, stderr := Test(Terminal{Err: true})
		p := s.StartProgress(func() string { return "frame" })
		time.Sleep(progressDelay / 2)
		p.Stop()
		if got := stderr.String(); got != "" {
			t.Errorf("standard error has %q", got)
		}
	})
}

func TestNoProgress(t *testing.T) {
	tests := []struct {
		name  string
		term  Terminal
		quiet bool
	}{
		{"piped", Terminal{Out: true}, false},
		{"quiet", Terminal{Err: true}, true},
		{"dumb", Terminal{Err: true, Env: map[string]string{"TERM": "dumb"}}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, _, stderr := Test(tt.term)
				s.Quiet = tt.quiet
				p := s.StartProgress(func() string { t.Error("line called"); return "" })
				time.Sleep(time.Second)
				p.Stop()
				if got := stderr.String(); got != "" {
					t.Errorf("standard error has %q", got)
				}
			})
		})
	}
}

// Output and status line share a terminal: each write finds the line erased, and
// no frame is drawn into a line that is not finished.
func TestProgressBesideOutput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, stderr := Test(Terminal{Out: true, Err: true})
		s.Out.w = stderr // one terminal
		p := s.StartProgress(func() string { return "working" })
		defer p.Stop()
		time.Sleep(progressDelay)
		synctest.Wait()
		s.Out.Printf("half ")
		s.Out.Printf("")
		time.Sleep(5 * progressEvery)
		synctest.Wait()
		s.Out.Printf("line\n")
		time.Sleep(progressEvery)
		synctest.Wait()
		want := first + "working" + tail + gone + "half line\n" + first + "working" + tail
		if diff := cmp.Diff(want, stderr.String()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestProgressOfAPanic(t *testing.T) {
	s, _, stderr := Test(Terminal{Err: true})
	func() {
		defer func() { recover() }()
		p := s.StartProgress(func() string { return "" })
		defer p.Stop()
		s.SetStatus("drawn")
		panic("work failed")
	}()
	if !strings.HasSuffix(stderr.String(), gone) {
		t.Errorf("standard error is left as %q", stderr.String())
	}
}

func TestStatus(t *testing.T) {
	s, _, stderr := Test(Terminal{Err: true, Width: 11})
	s.SetStatus("a long name\x1b\n")
	s.Restore()
	s.Restore()
	s.SetStatus("too late")
	if diff := cmp.Diff(first+"a long na…"+tail+gone, stderr.String()); diff != "" {
		t.Error(diff)
	}
}

// A write that is stuck must not keep a second Ctrl-C from ending the program.
func TestRestoreDoesNotWait(t *testing.T) {
	s, _, stderr := Test(Terminal{Err: true})
	s.screen.mu.Lock()
	defer s.screen.mu.Unlock()
	s.Restore()
	if got := stderr.String(); got != wrapOn+showCursor {
		t.Errorf("standard error has %q", got)
	}
}

func TestSpinner(t *testing.T) {
	s, _, _ := Test(Terminal{Env: map[string]string{"LANG": "C"}})
	var got strings.Builder
	for i := range 5 {
		got.WriteString(s.Spinner(time.Duration(i) * progressEvery))
	}
	if got.String() != `|/-\|` {
		t.Errorf("spinner turns %q", got.String())
	}
}
