package web

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"baton/internal/tool/chat/clean"
	"baton/internal/tool/chat/login"
	"baton/internal/tool/chat/room"
	"baton/internal/tool/chat/web/wire"
)

// greet reads what a client says before it has a name.
func (s *session) greet(ctx context.Context) error {
	if s.tries == maxTries {
		return errTries
	}
	req, err := s.next()
	if err != nil {
		return err
	}
	if req == nil {
		return s.pay(ctx, 1)
	}
	s.tries++
	switch req.Op {
	case "hello":
		err = s.hello(ctx, req)
	case "login":
		if err = s.pay(ctx, login.Price); err == nil {
			err = s.login(ctx, req)
		}
	case "":
		err = errNoRequest
	default:
		err = errNoHello
	}
	if err != nil {
		return s.refused(ctx, req, err)
	}
	return nil
}

var errNoHello = errors.New("first comes hello")

// hello gives the client its name, and brings it into its rooms.
func (s *session) hello(ctx context.Context, req *wire.Request) error {
	if req.Password != "" {
		if err := s.pay(ctx, login.Price); err != nil {
			return err
		}
		as := *req
		as.Account = cmp.Or(req.Account, req.Nick)
		if err := s.login(ctx, &as); err != nil {
			return err
		}
	}
	token := req.Session
	if !isToken(token) {
		token = newToken()
	}
	nick := strings.TrimSpace(req.Nick)
	return s.hub.Do(ctx, s.c, func(tx *room.Tx) error {
		if old := s.srv.sessions.take(token, s.c); old != nil && old != s.c {
			tx.Quit(old, errReplaced.Error())
			tx.End(old, errReplaced)
		}
		id := room.Identity{Nick: nick, User: "web", Host: s.c.Info().Host, Account: s.account, RealName: nick}
		if err := tx.Register(s.c, id); err != nil {
			s.srv.sessions.forget(token, s.c)
			return err
		}
		s.token, s.nick = token, nick
		s.frames.SetIdle(s.opts.Ping)
		s.reply(tx, wire.Event{
			Op: "welcome", Nick: clean.Web(nick), Account: clean.Web(s.account), Session: token,
			Server: clean.Web(s.opts.Server), Epoch: s.hub.Epoch(), MOTD: s.opts.MOTD,
		})
		s.enter(tx, req)
		return nil
	})
}

// enter brings the client into the rooms that it was in, or into the lobby. Who says
// that it was in none is brought into none.
func (s *session) enter(tx *room.Tx, req *wire.Request) {
	names := []string{room.Lobby}
	if req.Resume != nil {
		names = names[:0]
		for name := range req.Resume {
			names = append(names, name)
		}
		slices.Sort(names)
	}
	for _, name := range names {
		if err := s.join(tx, &wire.Request{Room: name, After: req.Resume[name]}); err != nil {
			s.fail(tx, &wire.Request{}, codeOf(err), clean.Web(name)+": "+room.Sentence(err))
		}
	}
}

// join brings the client into a room, and shows it: who is there, and what was said
// after what the client has had.
func (s *session) join(tx *room.Tx, req *wire.Request) error {
	name := req.Room
	if !strings.HasPrefix(name, "#") {
		name = "#" + name
	}
	if r := tx.Room(name); r != nil && r.Member(s.c) != nil { // shows it again, which may be much
		tx.Charge(s.c, 1+r.Len()/200)
	}
	r, err := tx.Join(s.c, name, req.Key)
	if err != nil {
		return err
	}
	topic, last := clean.Web(r.Topic().Text), r.Last()
	e := wire.Event{Op: "room", Room: clean.Web(r.Name()), Topic: &topic, Last: &last, Messages: []wire.Event{}}
	e.Members = make([]wire.Member, 0, r.Len())
	for m := range r.Members() {
		e.Members = append(e.Members, about(m))
	}
	after := req.After
	if after > last {
		e.Reset, after = true, 0 // the client knows messages that aren't there any more
	}
	list := tx.Recent(r, maxBacklog)
	for _, ev := range list {
		if ev.Msg > after {
			msg, _ := convert(ev, false)
			e.Messages = append(e.Messages, msg)
		}
	}
	if len(list) > 0 {
		e.More = list[0].Msg > after+1
	}
	s.reply(tx, e)
	return nil
}

func about(m *room.Member) wire.Member {
	id := m.Client().Identity()
	return wire.Member{Nick: clean.Web(id.Nick), Op: m.Op(), Voice: m.Voice(), Away: m.Client().Away() != "", Account: clean.Web(id.Account)}
}
