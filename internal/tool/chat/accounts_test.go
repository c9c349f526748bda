package chat

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"baton/internal/tool/chat/account"
	"baton/internal/tool/chat/store"
)

// broken is a store whose accounts can't be read.
type broken struct{ store.Store }

func (broken) Account(context.Context, string) (store.Account, error) {
	return store.Account{}, errors.New("disk broken")
}

// TestAccountErrors: clients are told what they can do something about, and the log the
// rest.
func TestAccountErrors(t *testing.T) {
	var logged strings.Builder
	st := store.Memory(1)
	a := accounts{account.New(st, account.Options{Memory: 8, Passes: 1, ScramRounds: 4096}), slog.New(slog.NewTextHandler(&logged, nil))}
	do := func(f func(context.Context, string, string) (string, error), want, nick, password string) {
		t.Helper()
		got := ""
		if _, err := f(t.Context(), nick, password); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", nick, got, want)
		}
	}
	do(a.Register, "name must begin with a letter or one of _ [ ] { } \\ | ^ `", "1", "secretsecret")
	do(a.Register, "password must have 8 to 256 bytes and no control characters", "al", "short")
	do(a.Register, "", "al", "secretsecret")
	do(a.Register, "name is taken, or looks like one that is", "AL", "secretsecret")
	do(a.Login, "wrong name or password", "al", "guess")
	do(a.Login, "", "al", "secretsecret")
	if logged.Len() > 0 {
		t.Errorf("logged %q", logged.String())
	}
	a.all = account.New(broken{st}, account.Options{})
	do(a.Login, "accounts can't be used at the moment", "al", "secretsecret")
	if !strings.Contains(logged.String(), "disk broken") {
		t.Errorf("logged %q", logged.String())
	}
}
