// Package account checks passwords: it registers accounts in a store, and is the
// server's side of SASL PLAIN and SCRAM-SHA-256.
//
// Who tries names learns nothing from it: for an account that does not exist the
// same work is done, the same messages are sent, and the error is the same as for
// a wrong password.
package account

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"baton/internal/tool/chat/name"
	"baton/internal/tool/chat/store"
)

// Errors that the caller tells apart. ErrDenied is all that a login says.
var (
	ErrDenied   = errors.New("account: wrong name or password")
	ErrExists   = errors.New("account: name is taken, or looks like one that is")
	ErrPassword = errors.New("account: password must have 8 to 256 bytes and no control characters")
	ErrProtocol = errors.New("account: not the message that should come")
)

// Accounts is the accounts of a store. Its methods may be called concurrently.
// They block on the store, on a place for hashing, and on the hash, which is slow
// by intent; the waits end with the context.
type Accounts struct {
	store store.Store
	opts  Options
	slots chan struct{} // one for each hash under way

	mu     sync.Mutex // guards secret
	secret []byte     // makes up salts for accounts that do not exist; of the store
}

// Options are what hashing may cost. The zero Options are for a server.
type Options struct {
	Memory      int // of a hash with argon2id, in KiB; 0 means 19456, as OWASP advises
	Passes      int // over that memory; 0 means 2
	Concurrent  int // hashes at a time, the others wait; 0 means 2
	ScramRounds int // of PBKDF2, which SCRAM makes the client do; 0 means 64000, less than 4096 means 4096
}

func (o Options) withDefaults() Options {
	set := func(n *int, value int) {
		if *n <= 0 {
			*n = value
		}
	}
	set(&o.Memory, 19456)
	set(&o.Passes, 2)
	set(&o.Concurrent, 2)
	set(&o.ScramRounds, 64000)
	o.ScramRounds = max(o.ScramRounds, 4096)
	return o
}

// New returns the accounts of a store, which stays the caller's.
func New(s store.Store, opts Options) *Accounts {
	opts = opts.withDefaults()
	return &Accounts{store: s, opts: opts, slots: make(chan struct{}, opts.Concurrent)}
}

// Register makes an account. The errors of package name say what is wrong with
// the name; else it is ErrPassword, ErrExists, or the store's.
func (a *Accounts) Register(ctx context.Context, nick, password string) (store.Account, error) {
	if err := name.Nick(nick); err != nil {
		return store.Account{}, err
	}
	cred, err := a.credentials(ctx, password)
	if err != nil {
		return store.Account{}, err
	}
	acc := store.Account{
		Key: name.Fold(nick), Name: nick, Skeleton: name.Skeleton(nick), Created: time.Now(), Credentials: cred,
	}
	err = a.store.CreateAccount(ctx, acc)
	if errors.Is(err, store.ErrExists) {
		err = ErrExists
	}
	return acc, err
}

// SetPassword replaces the password of the account with that key.
func (a *Accounts) SetPassword(ctx context.Context, key, password string) error {
	cred, err := a.credentials(ctx, password)
	if err != nil {
		return err
	}
	return a.store.SetCredentials(ctx, key, cred)
}

// Check returns the account of that name if the password is its, else ErrDenied.
func (a *Accounts) Check(ctx context.Context, nick, password string) (store.Account, error) {
	acc, err := a.store.Account(ctx, name.Fold(nick))
	unknown := errors.Is(err, store.ErrNotFound)
	if err != nil && !unknown {
		return store.Account{}, err
	}
	prepared, valid := prepare(password)
	var right bool
	if err := a.hashing(ctx, func() { right, err = matches(acc.Password, prepared, a.opts) }); err != nil {
		return store.Account{}, err
	}
	switch {
	case unknown || !valid || err == nil && !right:
		return store.Account{}, ErrDenied
	case err != nil:
		return store.Account{}, fmt.Errorf("account %q: %w", acc.Key, err)
	}
	return acc, nil
}

// credentials returns what is stored of a password.
func (a *Accounts) credentials(ctx context.Context, password string) (cred store.Credentials, err error) {
	prepared, ok := prepare(password)
	if !ok || len(password) < 8 {
		return cred, ErrPassword
	}
	if e := a.hashing(ctx, func() {
		cred.Password = hash(prepared, a.opts)
		cred.Scram, err = newScramKeys(prepared, a.opts.ScramRounds)
	}); e != nil {
		return cred, e
	}
	return cred, err
}

// hashing runs fn when few enough do, so that logins cannot take all memory.
func (a *Accounts) hashing(ctx context.Context, fn func()) error {
	select {
	case a.slots <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("wait to hash a password: %w", context.Cause(ctx))
	}
	defer func() { <-a.slots }()
	fn()
	return nil
}

// prepare returns a password as it is compared: in compatibility form, so that
// it is the same from every keyboard, as RFC 4013 has it.
func prepare(password string) (string, bool) {
	if password == "" || len(password) > 256 || !utf8.ValidString(password) || strings.ContainsFunc(password, unicode.IsControl) {
		return "", false
	}
	spaces := func(r rune) rune {
		if unicode.Is(unicode.Zs, r) {
			return ' '
		}
		return r
	}
	return norm.NFKC.String(strings.Map(spaces, password)), true
}
