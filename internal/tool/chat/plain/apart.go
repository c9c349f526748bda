package plain

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"baton/internal/tool/chat/room"
	"baton/internal/tool/chat/store"
)

const (
	maxHistory = 500
	maxFound   = 50
)

// history shows the last messages of the room.
func (s *session) history(ctx context.Context, arg string) error {
	n := 50
	if arg != "" {
		var err error
		if n, err = strconv.Atoi(arg); err != nil || n < 1 {
			return usage("history [N]")
		}
	}
	n = min(n, maxHistory)
	return s.show(ctx, "said", func(key string) ([]store.Message, error) {
		return s.hub.Store().Messages(ctx, key, store.Range{Latest: true, Limit: n})
	})
}

// search shows messages of the room.
func (s *session) search(ctx context.Context, arg string) error {
	if arg == "" {
		return usage("search WORDS")
	}
	return s.show(ctx, "found", func(key string) ([]store.Message, error) {
		return s.hub.Store().Search(ctx, key, arg, store.Range{Latest: true, Limit: maxFound})
	})
}

// show reads messages of the room where the client is, and shows them with their
// days.
func (s *session) show(ctx context.Context, what string, read func(key string) ([]store.Message, error)) error {
	var key, name string
	err := s.hub.Do(ctx, s.c, func(tx *room.Tx) error {
		tx.Charge(s.c, 2)
		r, err := s.there(tx, "")
		if err == nil && r.Member(s.c) == nil {
			err = room.ErrNotMember
		}
		if err == nil {
			key, name = r.Key(), r.Name()
		}
		return err
	})
	if err != nil {
		return err
	}
	list, err := read(key)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		s.tell("* Nothing was " + what + ".")
		return nil
	}
	var b []byte
	day := ""
	for _, m := range list {
		if d := m.Time.Local().Format("Monday, 2 January 2006"); d != day {
			day = d
			b = append(b, "* "+day+":\r\n"...)
		}
		b = encoder{}.Encode(b, room.FromStore(name, s.hub.Epoch(), m), oneRoom, false)
	}
	b = append(b, "* "+plural(len(list), "One message.", "%d messages.")+"\r\n"...)
	s.c.Reply(b)
	return nil
}

// makeAccount makes an account for the client's name.
func (s *session) makeAccount(ctx context.Context, arg string) error {
	password, rest := first(arg)
	switch {
	case password == "" || rest != "":
		return usage("register PASSWORD")
	case s.opts.Accounts == nil:
		return errNoAccounts
	}
	if err := s.pay(ctx); err != nil {
		return err
	}
	account, err := s.opts.Accounts.Register(ctx, s.name, password)
	if err != nil {
		return err
	}
	s.tell("* The account " + account + " is made: the name is yours. Next time say /login " + account + " PASSWORD.")
	return s.loggedIn(ctx, account)
}

// login logs in to an account, before or after the client has its name.
func (s *session) login(ctx context.Context, arg string) error {
	name, password := first(arg)
	switch {
	case name == "" || password == "":
		return usage("login NAME PASSWORD")
	case s.opts.Accounts == nil:
		return errNoAccounts
	}
	if err := s.pay(ctx); err != nil {
		return err
	}
	account, err := s.opts.Accounts.Login(ctx, name, password)
	if err != nil {
		return err
	}
	return s.loggedIn(ctx, account)
}

// pay makes the guessing of passwords slow.
func (s *session) pay(ctx context.Context) error {
	return s.hub.Do(ctx, s.c, func(tx *room.Tx) error { tx.Charge(s.c, 5); return nil })
}

func (s *session) loggedIn(ctx context.Context, account string) error {
	s.account = account
	if s.name == "" {
		return nil // the name that is registered next brings it along
	}
	return s.hub.Do(ctx, s.c, func(tx *room.Tx) error {
		tx.Login(s.c, account)
		s.settle(tx)
		return nil
	})
}

var errNoAccounts = errors.New("this server has no accounts")

// explain makes an error a sentence for the client.
func explain(err error) string {
	for _, kind := range []error{room.ErrBadName, room.ErrBadRoom} {
		var both interface{ Unwrap() []error }
		if errors.Is(err, kind) && errors.As(err, &both) {
			return "That will not do: " + fmt.Sprint(both.Unwrap()[1]) + "."
		}
	}
	var list interface{ Unwrap() []error }
	if errors.As(err, &list) && len(list.Unwrap()) > 0 {
		err = list.Unwrap()[0]
	}
	var change *room.ChangeError
	if errors.As(err, &change) {
		err = change.Err
	}
	switch {
	case errors.Is(err, room.ErrNameInUse):
		return "That name is taken, or looks like one that is."
	case errors.Is(err, room.ErrNameReserved):
		return "That name belongs to an account. If it is yours, say /login NAME PASSWORD."
	}
	text := strings.TrimPrefix(fmt.Sprint(err), "account: ")
	r, size := utf8.DecodeRuneInString(text)
	text = string(unicode.ToUpper(r)) + text[size:]
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}
