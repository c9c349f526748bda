package chat

import (
	"context"

	"baton/internal/tool/chat/account"
	"baton/internal/tool/chat/login"
)

// accounts returns what the clients of plain lines and of the page register and log
// in with.
func (s *server) accounts() login.Accounts {
	return accounts{s.allAccounts}
}

type accounts struct{ all *account.Accounts }

// Register makes an account.
func (a accounts) Register(ctx context.Context, nick, password string) (string, error) {
	acc, err := a.all.Register(ctx, nick, password)
	return acc.Name, err
}

// Login checks a password.
func (a accounts) Login(ctx context.Context, nick, password string) (string, error) {
	acc, err := a.all.Check(ctx, nick, password)
	return acc.Name, err
}
