package irc

import (
	"errors"
	"strings"

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
	case room.Message, room.Notice, room.Action:
		en.said()
	case room.TagMsg:
		en.tagged()
	case room.Failed:
		en.failed()
	case room.Topic:
		en.line("TOPIC", ev.RoomName, ev.Text)
	case room.Mode:
		en.mode()
	case room.Kick:
		en.line("KICK", ev.RoomName, ev.Target, ev.Text)
	case room.Closed:
		en.closed()
	case room.Invite:
		en.line("INVITE", ev.Target, ev.RoomName)
	case room.Invited:
		if en.notified(inviteNotify) {
			en.line("INVITE", ev.Target, ev.RoomName)
		}
	default:
		en.presence()
	}
}

// notified reports whether the client is told what others do because it has asked for
// that. Of what it does itself, it has had a numeric.
func (en *encoding) notified(c caps) bool { return !en.self && en.caps.has(c) }

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

// mode encodes changes, a few in each line.
func (en *encoding) mode() {
	for rest := en.ev.Changes; len(rest) > 0; {
		en.from("MODE")
		en.l.Param(en.ev.RoomName)
		rest = rest[appendChanges(&en.l, rest):]
		en.end()
	}
}

// closed shows the end of a room as what IRC clients know to make one leave.
func (en *encoding) closed() {
	if en.ev.Target == "" {
		return
	}
	en.line("KICK", en.ev.RoomName, en.ev.Target, "Room closed: "+en.ev.Text)
}
