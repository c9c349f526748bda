package web

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"baton/internal/tool/chat/clean"
	"baton/internal/tool/chat/room"
	"baton/internal/tool/chat/web/wire"
)

var (
	errNoRequest = errors.New("this is no object of the protocol")
	errUnknown   = errors.New("there is no such request")
	errKind      = errors.New("there is no such kind of message")
	errNoID      = errors.New("the id is too long")
)

// one does one request within a transaction.
func (s *session) one(tx *room.Tx, req *wire.Request) error {
	switch req.Op {
	case "say":
		return s.say(tx, req)
	case "direct":
		return s.direct(tx, req)
	case "join":
		return s.join(tx, req)
	case "part":
		return tx.Part(s.c, req.Room, text(req.Text))
	case "nick":
		return tx.Nick(s.c, strings.TrimSpace(req.Nick))
	case "topic":
		return tx.Topic(s.c, req.Room, text(req.Text))
	case "rooms":
		return s.rooms(tx, req)
	case "who":
		return s.who(tx, req)
	case "command":
		return s.command(tx, req)
	case "ping":
		s.reply(tx, wire.Event{Op: "pong", Ref: req.Ref})
		return nil
	case "hello":
		return room.ErrRegistered
	case "":
		return errNoRequest
	}
	return errUnknown
}

// maxID is how long a client's own id for a line may be.
const maxID = 64

// say says something in a room. A line that comes again is not said again.
func (s *session) say(tx *room.Tx, req *wire.Request) error {
	l, err := s.line(req)
	if err != nil {
		return err
	}
	return tx.SayLine(s.c, req.Room, l)
}

// direct is say to one person.
func (s *session) direct(tx *room.Tx, req *wire.Request) error {
	l, err := s.line(req)
	if err != nil {
		return err
	}
	return tx.DirectLine(s.c, req.To, l)
}

// line returns what a request says.
func (s *session) line(req *wire.Request) (room.Line, error) {
	kind, ok := kindOf(req.Kind)
	switch {
	case !ok:
		return room.Line{}, errKind
	case len(req.ID) > maxID:
		return room.Line{}, errNoID
	}
	return room.Line{
		Kind: kind, Text: text(req.Text), Label: req.ID,
		Session: public(s.token), ID: req.ID, Again: req.Again,
	}, nil
}

// text makes what a client sent one line of text.
func text(s string) string {
	return strings.TrimRight(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' {
			return ' '
		}
		if r == 0 {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD")), " \t")
}

// rooms lists the rooms.
func (s *session) rooms(tx *room.Tx, req *wire.Request) error {
	const most = 500
	list := []wire.Listed{}
	for r := range tx.Rooms() {
		if (r.Len() > 0 || r == tx.Lobby()) && tx.Sees(s.c, r) {
			list = append(list, wire.Listed{Room: clean.Web(r.Name()), Topic: clean.Web(r.Topic().Text), Members: r.Len()})
		}
	}
	slices.SortFunc(list, func(a, b wire.Listed) int {
		return cmp.Or(cmp.Compare(b.Members, a.Members), strings.Compare(a.Room, b.Room))
	})
	s.reply(tx, wire.Event{Op: "rooms", Rooms: list[:min(most, len(list))], Ref: req.Ref})
	return nil
}

// who lists the members of a room.
func (s *session) who(tx *room.Tx, req *wire.Request) error {
	r := tx.Room(req.Room)
	if r == nil || !tx.Sees(s.c, r) {
		return room.ErrNoSuchRoom
	}
	tx.Charge(s.c, 1+r.Len()/200)
	list := []wire.Member{}
	for m := range r.Members() {
		list = append(list, about(m))
	}
	s.reply(tx, wire.Event{Op: "who", Room: clean.Web(r.Name()), Members: list, Ref: req.Ref})
	return nil
}
