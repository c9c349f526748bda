package irc

import (
	"context"
	"errors"
	"strings"

	"baton/internal/tool/chat/account"
	"baton/internal/tool/chat/login"
	"baton/internal/tool/chat/name"
	"baton/internal/tool/chat/room"
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

// slowRegister is REGISTER, which makes an account.
func slowRegister(ctx context.Context, s *session, m *request) error {
	nick, password := m.arg(0), m.arg(2)
	if nick == "*" {
		if nick = s.c.Identity().Nick; nick == "" {
			nick = s.nick
		}
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
	}
	acc, err := s.srv.opts.Accounts.Register(ctx, nick, password)
	switch {
	case errors.Is(err, account.ErrExists):
		return fail("ACCOUNT_EXISTS", nick, "There is such an account, or one that looks like it")
	case errors.Is(err, account.ErrPassword):
		return fail("WEAK_PASSWORD", nick, "The password must have 8 to 256 bytes")
	case name.Nick(nick) != nil:
		return fail("BAD_ACCOUNT_NAME", nick, "This is no valid name for an account")
	case err != nil:
		s.srv.opts.Log.Error("account not created", "account", nick, "err", err)
		return fail("TEMPORARILY_UNAVAILABLE", nick, "The account could not be created")
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
