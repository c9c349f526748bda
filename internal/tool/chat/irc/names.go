package irc

import (
	"baton/internal/tool/chat/irc/wire"
	"baton/internal/tool/chat/room"
)

// A nameList is the reply to NAMES for one room being built.
type nameList struct {
	server, nick, room string
	secret             bool
	caps               caps
	dst                []byte
	l                  wire.Line
	open               bool
}

// add adds a member.
func (n *nameList) add(prefix string, id *room.Identity) {
	word := id.Nick
	if n.caps.has(userhostInNames) {
		word += "!" + id.User + "@" + id.Host
	}
	if n.open && n.l.Room() < len(prefix)+len(word)+1 {
		n.dst = n.l.End()
		n.open = false
	}
	if !n.open {
		n.open = true
		n.begin(rplNamReply)
		kind := "="
		if n.secret {
			kind = "@"
		}
		n.l.Param(kind)
		n.l.Param(n.room)
		n.l.Text("")
		n.l.Word(prefix, word)
		return
	}
	n.l.More(prefix, word)
}

func (n *nameList) begin(code int) {
	n.l.Start(n.dst)
	n.l.Source(n.server)
	n.l.Numeric(code)
	n.l.Param(n.nick)
}

// end returns the lines.
func (n *nameList) end() []byte {
	if n.open {
		n.dst = n.l.End()
	}
	n.begin(rplEndOfNames)
	n.l.Param(n.room)
	n.l.Text("End of /NAMES list")
	return n.l.End()
}

// names answers with the members of a room that the client may know of.
func (x *exec) names(r *room.Room) {
	list := nameList{
		server: x.srv().opts.Name, nick: x.nick(), room: r.Name(), secret: r.Has(room.Secret), caps: x.s.caps, dst: x.out,
	}
	inside := r.Member(x.c) != nil
	for m := range r.Members() {
		if inside || !m.Client().Invisible() {
			list.add(m.Prefix(x.s.caps.has(multiPrefix)), m.Client().Identity())
		}
	}
	x.out = list.end()
}

func handleNames(x *exec, m *request) {
	for _, name := range targets(m.arg(0)) {
		if r := x.tx.Room(name); r != nil && x.tx.Sees(x.c, r) {
			x.tx.Charge(x.c, 1+r.Len()/1000)
			x.names(r)
			continue
		}
		x.reply(rplEndOfNames, name, "End of /NAMES list")
	}
}
