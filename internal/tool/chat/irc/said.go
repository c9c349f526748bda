package irc

import (
	"strings"
	"time"

	"baton/internal/tool/chat/clean"
	"baton/internal/tool/chat/irc/wire"
	"baton/internal/tool/chat/room"
)

// said encodes what somebody said. A text that doesn't fit into a line, from a
// client of another transport, becomes several.
func (en *encoding) said() {
	ev := en.ev
	if en.self && !en.caps.has(echoMessage) {
		return
	}
	command, open, shut := spoken(ev.Kind)
	open += en.prefix
	for first, rest := true, clean.IRC(ev.Text); first || rest != ""; first = false {
		en.tags(first)
		en.source(command)
		en.l.Param(en.to())
		var part string
		part, rest = cutText(rest, en.l.Room()-len(" :")-len(open)-len(shut))
		en.l.Text(open + part + shut)
		en.end()
	}
}

// spoken returns the command that says something, and what is around the text.
func spoken(kind room.Kind) (command, open, shut string) {
	switch kind {
	case room.Notice:
		return "NOTICE", "", ""
	case room.Action:
		return "PRIVMSG", "\x01ACTION ", "\x01"
	}
	return "PRIVMSG", "", ""
}

// fits reports whether what somebody says is one line, also with its source.
func fits(id *room.Identity, target string, kind room.Kind, text string) bool {
	command, open, shut := spoken(kind)
	var l wire.Line
	l.Start(nil)
	l.Mask(id.Nick, id.User, id.Host)
	l.Command(command)
	l.Param(target)
	l.Text(open + clean.IRC(text) + shut)
	return l.Room() >= 0
}

// tagged encodes tags without a text.
func (en *encoding) tagged() {
	if !en.caps.has(messageTags) || en.self && !en.caps.has(echoMessage) {
		return
	}
	en.from("TAGMSG")
	en.l.Param(en.to())
	en.end()
}

// to is where something was said.
func (en *encoding) to() string {
	if en.ev.RoomName != "" {
		return en.ev.RoomName
	}
	return en.ev.Target
}

// cutText cuts off as much text as fits into n bytes, between two words if there is
// a space in the last third.
func cutText(text string, n int) (part, rest string) {
	n = max(n, 1)
	if len(text) <= n {
		return text, ""
	}
	part = string(wire.Cut([]byte(text), n))
	if part == "" { // not even one character
		return text, ""
	}
	if i := strings.LastIndexByte(part, ' '); i > n*2/3 {
		return part[:i], strings.TrimLeft(text[i:], " ")
	}
	return part, text[len(part):]
}

// failed tells a client that what it said is lost.
func (en *encoding) failed() {
	const text = "Your message could not be stored, and nobody has seen it"
	ev := en.ev
	en.l.Start(en.dst)
	if en.key != "" {
		en.l.Tag(en.key, en.value)
	}
	en.l.Source(en.e.server)
	if en.caps.has(standardReplies) {
		en.l.Command("FAIL")
		for _, w := range [...]string{"PRIVMSG", "MESSAGE_NOT_STORED", ev.RoomName} {
			en.l.Param(w)
		}
	} else {
		en.l.Numeric(errCannotSendToChan)
		en.l.Param(ev.From.Nick)
		en.l.Param(ev.RoomName)
	}
	en.l.Text(text)
	en.end()
}

// clock is the time of a message in the text, for clients that can't be told it in
// another way.
func clock(at, now time.Time) string {
	at, now = at.Local(), now.Local()
	if at.YearDay() == now.YearDay() && at.Year() == now.Year() {
		return at.Format("[15:04] ")
	}
	return at.Format("[2006-01-02 15:04] ")
}
