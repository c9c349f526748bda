package connect

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"baton/internal/tool/chat/web/wire"
)

// receive notes an event, and returns what is to be sent and shown.
func (s *state) receive(e *wire.Event) (reqs []wire.Request, said []line) {
	text := textOf(e)
	about := func(format string, args ...any) []line {
		return []line{{at: time.Now(), room: e.Room, kind: e.Op, nick: e.Nick, text: fmt.Sprintf(format, args...)}}
	}
	switch e.Op {
	case "welcome":
		first := !s.known
		reqs = s.welcomed(e)
		if first {
			said = append(said, note("You are "+e.Nick+" on "+e.Server+"."))
			for _, l := range e.MOTD {
				said = append(said, note(l))
			}
		} else {
			said = append(said, note("Connected again."))
		}
		return reqs, said
	case "room":
		return s.room(e)
	case "message":
		s.confirm(e.ID)
		if !s.seen(e.Room, e.Seq) {
			return nil, nil
		}
		return nil, []line{message(e)}
	case "direct":
		s.confirm(e.ID)
		l := message(e)
		l.kind, l.nick = "direct", e.From
		if e.From == s.nick {
			l.text = "to " + e.To + ": " + l.text
		}
		return nil, []line{l}
	case "history", "found":
		return nil, s.list(e)
	case "error":
		s.confirm(e.ID)
		return nil, []line{{at: time.Now(), kind: "error", text: text}}
	case "notice", "closing":
		return nil, []line{note(text)}
	case "rooms":
		for _, r := range e.Rooms {
			said = append(said, note(strings.TrimSpace(fmt.Sprintf("%-20s %4d  %s", r.Room, r.Members, r.Topic))))
		}
		return nil, said
	case "who", "members":
		return nil, []line{note("Present in " + e.Room + ": " + present(e.Members))}
	case "join":
		if e.Nick == s.nick {
			return nil, nil // the room's own event says so
		}
		s.names.add(e.Nick)
		return nil, about("has come in")
	case "part", "quit":
		if e.Nick == s.nick && e.Op == "part" {
			s.left(e.Room)
			return nil, []line{note("You have left " + e.Room + ".")}
		}
		return nil, about("has left%s", because(text))
	case "nick":
		s.names.add(e.New)
		if e.Nick == s.nick {
			s.nick, s.wanted = e.New, e.New
		}
		return nil, about("is now %s", e.New)
	case "topic":
		if text == "" {
			return nil, about("has removed the topic")
		}
		return nil, about("has set the topic: %s", text)
	case "mode":
		var what []string
		for _, ch := range e.Changes {
			sign := "-"
			if ch.Set {
				sign = "+"
			}
			what = append(what, strings.TrimSpace(sign+ch.Mode+" "+ch.Arg))
		}
		return nil, about("has set mode %s", strings.Join(what, ", "))
	case "kick":
		if e.Target == s.nick {
			s.left(e.Room)
		}
		return nil, about("has removed %s%s", e.Target, because(text))
	case "invite":
		return nil, about("invites you; /join %s takes you there", e.Room)
	case "away":
		return nil, about("is away%s", because(text))
	case "back":
		return nil, about("is back")
	case "account":
		switch {
		case e.Nick == s.nick && e.Account == "":
			return nil, []line{note("You are logged out.")}
		case e.Nick == s.nick:
			return nil, []line{note("You are logged in as " + e.Account + ".")}
		}
	}
	return nil, nil
}

// room shows a room that we have come into, or back to.
func (s *state) room(e *wire.Event) (reqs []wire.Request, said []line) {
	_, known := s.rooms[e.Room]
	last := s.rooms[e.Room]
	s.entered(e.Room)
	if e.Reset {
		s.rooms[e.Room], last = 0, 0
	}
	for _, m := range e.Members {
		s.names.add(m.Nick)
	}
	if !known || last == 0 {
		said = append(said, note("You are in "+e.Room+". Present: "+present(e.Members)))
		if e.Topic != nil && *e.Topic != "" {
			said = append(said, note("Topic: "+*e.Topic))
		}
	}
	if e.More && last > 0 && len(e.Messages) > 0 {
		// What is missing comes first; what has come with the event is in it too.
		ref := s.ask("missed")
		return []wire.Request{{Op: "history", Room: e.Room, After: last, Limit: 200, Ref: ref}}, said
	}
	for i := range e.Messages {
		if m := &e.Messages[i]; s.seen(e.Room, m.Seq) {
			said = append(said, message(m))
		}
	}
	return nil, said
}

// list shows messages of the past.
func (s *state) list(e *wire.Event) (said []line) {
	what := s.asked[e.Ref]
	delete(s.asked, e.Ref)
	for i := range e.Messages {
		m := &e.Messages[i]
		if what == "missed" && !s.seen(e.Room, m.Seq) {
			continue
		}
		said = append(said, message(m))
	}
	switch {
	case what == "missed" && e.More:
		said = append(said, note("There is more in "+e.Room+"; /history shows the last of it."))
	case what != "missed" && len(said) == 0:
		said = append(said, note("There is nothing."))
	}
	return said
}

// textOf returns an event's text; a server may leave it out.
func textOf(e *wire.Event) string {
	if e.Text == nil {
		return ""
	}
	return *e.Text
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return " (" + reason + ")"
}

func present(list []wire.Member) string {
	list = slices.SortedFunc(slices.Values(list), func(a, b wire.Member) int { return cmp.Compare(strings.ToLower(a.Nick), strings.ToLower(b.Nick)) })
	var all []string
	for _, m := range list {
		name := m.Nick
		if m.Op {
			name = "@" + name
		}
		all = append(all, name)
	}
	return strings.Join(all, ", ")
}
