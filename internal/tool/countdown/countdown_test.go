package countdown

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"baton/internal/ui"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

func target(t *testing.T, text string) Target {
	t.Helper()
	tg, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return tg
}

func TestWaitIsExact(t *testing.T) {
	for _, text := range []string{"0", "10", "1.5", "90s", "26h"} {
		synctest.Test(t, func(t *testing.T) {
			s, _, _ := ui.Test(ui.Terminal{})
			began := time.Now()
			tg := target(t, text)
			if err := Wait(t.Context(), Options{Target: tg}, s); err != nil {
				t.Fatal(err)
			}
			if got := time.Since(began); got != tg.after {
				t.Errorf("%s: waited %v", text, got)
			}
		})
	}
}

func TestWaitForATimeOfDay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, _ := ui.Test(ui.Terminal{})
		at := time.Now().Add(90 * time.Minute)
		if err := Wait(t.Context(), Options{Target: target(t, at.Format("15:04:05"))}, s); err != nil {
			t.Fatal(err)
		}
		if now := time.Now(); !now.Equal(at) {
			t.Errorf("it is %v, want %v", now, at)
		}
	})
}

func TestWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, stderr := ui.Test(ui.Terminal{Err: true})
		why := errors.New("why")
		ctx, cancel := context.WithTimeoutCause(t.Context(), 1500*time.Millisecond, why)
		defer cancel()
		began := time.Now()
		if err := Wait(ctx, Options{Target: target(t, "10")}, s); err != why {
			t.Errorf("Wait = %v, want %v", err, why)
		}
		if d := time.Since(began); d != 1500*time.Millisecond {
			t.Errorf("ended after %v", d)
		}
		if got := stderr.String(); !strings.HasSuffix(got, "\r\x1b[K\x1b[?25h") {
			t.Errorf("the terminal is left as %q", got)
		}
	})
}

func TestStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, stderr := ui.Test(ui.Terminal{Err: true})
		if err := Wait(t.Context(), Options{Target: target(t, "2.5"), Title: "go"}, s); err != nil {
			t.Fatal(err)
		}
		want := "\x1b[?25l" +
			"\r3  go  (Ctrl-C aborts)\x1b[K" +
			"\r2  go  (Ctrl-C aborts)\x1b[K" +
			"\r1  go  (Ctrl-C aborts)\x1b[K"
		// At the end itself there may be a frame of 0, before the line is erased.
		if got := stderr.String(); !strings.HasPrefix(got, want) {
			t.Error(cmp.Diff(want, got))
		}
	})
}

func TestLines(t *testing.T) {
	tests := []struct{ time, want string }{
		{"3", "3 2 1"},
		{"0", ""},
		{"12", "12 10 9 8 7 6 5 4 3 2 1"},
		{"95s", "1:35 1:00 50 40 30 20 10 9 8 7 6 5 4 3 2 1"},
		{"2h", "2:00:00 1:00:00"},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			s, stdout, stderr := ui.Test(ui.Terminal{})
			if err := Wait(t.Context(), Options{Target: target(t, tt.time)}, s); err != nil {
				t.Fatal(err)
			}
			got := strings.Join(strings.Fields(stderr.String()), " ")
			if tt.time == "2h" {
				got = strings.Join(strings.Fields(got)[:2], " ")
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s: %s", tt.time, diff)
			}
			if stdout.String() != "" {
				t.Errorf("standard output has %q", stdout.String())
			}
		})
	}
}

func TestQuiet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, stderr := ui.Test(ui.Terminal{})
		s.Quiet = true
		if err := Wait(t.Context(), Options{Target: target(t, "3")}, s); err != nil {
			t.Fatal(err)
		}
		if stderr.String() != "" {
			t.Errorf("standard error has %q", stderr.String())
		}
	})
}

// The longest time must not wrap around to one that is over.
func TestSeconds(t *testing.T) {
	if got := seconds(1<<63 - 1); got != 9223372037 {
		t.Errorf("seconds(max) = %d", got)
	}
}
