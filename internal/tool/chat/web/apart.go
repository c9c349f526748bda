package web

import (
	"cmp"
	"context"

	"baton/internal/tool/chat/clean"
	"baton/internal/tool/chat/login"
	"baton/internal/tool/chat/room"
	"baton/internal/tool/chat/store"
	"baton/internal/tool/chat/web/wire"
)

// apart returns what does a request that may take its time and so is no part of a
// transaction, or nil; and as how many it counts.
func (s *session) apart(op string) (do func(context.Context, *wire.Request) error, price int) {
	switch op {
	case "history":
		return s.history, 2
	case "search":
		return s.search, 2
	case "register":
		return s.register, login.Price
	case "login":
		return s.login, login.Price
	}
	return nil, 0
}

// history sends a part of a room's messages.
func (s *session) history(ctx context.Context, req *wire.Request) error {
	limit := min(cmp.Or(max(req.Limit, 0), 50), maxBacklog)
	r := store.Range{
		After: store.Point{Seq: req.After}, Before: store.Point{Seq: req.Before},
		Latest: req.Before > 0 || req.After == 0, Limit: limit + 1,
	}
	list, name, err := s.read(ctx, req.Room, func(st store.Store, key string) ([]store.Message, error) {
		return st.Messages(ctx, key, r)
	})
	if err != nil {
		return err
	}
	more := len(list) > limit
	if more && r.Latest {
		list = list[1:]
	} else if more {
		list = list[:limit]
	}
	s.reply(nil, wire.Event{Op: "history", Room: clean.Web(name), Messages: s.shown(name, list), More: more, Ref: req.Ref})
	return nil
}

// search sends those messages of a room that have all words of the query.
func (s *session) search(ctx context.Context, req *wire.Request) error {
	limit := min(cmp.Or(max(req.Limit, 0), 50), maxBacklog)
	list, name, err := s.read(ctx, req.Room, func(st store.Store, key string) ([]store.Message, error) {
		return st.Search(ctx, key, req.Query, store.Range{Latest: true, Limit: limit})
	})
	if err != nil {
		return err
	}
	s.reply(nil, wire.Event{Op: "found", Room: clean.Web(name), Messages: s.shown(name, list), Ref: req.Ref})
	return nil
}

// read reads messages of a room that the client is in.
func (s *session) read(ctx context.Context, roomName string, read func(st store.Store, key string) ([]store.Message, error)) (list []store.Message, name string, err error) {
	var key string
	err = s.hub.Do(ctx, s.c, func(tx *room.Tx) error {
		r := tx.Room(roomName)
		if r == nil || r.Member(s.c) == nil {
			return room.ErrNotMember
		}
		key, name = r.Key(), r.Name()
		return nil
	})
	if err == nil {
		list, err = s.hub.History(ctx, name, func(st store.Store) ([]store.Message, error) { return read(st, key) })
	}
	return list, name, err
}

func (s *session) shown(name string, list []store.Message) []wire.Event {
	all := []wire.Event{}
	for _, m := range list {
		e, _ := convert(room.FromStore(name, s.hub.Epoch(), m), false)
		all = append(all, e)
	}
	return all
}

// register makes an account for the client's name: others may own another one that is
// asked for.
func (s *session) register(ctx context.Context, req *wire.Request) error {
	account, err := s.desk().Register(ctx, s.c, req.Password, nil)
	if err != nil {
		return err
	}
	s.account = account
	return nil
}

// login logs in to an account, before or after the client has its name.
func (s *session) login(ctx context.Context, req *wire.Request) error {
	account, err := s.desk().Login(ctx, s.c, req.Account, req.Password, nil)
	if err != nil {
		return err
	}
	s.account = account // if there is no name yet, the one that is registered next brings it along
	return nil
}

func (s *session) desk() *login.Desk { return &login.Desk{Hub: s.hub, Accounts: s.opts.Accounts} }
