package irc

import (
	"context"

	"baton/internal/tool/chat/account"
	"baton/internal/tool/chat/login"
)

// slowAuthenticate is AUTHENTICATE: the login by SASL.
func slowAuthenticate(ctx context.Context, s *session, m *request) error {
	arg := m.arg(0)
	reply := func(code int, text string) error {
		return s.answer(ctx, m, func(x *exec) { x.reply(code, text) })
	}
	switch {
	case !s.caps.has(saslCap) || s.srv.opts.Accounts == nil:
		return reply(errSaslFail, "SASL authentication failed: request the capability sasl first")
	case s.c.Identity().Account != "":
		return reply(errSaslAlready, "You have already authenticated using SASL")
	case arg == "*":
		s.sasl = nil
		return reply(errSaslAborted, "SASL authentication aborted")
	case s.sasl == nil:
		return s.startSasl(ctx, m)
	case len(arg) > maxSasl:
		s.sasl = nil
		return reply(errSaslTooLong, "SASL message too long")
	}
	replies, done, err := s.sasl.Authenticate(ctx, arg)
	switch {
	case err != nil:
		return s.saslFailed(ctx, m, err)
	case done:
		return s.saslDone(ctx, m)
	}
	return s.answer(ctx, m, func(x *exec) {
		for _, r := range replies {
			x.authenticate(r)
		}
		x.label = "" // more of the command is to come
	})
}

// maxSasl is how much of a message one line may have.
const maxSasl = 400

func (s *session) startSasl(ctx context.Context, m *request) error {
	e, ok := s.srv.opts.Accounts.Start(m.arg(0))
	if !ok {
		return s.answer(ctx, m, func(x *exec) {
			x.reply(rplSaslMechs, account.Mechanisms, "are available SASL mechanisms")
			x.reply(errSaslFail, "SASL authentication failed: no such mechanism")
		})
	}
	s.sasl = e
	return s.answer(ctx, m, func(x *exec) { x.authenticate("+") })
}

// authenticate sends AUTHENTICATE, which has no source.
func (x *exec) authenticate(data string) {
	l := &x.building
	l.Start(x.out)
	l.Command("AUTHENTICATE")
	l.Param(data)
	x.end()
}

func (s *session) saslDone(ctx context.Context, m *request) error {
	who := s.sasl.Account().Name
	s.sasl = nil
	return s.answer(ctx, m, func(x *exec) {
		x.login(who)
		x.reply(rplSaslSuccess, "SASL authentication successful")
	})
}

// saslFailed ends an exchange. Only what may be a guess counts as one.
func (s *session) saslFailed(ctx context.Context, m *request, why error) error {
	s.sasl = nil
	guess := s.isGuess(ctx, why)
	err := s.answer(ctx, m, func(x *exec) {
		x.reply(errSaslFail, "SASL authentication failed")
		if guess {
			x.tx.Charge(x.c, login.Price)
		}
	})
	if err == nil && guess {
		err = s.failedLogin()
	}
	return err
}
