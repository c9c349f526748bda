package irc

import (
	"errors"
	"strings"
	"time"

	"baton/internal/tool/chat/clean"
	"baton/internal/tool/chat/irc/wire"
	"baton/internal/tool/chat/room"
)

// An encoder makes lines of events. It is a [room.Encoder].
type encoder struct {
	server string
}

// Farewell implements [room.Farewell]. The end of a client that has sent QUIT is told
// by the command.
func (*encoder) Farewell(reason error) []byte {
	switch {
	case errors.Is(reason, errQuit):
		return nil
	case errors.Is(reason, room.ErrDrained):
		return errorLine("The server is going down.")
	}
	return closing(reason.Error())
}

// The label of an event of ours is the label of the command that caused it, or the
// batch that it goes into.
const (
	labelMark = "l"
	batchMark = "b"
)

// Encode implements [room.Encoder]. A shape is the capabilities in [shaping].
func (e *encoder) Encode(dst []byte, ev *room.Event, shape room.Shape, self bool) []byte {
	en := encoding{e: e, ev: ev, caps: caps(shape), self: self, dst: dst}
	if self {
		en.key, en.value = splitLabel(ev.Label)
	}
	en.event()
	if en.key == "label" && len(en.dst) == len(dst) {
		return appendAck(dst, e.server, en.value)
	}
	return en.dst
}

func splitLabel(label string) (key, value string) {
	switch {
	case strings.HasPrefix(label, labelMark):
		return "label", label[len(labelMark):]
	case strings.HasPrefix(label, batchMark):
		return "batch", label[len(batchMark):]
	}
	return "", ""
}

// An encoding is one event being encoded for one kind of client.
type encoding struct {
	e          *encoder
	ev         *room.Event
	caps       caps
	self       bool
	key, value string // a tag for the client alone
	dst        []byte
	l          wire.Line
	prefix     string // before the text, for clients that can't be told its time
	part       bool   // of an event that is several lines, none of which has its id
}

// event appends the lines of the event, or nothing if the client is not to see it.
func (en *encoding) event() {
	ev := en.ev
	switch ev.Kind {
	case room.Message, room.Notice, room.Action, room.TagMsg:
		en.said()
	case room.Join:
		en.from("JOIN")
		if en.caps.has(extendedJoin) {
			en.l.Param(ev.RoomName)
			en.l.Param(ev.From.Account) // "*" for none
			en.l.Text(clean.IRC(ev.From.RealName))
		} else {
			en.l.Param(ev.RoomName)
		}
		en.end()
	case room.Part:
		en.from("PART")
		en.l.Param(ev.RoomName)
		en.optional(ev.Text)
	case room.Quit:
		if en.self {
			return // it gets ERROR
		}
		en.from("QUIT")
		en.l.Text(clean.IRC(ev.Text))
		en.end()
	case room.Nick:
		en.line("NICK", ev.Target)
	case room.Topic:
		en.line("TOPIC", ev.RoomName, ev.Text)
	case room.Mode:
		en.mode()
	case room.Kick:
		en.line("KICK", ev.RoomName, ev.Target, ev.Text)
	case room.Closed:
		en.closed()
	case room.Presence:
		en.presence()
	case room.Failed:
		en.failed()
	default:
		en.optionally()
	}
}

// optionally encodes what only clients with a capability for it get.
func (en *encoding) optionally() {
	ev := en.ev
	switch {
	case ev.Kind == room.Invite:
		en.line("INVITE", ev.Target, ev.RoomName)
	case ev.Kind == room.SetName && en.caps.has(setname):
		en.line("SETNAME", ev.Text)
	case en.self:
		// The client has had a numeric for it.
	case ev.Kind == room.Invited && en.caps.has(inviteNotify):
		en.line("INVITE", ev.Target, ev.RoomName)
	case ev.Kind == room.Away && en.caps.has(awayNotify):
		en.line("AWAY", ev.Text)
	case ev.Kind == room.Back && en.caps.has(awayNotify):
		en.from("AWAY")
		en.end()
	case ev.Kind == room.Account && en.caps.has(accountNotify):
		en.from("ACCOUNT")
		en.l.Param(ev.Target) // "*" for none
		en.end()
	}
}

// tags begins a line with the tags that the client can have. A message in several
// lines has its id on the first.
func (en *encoding) tags(withID bool) {
	ev := en.ev
	en.l.Start(en.dst)
	if en.key != "" {
		en.l.Tag(en.key, en.value)
	}
	if en.caps.has(serverTime) {
		var b [32]byte
		en.l.Tag("time", string(ev.Time.UTC().AppendFormat(b[:0], timeFormat)))
	}
	if en.caps.has(accountTag) && ev.From.Account != "" {
		en.l.Tag("account", ev.From.Account)
	}
	if en.caps.has(messageTags) {
		if withID && !en.part {
			en.l.Tag("msgid", ev.ID())
		}
		en.l.RawTags(ev.Tags)
	}
}

