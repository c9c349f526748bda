package chat

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"baton/internal/tool/chat/account"
	"baton/internal/tool/chat/login"
	"baton/internal/tool/chat/name"
)

// accounts returns what the clients of plain lines and of the page register and log
// in with.
func (s *server) accounts() login.Accounts {
	return accounts{s.allAccounts, s.log}
}

type accounts struct {
	all *account.Accounts
	log *slog.Logger
}

// Register makes an account.
func (a accounts) Register(ctx context.Context, nick, password string) (string, error) {
	if err := name.Nick(nick); err != nil {
		return "", err
	}
	acc, err := a.all.Register(ctx, nick, password)
	return acc.Name, a.told(ctx, "account not created", nick, err)
}

// Login checks a password.
func (a accounts) Login(ctx context.Context, nick, password string) (string, error) {
	acc, err := a.all.Check(ctx, nick, password)
	return acc.Name, a.told(ctx, "login failed", nick, err)
}

var errNoUse = errors.New("accounts can't be used at the moment")

// told returns what the client is told of an error. One that isn't the client's doing is
// for the log.
func (a accounts) told(ctx context.Context, what, nick string, err error) error {
	if err == nil || ctx.Err() != nil {
		return err
	}
	for _, known := range []error{account.ErrDenied, account.ErrExists, account.ErrPassword} {
		if errors.Is(err, known) {
			return errors.New(strings.TrimPrefix(known.Error(), "account: "))
		}
	}
	a.log.ErrorContext(ctx, what, "account", nick, "err", err)
	return errNoUse
}
