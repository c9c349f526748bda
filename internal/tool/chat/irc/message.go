package irc

import (
	"errors"
	"strings"

	"baton/internal/tool/chat/irc/wire"
	"baton/internal/tool/chat/room"
)

func handlePrivmsg(x *exec, m *request) { x.say(m, room.Message) }

func handleNotice(x *exec, m *request) { x.say(m, room.Notice) }

func handleTagmsg(x *exec, m *request) {
	if !x.s.caps.has(messageTags) {
		x.reply(errUnknownCommand, m.name, "Unknown command")
		return
	}
	x.say(m, room.TagMsg)
}

// say says something to rooms and to people.
func (x *exec) say(m *request, kind room.Kind) {
	text := m.arg(1)
	switch {
	case m.arg(0) == "":
		x.quietly(kind, errNoRecipient, "No recipient given ("+m.name+")")
		return
	case kind == room.TagMsg:
		text = ""
	case text == "":
		x.quietly(kind, errNoTextToSend, "No text to send")
		return
	}
	if kind == room.Message {
		kind, text = action(text)
	}
	if kind == room.Action && text == "" {
		return
	}
	tags := ""
	if m.tags != "" && x.s.caps.has(messageTags) {
		tags = string(wire.Tags(m.tags).AppendClientOnly(nil))
	}
	if kind == room.TagMsg && tags == "" {
		return
	}
	to := targets(m.arg(0))
	if len(to) > 1 {
		x.several()
	}
	for _, target := range to {
		x.sayTo(target, kind, text, tags)
	}
}

// action finds out whether a message says what somebody does.
func action(text string) (room.Kind, string) {
	if rest, ok := strings.CutPrefix(text, "\x01ACTION"); ok {
		if rest = strings.TrimSuffix(rest, "\x01"); rest == "" || rest[0] == ' ' {
			return room.Action, strings.TrimPrefix(rest, " ")
		}
	}
	return room.Message, text
}

func (x *exec) sayTo(target string, kind room.Kind, text, tags string) {
	var to *room.Client
	if !isRoom(target) {
		to = x.tx.Client(target)
	}
	away := to != nil && to.Away() != "" && kind != room.Notice && kind != room.TagMsg
	if x.label != "" && (away || !fits(x.c.Identity(), target, kind, text)) {
		x.several()
	}
	tx := x.act()
	label := x.eventLabel()
	name := strings.TrimLeft(target, "@+") // messages to the operators only go to all
	if !isRoom(name) {
		if err := tx.Direct(x.c, target, kind, text, tags, label); x.did(err) != nil {
			x.sayError(target, kind, err)
			return
		}
		if away {
			x.showAway(to)
		}
		return
	}
	if name != target {
		x.quietly(kind, errNoSuchNick, target, "Messages to a part of a channel are not possible here")
		x.did(errNothing)
		return
	}
	if err := tx.Say(x.c, target, kind, text, tags, label); x.did(err) != nil {
		x.sayError(target, kind, err)
	}
}

// eventLabel returns the label of an event of the command that runs.
func (x *exec) eventLabel() string {
	switch {
	case x.batch != "":
		return batchMark + x.batch
	case x.label != "":
		return labelMark + x.label
	}
	return ""
}

func (x *exec) sayError(target string, kind room.Kind, err error) {
	switch {
	case errors.Is(err, room.ErrNoSuchName):
		x.quietly(kind, errNoSuchNick, target, "No such nick")
	case errors.Is(err, room.ErrNoSuchRoom):
		x.quietly(kind, errNoSuchChannel, target, "No such channel")
	case errors.Is(err, room.ErrNotMember):
		x.quietly(kind, errCannotSendToChan, target, "Cannot send to channel (+n): join it first")
	case errors.Is(err, room.ErrModerated):
		x.quietly(kind, errCannotSendToChan, target, "Cannot send to channel (+m)")
	case errors.Is(err, room.ErrMuted):
		x.quietly(kind, errCannotSendToChan, target, "Cannot send to channel (you are muted)")
	default:
		x.quietly(kind, errCannotSendToChan, target, "Cannot send to channel: "+err.Error())
	}
}

// quietly answers with an error, except to a notice, which must never be answered.
func (x *exec) quietly(kind room.Kind, code int, words ...string) {
	if kind != room.Notice {
		x.reply(code, words...)
	}
}

// showAway answers that somebody is away.
func (x *exec) showAway(c *room.Client) {
	if c != nil && c.Away() != "" {
		x.reply(rplAway, c.Identity().Nick, c.Away())
	}
}

// cutBytes shortens a text to n bytes, between two characters.
func cutBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return string(wire.Cut([]byte(s), n))
}
