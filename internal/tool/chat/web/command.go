package web

import (
	"errors"
	"fmt"
	"strings"

	"baton/internal/tool/chat/clean"
	"baton/internal/tool/chat/room"
	"baton/internal/tool/chat/web/wire"
)

var (
	errNoCommand = errors.New("there is no command")
	errNoName    = errors.New("needs a name")
)

// command does what operators type, such as "/kick bob": what a page has no button
// for.
func (s *session) command(tx *room.Tx, req *wire.Request) error {
	word, arg, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(req.Text), "/"), " ")
	word, arg = strings.ToLower(word), text(strings.TrimSpace(arg))
	if word == "away" {
		tx.Away(s.c, arg)
		return nil
	}
	do := s.operation(tx, word)
	name, rest, _ := strings.Cut(arg, " ")
	switch {
	case do == nil:
		return fmt.Errorf("%w /%s", errNoCommand, clean.Web(word))
	case name == "":
		return fmt.Errorf("/%s %w", word, errNoName)
	}
	return do(req.Room, name, strings.TrimSpace(rest))
}

// operation returns what does a command to whom it names, in a room, or nil if there is
// no such command.
func (s *session) operation(tx *room.Tx, word string) func(roomName, name, rest string) error {
	mode := func(add bool, mode byte) func(roomName, name, _ string) error {
		return func(roomName, name, _ string) error {
			_, err := tx.Mode(s.c, roomName, []room.Change{{Add: add, Mode: mode, Arg: name}})
			return err
		}
	}
	list := func(do func(c *room.Client, roomName, target string) error) func(roomName, name, _ string) error {
		return func(roomName, name, _ string) error { return do(s.c, roomName, name) }
	}
	switch word {
	case "invite":
		return func(roomName, name, _ string) error {
			if err := tx.Invite(s.c, roomName, name); err != nil {
				return err
			}
			s.note(tx, "%s is invited.", clean.Web(name))
			return nil
		}
	case "kick":
		return func(roomName, name, reason string) error { return tx.Kick(s.c, roomName, name, reason) }
	case "ban":
		return func(roomName, name, reason string) error { return tx.Ban(s.c, roomName, name, reason) }
	case "unban":
		return list(tx.Unban)
	case "mute":
		return list(tx.Mute)
	case "unmute":
		return list(tx.Unmute)
	case "op":
		return mode(true, 'o')
	case "deop":
		return mode(false, 'o')
	case "voice":
		return mode(true, 'v')
	case "devoice":
		return mode(false, 'v')
	case "close":
		return func(_, name, reason string) error { return tx.CloseRoom(s.c, name, reason) }
	case "kill":
		return func(_, name, reason string) error { return tx.Kill(s.c, name, reason) }
	}
	return nil
}