const timeFormat = "2006-01-02T15:04:05.000Z"

// from begins a line whose source is the event's.
func (en *encoding) from(command string) {
	en.tags(true)
	en.source(command)
}

func (en *encoding) source(command string) {
	ev := en.ev
	if ev.From.Nick == "" {
		en.l.Source(en.e.server)
	} else {
		en.l.Mask(ev.From.Nick, ev.From.User, ev.From.Host)
	}
	en.l.Command(command)
}

func (en *encoding) end() { en.dst = en.l.End() }

// line is a line whose last parameter is a text.
func (en *encoding) line(command string, words ...string) {
	en.from(command)
	for _, w := range words[:len(words)-1] {
		en.l.Param(w)
	}
	en.l.Text(clean.IRC(words[len(words)-1]))
	en.end()
}

// optional ends a line with a text unless that is empty.
func (en *encoding) optional(text string) {
	if text != "" {
		en.l.Text(clean.IRC(text))
	}
	en.end()
}

// said encodes what somebody said. A text that doesn't fit into a line, from a
// client of another transport, becomes several.
func (en *encoding) said() {
	ev := en.ev
	if en.self && !en.caps.has(echoMessage) {
		return
	}
	target := ev.RoomName
	if target == "" {
		target = ev.Target
	}
	if ev.Kind == room.TagMsg {
		if en.caps.has(messageTags) {
			en.from("TAGMSG")
			en.l.Param(target)
			en.end()
		}
		return
	}
	command, open, shut := "PRIVMSG", en.prefix, ""
	switch ev.Kind {
	case room.Notice:
		command = "NOTICE"
	case room.Action:
		open, shut = "\x01ACTION "+en.prefix, "\x01"
	}
	for first, rest := true, clean.IRC(ev.Text); first || rest != ""; first = false {
		en.tags(first)
		en.source(command)
		en.l.Param(target)
		var part string
		part, rest = cutText(rest, en.l.Room()-len(" :")-len(open)-len(shut))
		en.l.Text(open + part + shut)
		en.end()
	}
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

// mode encodes changes, a few in each line.
func (en *encoding) mode() {
	for rest := en.ev.Changes; len(rest) > 0; {
		var n int
		en.from("MODE")
		en.l.Param(en.ev.RoomName)
		n = appendChanges(&en.l, rest)
		rest = rest[n:]
		en.end()
	}
}

// closed shows the end of a room as what IRC clients know to make one leave.
func (en *encoding) closed() {
	if en.ev.Target == "" {
		return
	}
	en.line("KICK", en.ev.RoomName, en.ev.Target, "This room is closed: "+en.ev.Text)
}

// presence makes up for the comings and goings that a client has missed: as what they
// were, because clients don't take somebody off a list who isn't among the names, and
// some don't take names that they haven't asked for. Where it isn't known any more who
// has gone, the names have to do.
func (en *encoding) presence() {
	ev := en.ev
	switch {
	case ev.Origin == nil:
		return
	case ev.Complete:
		en.changes()
		return
	}
	nick := ev.Origin.Identity().Nick
	names := nameList{server: en.e.server, nick: nick, room: ev.RoomName, secret: false, caps: en.caps, dst: en.dst}
	for i := range ev.Present {
		p := &ev.Present[i]
		names.add(p.Prefix(en.caps.has(multiPrefix)), p.Identity)
	}
	en.dst = names.end()
}

// changes is who has left a room and who has come, with what those may do there.
func (en *encoding) changes() {
	ev := en.ev
	for _, id := range ev.Gone {
		en.as(&room.Event{Kind: room.Part, From: *id, Text: "left while you were behind"})
	}
	for i := range ev.Present {
		p := &ev.Present[i]
		if !p.New || p.Identity.Nick == ev.Origin.Identity().Nick {
			continue
		}
		en.as(&room.Event{Kind: room.Join, From: *p.Identity})
		var modes []room.Change
		if p.Op {
			modes = append(modes, room.Change{Add: true, Mode: 'o', Arg: p.Identity.Nick})
		}
		if p.Voice {
			modes = append(modes, room.Change{Add: true, Mode: 'v', Arg: p.Identity.Nick})
		}
		if len(modes) > 0 {
			en.as(&room.Event{Kind: room.Mode, Changes: modes})
		}
	}
}

// as appends the lines of another event in the same room at the same time.
func (en *encoding) as(ev *room.Event) {
	ev.RoomName, ev.Time = en.ev.RoomName, en.ev.Time
	one := encoding{e: en.e, ev: ev, caps: en.caps, key: en.key, value: en.value, dst: en.dst, part: true}
	one.event()
	en.dst = one.dst
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
