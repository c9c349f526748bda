package irc

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"baton/internal/tool/chat/account"
	"baton/internal/tool/chat/login"
	"baton/internal/tool/chat/name"
	"baton/internal/tool/chat/room"
	"baton/internal/tool/chat/store"
)

// maxFailures is how many wrong passwords one connection may try.
const maxFailures = 5

// failedLogin counts, and ends the connection of a client that only guesses.
func (s *session) failedLogin() error {
	if s.failures++; s.failures < maxFailures {
		return nil
	}
	s.c.CloseWith(closing(errGuessing.Error()), errGuessing)
	return errGuessing
}

var errGuessing = errors.New("too many wrong passwords")

// slowPass is PASS, with which clients that can't do SASL log in.
func slowPass(ctx context.Context, s *session, m *request) error {
	nick, password, ok := strings.Cut(m.arg(0), ":")
	if !ok || s.srv.opts.Accounts == nil {
		return s.answer(ctx, m, func(x *exec) {
			if x.registered() {
				x.reply(errAlreadyRegistered, "You may not reregister")
			}
		})
	}
	acc, why := s.srv.opts.Accounts.Check(ctx, nick, password)
	guess := s.isGuess(ctx, why)
	err := s.answer(ctx, m, func(x *exec) {
		switch {
		case x.registered():
			x.reply(errAlreadyRegistered, "You may not reregister")
		case guess:
			x.reply(errPasswdMismatch, "Wrong account or password")
			x.tx.Charge(x.c, login.Price)
		case why != nil:
			x.reply(errPasswdMismatch, "The password could not be checked")
		default:
			x.login(acc.Name)
		}
	})
	if err == nil && guess {
		err = s.failedLogin()
	}
	return err
}

// isGuess reports whether a login has failed for what the client sent. Other failures
// are the server's, and logged.
func (s *session) isGuess(ctx context.Context, why error) bool {
	if errors.Is(why, account.ErrDenied) || errors.Is(why, account.ErrProtocol) {
		return true
	}
	if why != nil && ctx.Err() == nil {
		s.srv.opts.Log.Error("login failed", "err", why)
	}
	return false
}

// answer runs the end of a slow command in a transaction.
func (s *session) answer(ctx context.Context, m *request, fn func(x *exec)) error {
	return s.srv.hub.Do(ctx, s.c, func(tx *room.Tx) error {
		x := s.begin(tx, m)
		fn(x)
		x.finish()
		return nil
	})
}

// login notes that the client owns an account.
func (x *exec) login(as string) {
	x.tx.Login(x.c, as)
	x.reply(rplLoggedIn, x.mask(), as, "You are now logged in as "+as)
}

// mask is what the client is called with user and host.
func (x *exec) mask() string {
	id := *x.c.Identity()
	if id.Nick == "" {
		id = room.Identity{Nick: x.s.nick, User: x.s.user, Host: x.c.Info().Host}
	}
	or := func(s string) string {
		if s == "" {
			return "*"
		}
		return s
	}
	return or(id.Nick) + "!" + or(id.User) + "@" + or(id.Host)
}

// slowRegister is REGISTER, which makes an account of the client's own name: whoever
// goes by the name of an account that is not his has to give it up.
func slowRegister(ctx context.Context, s *session, m *request) error {
	nick, password := m.arg(0), m.arg(2)
	own := cmp.Or(s.c.Identity().Nick, s.nick)
	if nick == "*" {
		nick = own
	}
	fail := func(code string, words ...string) error {
		return s.answer(ctx, m, func(x *exec) { x.fail("REGISTER", code, words...) })
	}
	switch {
	case s.srv.opts.Accounts == nil:
		return fail("TEMPORARILY_UNAVAILABLE", nick, "This server has no accounts")
	case s.c.Identity().Account != "":
		return fail("ALREADY_AUTHENTICATED", nick, "You are logged in already")
	case nick == "":
		return fail("BAD_ACCOUNT_NAME", "*", "Choose a name first")
	case name.Fold(nick) != name.Fold(own):
		return fail("ACCOUNT_NAME_MUST_BE_NICK", nick, "You can register only the name that you have")
	}
	var acc store.Account
	err := s.available(ctx, nick)
	if err == nil {
		acc, err = s.srv.opts.Accounts.Register(ctx, nick, password)
	}
	if err != nil && ctx.Err() != nil {
		return err
	}
	if err != nil {
		code, text := s.notMade(nick, err)
		return fail(code, nick, text)
	}
	return s.answer(ctx, m, func(x *exec) {
		if x.s.caps.has(accountRegistration) {
			x.line("REGISTER", "SUCCESS", acc.Name, "Account successfully registered")
		} else {
			x.line("NOTICE", x.nick(), "The account "+acc.Name+" is yours now")
		}
		x.login(acc.Name)
	})
}

// notMade returns what a client is told whose account could not be made.
func (s *session) notMade(nick string, why error) (code, text string) {
	switch {
	case errors.Is(why, account.ErrExists), errors.Is(why, room.ErrNameReserved):
		return "ACCOUNT_EXISTS", "There is such an account, or one that looks like it"
	case errors.Is(why, account.ErrPassword):
		return "WEAK_PASSWORD", "The password must have 8 to 256 bytes"
	case errors.Is(why, room.ErrNameInUse): // by somebody who came before this client
		return "BAD_ACCOUNT_NAME", "Somebody has this name, or one that looks like it"
	case name.Nick(nick) != nil:
		return "BAD_ACCOUNT_NAME", "This is no valid name for an account"
	}
	s.srv.opts.Log.Error("account not created", "account", nick, "err", why)
	return "TEMPORARILY_UNAVAILABLE", "The account could not be created"
}

// available returns why the client can't make an account of a name.
func (s *session) available(ctx context.Context, nick string) (why error) {
	err := s.srv.hub.Do(ctx, s.c, func(tx *room.Tx) error {
		why = tx.Available(s.c, nick)
		return nil
	})
	return cmp.Or(err, why)
}
