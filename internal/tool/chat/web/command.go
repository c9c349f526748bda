package web

import (
	"strings"

	"baton/internal/tool/chat/clean"
	"baton/internal/tool/chat/room"
	"baton/internal/tool/chat/web/wire"
)

// command does what operators type, such as "/kick bob": what a page has no button
// for.
func (s *session) command(tx *room.Tx, req *wire.Request) error {
	word, arg, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(req.Text), "/"), " ")
	arg = text(strings.TrimSpace(arg))
	name, rest, _ := strings.Cut(arg, " ")
	rest = strings.TrimSpace(rest)
	change := func(add bool, mode byte) error {
		_, err := tx.Mode(s.c, req.Room, []room.Change{{Add: add, Mode: mode, Arg: name}})
		return err
	}
	word = strings.ToLower(word)
	if name == "" && word != "away" {
		return errUnknown
	}
	switch word {
	case "away":
		tx.Away(s.c, arg)
	case "invite":
		if err := tx.Invite(s.c, req.Room, name); err != nil {
			return err
		}
		s.note(tx, "%s is invited.", clean.Web(name))
	case "kick":
		return tx.Kick(s.c, req.Room, name, rest)
	case "ban":
		return tx.Ban(s.c, req.Room, name, rest)
	case "unban":
		return tx.Unban(s.c, req.Room, name)
	case "mute":
		return tx.Mute(s.c, req.Room, name)
	case "unmute":
		return tx.Unmute(s.c, req.Room, name)
	case "op":
		return change(true, 'o')
	case "deop":
		return change(false, 'o')
	case "voice":
		return change(true, 'v')
	case "devoice":
		return change(false, 'v')
	case "close":
		return tx.CloseRoom(s.c, name, rest)
	case "kill":
		return tx.Kill(s.c, name, rest)
	default:
		return errUnknown
	}
	return nil
}
