package irc

import (
	"baton/internal/tool/chat/clean"
	"baton/internal/tool/chat/room"
)

// presence encodes who comes and goes, and what becomes of people meanwhile.
func (en *encoding) presence() {
	ev := en.ev
	switch ev.Kind {
	case room.Join:
		en.joined()
	case room.Part:
		en.from("PART")
		en.l.Param(ev.RoomName)
		en.optional(ev.Text)
	case room.Quit:
		if !en.self { // it gets ERROR
			en.line("QUIT", ev.Text)
		}
	case room.Nick:
		en.line("NICK", ev.Target)
	case room.SetName:
		if en.caps.has(setname) {
			en.line("SETNAME", ev.Text)
		}
	case room.Away:
		if en.notified(awayNotify) {
			en.line("AWAY", ev.Text)
		}
	case room.Back:
		if en.notified(awayNotify) {
			en.from("AWAY")
			en.end()
		}
	case room.Account:
		if en.notified(accountNotify) {
			en.from("ACCOUNT")
			en.l.Param(ev.Target) // "*" for none
			en.end()
		}
	case room.Presence:
		en.missed()
	}
}

func (en *encoding) joined() {
	en.from("JOIN")
	en.l.Param(en.ev.RoomName)
	if en.caps.has(extendedJoin) {
		en.l.Param(en.ev.From.Account) // "*" for none
		en.l.Text(clean.IRC(en.ev.From.RealName))
	}
	en.end()
	if en.ev.Text != "" && en.notified(awayNotify) {
		en.as(&room.Event{Kind: room.Away, From: en.ev.From, Text: en.ev.Text})
	}
}

// missed makes up for the comings and goings that a client has missed: as what they
// were, because clients don't take somebody off a list who isn't among the names, and
// some don't take names that they haven't asked for. Where it isn't known any more who
// has gone, the names have to do.
func (en *encoding) missed() {
	ev := en.ev
	switch {
	case ev.Origin == nil:
		return
	case ev.Complete:
		en.changes()
		return
	}
	nick := ev.Origin.Identity().Nick
	names := nameList{server: en.e.server, nick: nick, room: ev.RoomName, caps: en.caps, dst: en.dst}
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
		if p.Identity.Nick == ev.Origin.Identity().Nick {
			continue
		}
		if !p.New {
			en.altered(p)
			continue
		}
		en.as(&room.Event{Kind: room.Join, From: *p.Identity, Text: p.Away})
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

// altered is what may have become of somebody who was there all the time.
func (en *encoding) altered(p *room.Present) {
	if !p.Altered {
		return
	}
	away := room.Event{Kind: room.Away, From: *p.Identity, Text: p.Away}
	if p.Away == "" {
		away.Kind = room.Back
	}
	en.as(&away)
	en.as(&room.Event{Kind: room.Account, From: *p.Identity, Target: p.Identity.Account})
	en.as(&room.Event{Kind: room.SetName, From: *p.Identity, Text: p.Identity.RealName})
}

// as appends the lines of another event in the same room at the same time.
func (en *encoding) as(ev *room.Event) {
	ev.RoomName, ev.Time = en.ev.RoomName, en.ev.Time
	one := encoding{e: en.e, ev: ev, caps: en.caps, key: en.key, value: en.value, dst: en.dst, part: true}
	one.event()
	en.dst = one.dst
}
