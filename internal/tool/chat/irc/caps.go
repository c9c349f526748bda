package irc

import (
	"strconv"
	"strings"

	"baton/internal/tool/chat/account"
	"baton/internal/tool/chat/room"
)

// caps is a set of capabilities. Those that change how events are encoded are a
// client's [room.Shape].
type caps uint32

const (
	accountNotify caps = 1 << iota
	accountTag
	awayNotify
	batchCap
	capNotify
	chathistory
	accountRegistration
	echoMessage
	extendedJoin
	inviteNotify
	labeledResponse
	messageTags
	multiPrefix
	noImplicitNames
	saslCap
	serverTime
	setname
	standardReplies
	userhostInNames
)

// shaping are the capabilities that the encoder looks at.
const shaping = accountNotify | accountTag | awayNotify | echoMessage | extendedJoin | inviteNotify |
	messageTags | multiPrefix | serverTime | setname | standardReplies | userhostInNames

// capNames are the names in the order of the bits.
var capNames = [...]string{
	"account-notify", "account-tag", "away-notify", "batch", "cap-notify", "draft/chathistory",
	"draft/account-registration", "echo-message", "extended-join", "invite-notify", "labeled-response",
	"message-tags", "multi-prefix", "draft/no-implicit-names", "sasl", "server-time", "setname",
	"standard-replies", "userhost-in-names",
}

// has reports whether all of want are in the set.
func (s caps) has(want caps) bool { return s&want == want }

func (s caps) shape() room.Shape { return room.Shape(s & shaping) }

func (s caps) names() []string {
	var names []string
	for i, n := range capNames {
		if s.has(1 << i) {
			names = append(names, n)
		}
	}
	return names
}

// parseCap returns the capability with that name. ok is false if there is none.
func parseCap(name string) (c caps, ok bool) {
	if name == "no-implicit-names" { // as ratified; the draft is what clients ask for today
		return noImplicitNames, true
	}
	for i, n := range capNames {
		if n == name {
			return 1 << i, true
		}
	}
	return 0, false
}

// value returns what CAP LS 302 shows after the name and "=".
func (srv *Server) capValue(c caps) string {
	switch c {
	case saslCap:
		return account.Mechanisms
	case accountRegistration:
		return "before-connect"
	}
	return ""
}

// offered returns the capabilities that this server has.
func (srv *Server) offered() caps {
	all := caps(1)<<len(capNames) - 1
	if srv.opts.Accounts == nil {
		all &^= saslCap | accountRegistration
	}
	return all
}

func handleCap(x *exec, m *request) {
	s := x.s
	switch sub := strings.ToUpper(m.arg(0)); sub {
	case "LS":
		if !x.registered() {
			s.negotiating = true
		}
		if version, err := strconv.Atoi(m.arg(1)); err == nil && version >= 302 {
			s.cap302 = true
			s.caps |= capNotify
		}
		x.capList("LS", x.srv().offered(), s.cap302)
	case "LIST":
		x.capList("LIST", s.caps, false)
	case "REQ":
		if !x.registered() {
			s.negotiating = true
		}
		x.capRequest(m.arg(1))
	case "END":
		s.negotiating = false
		x.tryRegister()
	default:
		x.reply(errInvalidCapCmd, m.arg(0), "There is no such subcommand of CAP")
	}
}

// capList shows capabilities, on several lines if need be and the client knows how
// to read that.
func (x *exec) capList(sub string, set caps, values bool) {
	var words []string
	for i, n := range capNames {
		if c := caps(1) << i; set.has(c) {
			if v := x.srv().capValue(c); v != "" && values {
				n += "=" + v
			}
			words = append(words, n)
		}
	}
	const perLine = 400
	var line []string
	size := 0
	for _, w := range words {
		if size+len(w)+1 > perLine && x.s.cap302 {
			x.line("CAP", x.nick(), sub, "*", strings.Join(line, " "))
			line, size = line[:0], 0
		}
		line = append(line, w)
		size += len(w) + 1
	}
	x.line("CAP", x.nick(), sub, strings.Join(line, " "))
}

// capRequest turns capabilities on and off, all that were asked for or none.
func (x *exec) capRequest(list string) {
	s := x.s
	want := s.caps
	for word := range strings.FieldsSeq(list) {
		name, off := strings.CutPrefix(word, "-")
		c, ok := parseCap(name)
		if !ok || !x.srv().offered().has(c) || off && c == capNotify && s.cap302 {
			x.line("CAP", x.nick(), "NAK", list)
			return
		}
		if off {
			want &^= c
		} else {
			want |= c
		}
	}
	x.line("CAP", x.nick(), "ACK", list)
	x.stage()
	s.caps = want
	x.s.c.SetShape(want.shape())
}
