package plain

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"baton/internal/tool/chat/room"
)

// usage is the error of a command whose argument is missing.
type usage string

func (u usage) Error() string { return "usage: /" + string(u) }

func (s *session) doJoin(tx *room.Tx, arg string) error {
	name, key := first(arg)
	if name == "" {
		return usage("join ROOM [KEY]")
	}
	return s.join(tx, name, key)
}

func (s *session) doPart(tx *room.Tx, arg string) error {
	name, reason := s.current, arg
	if strings.HasPrefix(arg, "#") {
		name, reason = first(arg)
	}
	if name == "" {
		return room.ErrNotMember
	}
	if err := tx.Part(s.c, name, reason); err != nil {
		return err
	}
	s.reply(tx, "* You have left "+name+".")
	return nil
}

func (s *session) doNick(tx *room.Tx, arg string) error {
	if arg == "" {
		return usage("nick NAME")
	}
	return tx.Nick(s.c, arg)
}

func (s *session) doMe(tx *room.Tx, arg string) error {
	if arg == "" {
		return usage("me TEXT")
	}
	return s.say(tx, room.Action, arg)
}

// say says something in the room where the client is.
func (s *session) say(tx *room.Tx, kind room.Kind, text string) error {
	if s.current == "" {
		return room.ErrNotMember
	}
	return tx.Say(s.c, s.current, kind, text, "", "")
}

func (s *session) doMsg(tx *room.Tx, arg string) error {
	name, text := first(arg)
	if text == "" {
		return usage("msg NAME TEXT")
	}
	if strings.HasPrefix(name, "#") {
		return tx.Say(s.c, name, room.Message, text, "", "")
	}
	to := tx.Client(name)
	if err := tx.Direct(s.c, name, room.Message, text, "", ""); err != nil {
		return err
	}
	if away := to.Away(); away != "" {
		s.reply(tx, "* "+to.Identity().Nick+" is away: "+away)
	}
	return nil
}

// there returns the room that an argument names, or where the client is.
func (s *session) there(tx *room.Tx, arg string) (*room.Room, error) {
	name, _ := first(arg)
	if name == "" {
		name = s.current
	} else if !strings.HasPrefix(name, "#") {
		name = "#" + name
	}
	if name == "" {
		return nil, room.ErrNotMember
	}
	r := tx.Room(name)
	if r == nil || !tx.Sees(s.c, r) {
		return nil, room.ErrNoSuchRoom
	}
	return r, nil
}

func (s *session) doWho(tx *room.Tx, arg string) error {
	r, err := s.there(tx, arg)
	if err != nil {
		return err
	}
	tx.Charge(s.c, 1+r.Len()/200)
	s.reply(tx, "* "+plural(r.Len(), "One member", "%d members")+" of "+r.Name()+":")
	var members []*room.Member
	for m := range r.Members() {
		if members = append(members, m); len(members) == maxMembers {
			break
		}
	}
	slices.SortFunc(members, func(a, b *room.Member) int {
		return cmp.Compare(strings.ToLower(a.Client().Identity().Nick), strings.ToLower(b.Client().Identity().Nick))
	})
	var b strings.Builder
	for _, m := range members {
		c := m.Client()
		line := "  " + m.Prefix(false) + c.Identity().Nick
		if c.Identity().Account != "" {
			line += " (account " + c.Identity().Account + ")"
		}
		if c.Away() != "" {
			line += ", away: " + c.Away()
		}
		b.WriteString(safe(line) + "\r\n")
	}
	if more := r.Len() - len(members); more > 0 {
		b.WriteString("  and " + strconv.Itoa(more) + " more\r\n")
	}
	tx.Reply(s.c, []byte(b.String()))
	return nil
}

// maxMembers is how many members /who shows, so that they fit the queue of a client that
// reads slowly.
const maxMembers = 1000

func (s *session) doRooms(tx *room.Tx, _ string) error {
	var rooms []*room.Room
	for r := range tx.Rooms() {
		if (r.Len() > 0 || r == tx.Lobby()) && tx.Sees(s.c, r) {
			rooms = append(rooms, r)
		}
	}
	slices.SortFunc(rooms, func(a, b *room.Room) int {
		return cmp.Or(cmp.Compare(b.Len(), a.Len()), cmp.Compare(a.Name(), b.Name()))
	})
	const most = 200
	s.reply(tx, "* "+plural(len(rooms), "One room", "%d rooms")+":")
	for _, r := range rooms[:min(len(rooms), most)] {
		line := fmt.Sprintf("  %-20s %4d", r.Name(), r.Len())
		if t := r.Topic().Text; t != "" {
			line += "  " + t
		}
		s.reply(tx, line)
	}
	if len(rooms) > most {
		s.reply(tx, fmt.Sprintf("  and %d more", len(rooms)-most))
	}
	return nil
}

func (s *session) doTopic(tx *room.Tx, arg string) error {
	r, err := s.there(tx, "")
	if err != nil {
		return err
	}
	if arg != "" {
		return tx.Topic(s.c, r.Name(), arg)
	}
	if t := r.Topic(); t.Text != "" && t.By != "" {
		s.reply(tx, fmt.Sprintf("* Topic of %s, set by %s on %s: %s", r.Name(), t.By, t.Time.Local().Format("2006-01-02 15:04"), t.Text))
	} else if t.Text != "" {
		s.reply(tx, "* Topic of "+r.Name()+": "+t.Text)
	} else {
		s.reply(tx, "* "+r.Name()+" has no topic.")
	}
	return nil
}

func (s *session) doAway(tx *room.Tx, arg string) error {
	tx.Away(s.c, arg)
	if arg == "" {
		s.reply(tx, "* You are back.")
	} else {
		s.reply(tx, "* You are away: "+arg)
	}
	return nil
}

func (s *session) doHelp(tx *room.Tx, _ string) error {
	tx.Reply(s.c, helpText())
	return nil
}

func (s *session) doQuit(tx *room.Tx, arg string) error {
	s.bye, s.left = true, arg
	tx.Quit(s.c, arg)
	return nil
}
