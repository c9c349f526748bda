package plain

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"

	"baton/internal/tool/chat/room"
)

// enter reads a line of a client that has no name yet. If it is one that is free, it
// brings the client into the lobby.
func (s *session) enter(ctx context.Context) error {
	line, err := s.next()
	if err != nil {
		return err
	}
	switch in := parse(line); {
	case in.empty():
	case in.unknown != "":
		s.tell("! There is no command " + in.unknown + "; /help shows those that there are.")
	case in.verb == nil:
		err = s.register(ctx, in.arg)
	case in.verb.name == "nick":
		err = s.register(ctx, in.arg)
	case in.verb.name == "login":
		if err = s.apart(ctx, &in); err == nil {
			err = s.register(ctx, strings.Fields(in.arg)[0])
		}
	case in.verb.name == "help":
		s.c.Reply(helpText())
	case in.verb.name == "quit":
		s.bye = true
	default:
		s.tell("! Say your name first.")
	}
	switch {
	case s.bye:
		return nil
	case s.name != "":
		s.lines.SetIdle(s.opts.Idle)
		return nil
	case errors.Is(err, room.ErrGone), errors.Is(err, room.ErrDrained), ctx.Err() != nil:
		return err
	case err != nil:
		s.tell("! " + explain(err) + " What is your name?")
	}
	if s.tries++; s.tries == maxTries {
		s.tell("* That was your last try.")
		s.bye = true
	}
	return nil
}

// register tries a name. It returns the errors of room.Tx.Register.
func (s *session) register(ctx context.Context, nick string) error {
	return s.hub.Do(ctx, s.c, func(tx *room.Tx) error {
		nick = strings.TrimSpace(nick)
		id := room.Identity{Nick: nick, User: "plain", Host: s.c.Info().Host, Account: s.account, RealName: nick}
		if err := tx.Register(s.c, id); err != nil {
			return err
		}
		s.reply(tx, "* Hello, "+nick+".")
		for _, line := range s.opts.MOTD {
			s.reply(tx, "* "+line)
		}
		if err := s.join(tx, room.Lobby, ""); err != nil {
			s.reply(tx, "! "+explain(err))
		}
		s.settle(tx)
		return nil
	})
}

// join brings the client into a room and shows it: its topic, who is there, and what
// was said last.
func (s *session) join(tx *room.Tx, name, key string) error {
	if !strings.HasPrefix(name, "#") {
		name = "#" + name
	}
	before := len(s.c.Rooms())
	r, err := tx.Join(s.c, name, key)
	if err != nil {
		return err
	}
	s.current = r.Name()
	if len(s.c.Rooms()) == before { // was there already
		s.reply(tx, "* You are now in "+r.Name()+".")
		return nil
	}
	s.reply(tx, "* You are in "+r.Name()+". Present: "+present(r))
	if text := r.Topic().Text; text != "" {
		s.reply(tx, "* Topic: "+text)
	}
	limit := s.opts.History
	if limit == 0 {
		limit = 10
	}
	if events := tx.Recent(r, limit); len(events) > 0 {
		var b []byte
		for _, e := range events {
			b = e.Append(b, encoder{}, shapeOf(len(s.c.Rooms())))
		}
		tx.Reply(s.c, b)
	}
	return nil
}

// maxNames is how many names are shown where somebody only comes in.
const maxNames = 50

// present lists the members of a room, if they are many only some of them: the hub
// has other things to do while a thousand clients come in at once.
func present(r *room.Room) string {
	return some(r.Len(), func(yield func(string) bool) {
		for m := range r.Members() {
			if !yield(m.Prefix(false) + m.Client().Identity().Nick) {
				return
			}
		}
	})
}

// some lists the first of all names, and how many more there are.
func some(all int, list iter.Seq[string]) string {
	var names []string
	for name := range list {
		if names = append(names, name); len(names) == maxNames {
			break
		}
	}
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	text := strings.Join(names, ", ")
	if more := all - len(names); more > 0 {
		text += plural(more, ", and one more", ", and %d more")
	}
	return text
}
