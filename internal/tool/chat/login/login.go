// Package login is how clients that send commands in their own words, unlike those
// that speak SASL, make accounts and log in to them.
package login

import (
	"context"
	"errors"

	"baton/internal/tool/chat/room"
)

// ErrNoAccounts says that the server has none.
var ErrNoAccounts = errors.New("this server has no accounts")

// Accounts are what protects names. Its methods may take some time.
type Accounts interface {
	// Register makes an account, and returns its name as it is shown.
	Register(ctx context.Context, name, password string) (account string, err error)
	// Login checks a password, and returns the account's name as it is shown.
	Login(ctx context.Context, name, password string) (account string, err error)
}

// A Desk is where the clients of a hub log in. Its methods may be called concurrently,
// but not within a transaction.
type Desk struct {
	Hub      *room.Hub
	Accounts Accounts // nil: there are none
}

// Price is how many lines a try has to cost a client, before it is made: that makes the
// guessing of passwords slow.
const Price = 5

// Register makes an account for the name that the client has, which makes it the
// client's, and logs in to it. Then does what else belongs to that, in the
// transaction; it may be nil.
func (d *Desk) Register(ctx context.Context, c *room.Client, password string, then func(*room.Tx)) (account string, err error) {
	return d.enter(ctx, c, then, func(a Accounts) (string, error) { return a.Register(ctx, c.Identity().Nick, password) })
}

// Login logs in to an account. For a client that has no name yet, the account is for
// [room.Tx.Register] to bring along, and then isn't called.
func (d *Desk) Login(ctx context.Context, c *room.Client, name, password string, then func(*room.Tx)) (account string, err error) {
	return d.enter(ctx, c, then, func(a Accounts) (string, error) { return a.Login(ctx, name, password) })
}

func (d *Desk) enter(ctx context.Context, c *room.Client, then func(*room.Tx), prove func(Accounts) (string, error)) (string, error) {
	if d.Accounts == nil {
		return "", ErrNoAccounts
	}
	account, err := prove(d.Accounts)
	if err != nil {
		return "", err
	}
	err = d.Hub.Do(ctx, c, func(tx *room.Tx) error {
		if c.Registered() {
			tx.Login(c, account)
			if then != nil {
				then(tx)
			}
		}
		return nil
	})
	return account, err
}
