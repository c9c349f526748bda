package plain

import (
	"errors"
	"strings"

	"baton/internal/tool/chat/room"
)

// The shapes of what clients read.
const (
	oneRoom  room.Shape = iota
	severals            // each line says in which room it was
)

func shapeOf(rooms int) room.Shape {
	if rooms > 1 {
		return severals
	}
	return oneRoom
}

// encoder writes events as lines of text. It is comparable, as all of its kind are
// the same.
type encoder struct{}

// Farewell implements [room.Farewell].
func (encoder) Farewell(reason error) []byte {
	if errors.Is(reason, room.ErrDrained) {
		return []byte("* The server is going down.\r\n")
	}
	return []byte("* Closed: " + safe(reason.Error()) + ".\r\n")
}

// Encode implements [room.Encoder]. What a client said itself is on its terminal
// already.
func (encoder) Encode(dst []byte, e *room.Event, shape room.Shape, self bool) []byte {
	text := says(e, self)
	if text == "" {
		return dst
	}
	dst = e.Time.Local().AppendFormat(dst, "[15:04] ")
	if shape == severals && e.RoomName != "" {
		dst = append(dst, safe(e.RoomName)...)
		dst = append(dst, ' ')
	}
	dst = append(dst, safe(text)...)
	return append(dst, "\r\n"...)
}

// says returns an event in words, or "" if it isn't shown.
func says(e *room.Event, self bool) string {
	who := e.From.Nick
	direct := e.RoomName == ""
	switch e.Kind {
	case room.Message, room.Notice, room.Action:
		switch {
		case self:
			return ""
		case direct && e.Kind == room.Action:
			return "(only to you) * " + who + " " + e.Text
		case direct:
			return who + " tells you: " + e.Text
		case e.Kind == room.Action:
			return "* " + who + " " + e.Text
		case e.Kind == room.Notice:
			return "-" + who + "- " + e.Text
		}
		return "<" + who + "> " + e.Text
	case room.Join:
		if self {
			return ""
		}
		return "* " + who + " has come in"
	case room.Part, room.Quit:
		if self {
			return ""
		}
		return "* " + who + " has left" + because(e.Text)
	case room.Nick:
		if self {
			return "* You are now " + e.Target
		}
		return "* " + who + " is now " + e.Target
	case room.Topic:
		if e.Text == "" {
			return "* " + server(who) + " has removed the topic"
		}
		return "* " + server(who) + " has set the topic: " + e.Text
	case room.Mode:
		return "* " + server(who) + changes(e.Changes)
	case room.Kick:
		return "* " + who + " has removed " + e.Target + because(e.Text)
	case room.Invite:
		return "* " + who + " invites you to " + e.RoomName + "; /join " + e.RoomName + " takes you there"
	case room.Closed:
		return "* " + who + " has closed " + e.RoomName + because(e.Text) + ", which removes " + e.Target
	case room.Account:
		if !self {
			return ""
		}
		if e.Target == "" {
			return "* You are logged out"
		}
		return "* You are logged in as " + e.Target
	case room.Failed:
		return "! This could not be stored and was not sent: " + e.Text
	case room.Presence:
		if e.Unchanged() {
			return ""
		}
		return "* You have missed who came and went. Present in " + e.RoomName + ": " + names(e.Present)
	}
	return ""
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return " (" + reason + ")"
}

func server(who string) string {
	if who == "" {
		return "The server"
	}
	return who
}

func names(list []room.Present) string {
	return some(len(list), func(yield func(string) bool) {
		for i := range list {
			if p := &list[i]; !yield(p.Prefix(false) + p.Identity.Nick) {
				return
			}
		}
	})
}

// changes says in words what was done to the modes of a room.
func changes(list []room.Change) string {
	var said []string
	for _, ch := range list {
		said = append(said, change(ch))
	}
	return " " + strings.Join(said, ", ")
}

func change(ch room.Change) string {
	set, unset := modeWords(ch.Mode)
	text := unset
	if ch.Add {
		text = set
	}
	kind, mask := "banned ", ch.Arg
	if rest, ok := strings.CutPrefix(ch.Arg, "m:"); ok {
		kind, mask = "muted ", rest
	}
	if ch.Mode == 'b' {
		return "has " + strings.Replace(text, "banned ", kind, 1) + mask
	}
	return "has " + strings.ReplaceAll(text, "ARG", ch.Arg)
}

// modeWords says what it is to set and to unset a mode.
func modeWords(mode byte) (set, unset string) {
	switch mode {
	case 'o':
		return "made ARG an operator", "made ARG an operator no longer"
	case 'v':
		return "given ARG a voice", "taken ARG's voice"
	case 'b':
		return "banned ", "lifted what banned "
	case 'i':
		return "closed the room to all who are not invited", "opened the room to all"
	case 'k':
		return "given the room a key", "removed the room's key"
	case 'l':
		return "limited the room to ARG members", "removed the limit of members"
	case 'm':
		return "made the room moderated", "made the room no longer moderated"
	case 'n':
		return "closed the room to messages from outside", "opened the room to messages from outside"
	case 's':
		return "hidden the room from the list", "put the room on the list"
	case 't':
		return "left the topic to operators", "left the topic to all"
	}
	return "set mode " + string(rune(mode)) + " ARG", "removed mode " + string(rune(mode)) + " ARG"
}
