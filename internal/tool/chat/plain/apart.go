package plain

import (
	"context"
	"errors"
	"strconv"

	"baton/internal/tool/chat/login"
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
	return s.show(ctx, "said", func(st store.Store, key string) ([]store.Message, error) {
		return st.Messages(ctx, key, store.Range{Latest: true, Limit: n})
	})
}

// search shows messages of the room.
func (s *session) search(ctx context.Context, arg string) error {
	if arg == "" {
		return usage("search WORDS")
	}
	return s.show(ctx, "found", func(st store.Store, key string) ([]store.Message, error) {
		return st.Search(ctx, key, arg, store.Range{Latest: true, Limit: maxFound})
	})
}

// show reads messages of the room where the client is, and shows them with their
// days.
func (s *session) show(ctx context.Context, what string, read func(st store.Store, key string) ([]store.Message, error)) error {
	var key, name string
	err := s.hub.Do(ctx, s.c, func(tx *room.Tx) error {
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
	list, err := s.hub.History(ctx, name, func(st store.Store) ([]store.Message, error) { return read(st, key) })
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
	if password == "" || rest != "" {
		return usage("register PASSWORD")
	}
	account, err := s.desk().Register(ctx, s.c, password, s.settle)
	if err != nil {
		return err
	}
	s.account = account
	s.tell("* The account " + account + " is made: the name is yours. Next time say /login " + account + " PASSWORD.")
	return nil
}

// login logs in to an account, before or after the client has its name.
func (s *session) login(ctx context.Context, arg string) error {
	name, password := first(arg)
	if name == "" || password == "" {
		return usage("login NAME PASSWORD")
	}
	account, err := s.desk().Login(ctx, s.c, name, password, s.settle)
	if err != nil {
		return err
	}
	s.account = account // if there is no name yet, the one that is registered next brings it along
	return nil
}

func (s *session) desk() *login.Desk { return &login.Desk{Hub: s.hub, Accounts: s.opts.Accounts} }

// explain makes an error a sentence for the client.
func explain(err error) string {
	if u, ok := errors.AsType[usage](err); ok {
		return "Usage: /" + string(u)
	}
	switch {
	case errors.Is(err, room.ErrNameInUse):
		return "That name is taken, or looks like one that is."
	case errors.Is(err, room.ErrNameReserved):
		return "That name belongs to an account. If it is yours, say /login NAME PASSWORD."
	}
	return room.Sentence(err)
}
