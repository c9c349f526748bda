package ui

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestLive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, stdout, stderr := Test(Terminal{Out: true, Err: true, Width: 20, Height: 10})
		n := 0
		l := s.StartLive(func() (string, time.Duration) {
			n++
			return fmt.Sprintf("frame %d\nline two\n", n), time.Second
		})
		frame := func(up string, n int) string {
			return fmt.Sprintf("%s%s\r%sframe %d\x1b[K\nline two\x1b[K\n%s%s", hideCursor, wrapOff, up, n, eraseBelow, wrapOn)
		}
		want := frame("", 1)
		check := func(when string) {
			t.Helper()
			synctest.Wait()
			if diff := cmp.Diff(want, stdout.String()); diff != "" {
				t.Errorf("%s: %s", when, diff)
			}
		}
		check("at once")
		time.Sleep(time.Second)
		want += frame("\x1b[2A", 2)
		check("after a second")
		l.Update()
		l.Update()
		want += frame("\x1b[2A", 3)
		check("after updates")
		s.Out.Printf("above\n")
		want += "\r\x1b[2A" + eraseBelow + showCursor + "above\n"
		check("after other output")
		l.Update()
		want += frame("", 4)
		check("below that")
		s.Err.Printf("no ")
		want += "\r\x1b[2A" + eraseBelow + showCursor
		check("after the start of a line")
		l.Update()
		check("in an unfinished line")
		s.Err.Printf("end\n")
		l.Update()
		want += frame("", 6)
		check("after its end")
		l.Stop()
		l.Stop()
		want += frame("\x1b[2A", 7)
		want += wrapOn + showCursor
		check("at the end")
		time.Sleep(time.Hour)
		check("later")
		if got := stderr.String(); got != "no end\n" {
			t.Errorf("standard error has %q", got)
		}
	})
}

// TestLiveSize has more lines than the terminal, and a terminal that gets narrower.
func TestLiveSize(t *testing.T) {
	s, stdout, _ := Test(Terminal{Out: true, Width: 20, Height: 4})
	s.Out.showBlock(strings.Repeat("0123456789\n", 4))
	if got := stdout.String(); strings.Count(got, "\n") != 3 || !strings.Contains(got, "and 2 more") {
		t.Errorf("%q", got)
	}
	s.Out.showBlock("\x1b[1m" + strings.Repeat("x", 30) + "\x1b[0m\n界\n")
	s.Out.width = 8
	s.Out.showBlock("new\n")
	// 20 columns of x take 3 rows of 8.
	if got := stdout.String(); !strings.HasSuffix(got, "\r\x1b[4Anew\x1b[K\n"+eraseBelow+wrapOn) {
		t.Errorf("%q", got)
	}
}

func TestNotLive(t *testing.T) {
	for name, term := range map[string]Terminal{
		"piped": {Err: true},
		"dumb":  {Out: true, Env: map[string]string{"TERM": "dumb"}},
	} {
		s, stdout, _ := Test(term)
		l := s.StartLive(func() (string, time.Duration) { t.Error("frame called"); return "", time.Second })
		l.Update()
		l.Stop()
		if got := stdout.String(); got != "" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// TestRestoreLive leaves the block on the screen when the process is about to end.
func TestRestoreLive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, stdout, _ := Test(Terminal{Out: true})
		l := s.StartLive(func() (string, time.Duration) { return "frame\n", time.Second })
		defer l.Stop()
		synctest.Wait()
		s.Restore()
		time.Sleep(time.Minute)
		if got := stdout.String(); !strings.HasSuffix(got, "frame\x1b[K\n"+eraseBelow+wrapOn+wrapOn+showCursor) {
			t.Errorf("%q", got)
		}
	})
}
