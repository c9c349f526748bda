//go:build unix

package countdown

import (
	"context"
	"errors"
	"os"
	"testing"

	"baton/internal/ui"
	"github.com/creack/pty"
)

// terminal returns both ends of a terminal: the keyboard, and what a program has.
func terminal(t *testing.T) (keys, tty *os.File) {
	t.Helper()
	keys, tty, err := pty.Open()
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { keys.Close(); tty.Close() })
	return keys, tty
}

func TestReturn(t *testing.T) {
	keys, tty := terminal(t)
	keys.WriteString("some text\r")
	if err := waitReturn(t.Context(), tty); err != nil {
		t.Errorf("waitReturn = %v, want nil", err)
	}
}

func TestWaitReturnEndsWithItsContext(t *testing.T) {
	_, tty := terminal(t)
	why := errors.New("why")
	ctx, cancel := context.WithCancelCause(t.Context())
	ended := make(chan error)
	go func() { ended <- waitReturn(ctx, tty) }() // ends after cancel, and is joined below
	cancel(why)
	if err := <-ended; err != why {
		t.Errorf("waitReturn = %v, want %v", err, why)
	}
}

func TestOnlyReturnCounts(t *testing.T) {
	for _, typed := range []string{"\x04", "text\x04"} {
		keys, tty := terminal(t)
		keys.WriteString(typed)
		if entered(int(tty.Fd())) { // waits for the line's end or Ctrl-D
			t.Errorf("%q counts as Return", typed)
		}
	}
}

func TestAbort(t *testing.T) {
	keys, tty := terminal(t)
	s, _, _ := ui.Test(ui.Terminal{In: true, Stdin: tty})
	keys.WriteString("\r")
	if err := Wait(t.Context(), Options{Target: target(t, "100h")}, s); err != ErrAborted {
		t.Errorf("Wait = %v, want %v", err, ErrAborted)
	}
}
