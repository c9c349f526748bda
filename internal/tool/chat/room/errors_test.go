package room

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"baton/internal/tool/chat/store"
)

func TestSentence(t *testing.T) {
	change := &ChangeError{Change{Add: true, Mode: 'o', Arg: "bob"}, ErrNoSuchName}
	for _, tt := range []struct {
		err  error
		want string
	}{
		{ErrNotMember, "You are not in that room."},
		{checkNick("1x"), "That will not do: name must begin with a letter or one of _ [ ] { } \\ | ^ `."},
		{checkRoom("x"), "That will not do: name of a room must begin with # and go on."},
		{change, "There is nobody with that name."},
		{errors.Join(change, ErrTooMany), "There is nobody with that name."},
		{errors.New("écrit"), "Écrit."},
	} {
		if got := Sentence(tt.err); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.err, got, tt.want)
		}
	}
}

// TestHistoryFails: what the store says is for the log, and not for clients.
func TestHistoryFails(t *testing.T) {
	var logged strings.Builder
	h, err := New(t.Context(), Options{Log: slog.New(slog.NewTextHandler(&logged, nil))}, store.Memory(1))
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	fail := func(store.Store) ([]store.Message, error) { return nil, errors.New("secret path") }
	if _, err := h.History(t.Context(), "#a", fail); !errors.Is(err, ErrNotRead) || strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
	if !strings.Contains(logged.String(), "secret path") || !strings.Contains(logged.String(), "room=#a") {
		t.Errorf("logged %q", logged.String())
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("why")
	cancel(why)
	if _, err := h.History(ctx, "#a", fail); err != why {
		t.Error(err)
	}
}
