package web

import (
	"baton/internal/tool/chat/clean"
	"baton/internal/tool/chat/room"
	"baton/internal/tool/chat/web/wire"
)

// encoder writes events as frames of JSON. It is comparable, as all of its kind are
// the same.
type encoder struct{}

// Encode implements [room.Encoder].
func (encoder) Encode(dst []byte, e *room.Event, _ room.Shape, self bool) []byte {
	if out, ok := convert(e, self); ok {
		return out.Append(dst)
	}
	return dst
}

// convert makes an event of the hub one of the protocol, unless it isn't shown.
func convert(e *room.Event, self bool) (wire.Event, bool) {
	out := wire.Event{Room: clean.Web(e.RoomName), Nick: clean.Web(e.From.Nick), Account: clean.Web(e.From.Account)}
	text := clean.Web(e.Text)
	withText := func(op string) (wire.Event, bool) {
		out.Op, out.Text = op, &text
		return out, true
	}
	switch e.Kind {
	case room.Message, room.Notice, room.Action:
		return said(e, out, text, self), true
	case room.Join:
		if e.Text != "" { // is away
			return withText("join")
		}
		out.Op = "join"
	case room.Part:
		return withText("part")
	case room.Quit:
		return withText("quit")
	case room.Nick:
		out.Op, out.New = "nick", clean.Web(e.Target)
	case room.Topic:
		return withText("topic")
	case room.Mode:
		out.Op, out.Changes = "mode", modes(e.Changes)
	case room.Kick:
		out.Target = clean.Web(e.Target)
		return withText("kick")
	case room.Invite:
		out.Op, out.Target = "invite", clean.Web(e.Target)
	case room.Away:
		return withText("away")
	case room.Back:
		out.Op = "back"
	case room.Account:
		out.Op, out.Account = "account", clean.Web(e.Target)
	case room.Closed: // one for each member, who is removed by it
		out.Target = clean.Web(e.Target)
		return withText("kick")
	case room.Presence:
		out = wire.Event{Op: "members", Room: out.Room, Members: present(e.Present)}
	case room.Failed:
		text = "This could not be stored and was not sent."
		out = wire.Event{Op: "error", Room: out.Room, Code: "not-stored", Text: &text, ID: e.Label}
	default:
		return out, false // such as tags, which the page has no use for
	}
	return out, true
}

// said makes what somebody said an event.
func said(e *room.Event, out wire.Event, text string, self bool) wire.Event {
	out.Op, out.Time, out.Kind, out.Text = "message", e.Time.UTC().Format(wire.TimeFormat), kindName(e.Kind), &text
	out.Seq = e.Msg
	if self {
		out.ID = e.Label
	}
	if e.RoomName == "" {
		out.Op, out.Nick, out.From, out.To = "direct", "", out.Nick, clean.Web(e.Target)
	}
	return out
}

func modes(list []room.Change) []wire.Changed {
	all := []wire.Changed{}
	for _, ch := range list {
		all = append(all, wire.Changed{Set: ch.Add, Mode: string(rune(ch.Mode)), Arg: clean.Web(ch.Arg)})
	}
	return all
}

func present(list []room.Present) []wire.Member {
	all := []wire.Member{}
	for _, p := range list {
		all = append(all, wire.Member{Nick: clean.Web(p.Identity.Nick), Op: p.Op, Voice: p.Voice, Away: p.Away != "", Account: clean.Web(p.Identity.Account)})
	}
	return all
}

// kindName returns the name of a kind of message.
func kindName(k room.Kind) string {
	switch k {
	case room.Action:
		return "action"
	case room.Notice:
		return "notice"
	}
	return "message"
}

// kindOf returns the kind with that name; a message where none is given.
func kindOf(name string) (room.Kind, bool) {
	switch name {
	case "", "message":
		return room.Message, true
	case "action":
		return room.Action, true
	case "notice":
		return room.Notice, true
	}
	return 0, false
}
