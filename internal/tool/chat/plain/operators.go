package plain

import (
	"strings"

	"baton/internal/tool/chat/room"
)

// target splits the argument of a command that concerns somebody in the room where
// the client is.
func (s *session) target(arg, how string) (name, rest string, err error) {
	name, rest = first(arg)
	switch {
	case name == "":
		return "", "", usage(how)
	case s.current == "":
		return "", "", room.ErrNotMember
	}
	return name, rest, nil
}

func (s *session) doInvite(tx *room.Tx, arg string) error {
	name, _, err := s.target(arg, "invite NAME")
	if err != nil {
		return err
	}
	if err := tx.Invite(s.c, s.current, name); err != nil {
		return err
	}
	s.reply(tx, "* "+name+" is invited.")
	return nil
}

func (s *session) doKick(tx *room.Tx, arg string) error {
	name, reason, err := s.target(arg, "kick NAME [REASON]")
	if err != nil {
		return err
	}
	return tx.Kick(s.c, s.current, name, reason)
}

func (s *session) doBan(tx *room.Tx, arg string) error {
	name, reason, err := s.target(arg, "ban NAME|MASK [REASON]")
	if err != nil {
		return err
	}
	if reason == "" {
		reason = "banned"
	}
	return tx.Ban(s.c, s.current, name, reason)
}

func (s *session) doUnban(tx *room.Tx, arg string) error {
	name, _, err := s.target(arg, "unban NAME|MASK")
	if err != nil {
		return err
	}
	return tx.Unban(s.c, s.current, name)
}

func (s *session) doMute(tx *room.Tx, arg string) error {
	name, _, err := s.target(arg, "mute NAME|MASK")
	if err != nil {
		return err
	}
	return tx.Mute(s.c, s.current, name)
}

func (s *session) doUnmute(tx *room.Tx, arg string) error {
	name, _, err := s.target(arg, "unmute NAME|MASK")
	if err != nil {
		return err
	}
	return tx.Unmute(s.c, s.current, name)
}

func (s *session) doOp(tx *room.Tx, arg string) error { return s.power(tx, arg, "op NAME", true) }

func (s *session) doDeop(tx *room.Tx, arg string) error { return s.power(tx, arg, "deop NAME", false) }

func (s *session) power(tx *room.Tx, arg, how string, give bool) error {
	name, _, err := s.target(arg, how)
	if err != nil {
		return err
	}
	_, err = tx.Mode(s.c, s.current, []room.Change{{Add: give, Mode: 'o', Arg: name}})
	return err
}

func (s *session) doClose(tx *room.Tx, arg string) error {
	name, reason := first(arg)
	if !strings.HasPrefix(name, "#") {
		return usage("close ROOM [REASON]")
	}
	return tx.CloseRoom(s.c, name, reason)
}

func (s *session) doKill(tx *room.Tx, arg string) error {
	name, reason := first(arg)
	if name == "" {
		return usage("kill NAME [REASON]")
	}
	return tx.Kill(s.c, name, reason)
}
