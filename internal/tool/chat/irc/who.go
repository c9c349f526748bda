package irc

import (
	"strconv"
	"strings"
	"time"

	"baton/internal/tool/chat/clean"
	"baton/internal/tool/chat/room"
)

// A whoQuery is what WHO was asked for: with fields it is WHOX.
type whoQuery struct {
	mask   string // as it is shown in the end
	fields string
	token  string
	opers  bool
	left   int // how many may still be shown
}

// maxWho is how many WHO shows outside of rooms, and maxWhoRoom within one.
const (
	maxWho     = 200
	maxWhoRoom = 2000
)

func handleWho(x *exec, m *request) {
	q := whoQuery{mask: m.arg(0), left: maxWho}
	flags, fields, isX := strings.Cut(m.arg(1), "%")
	q.opers = strings.Contains(flags, "o")
	if isX {
		q.fields, q.token, _ = strings.Cut(fields, ",")
		if len(q.token) > 3 {
			q.token = "0"
		}
		if q.fields == "" {
			q.fields = "cuhsnf"
		}
	}
	switch r := x.tx.Room(q.mask); {
	case isRoom(q.mask):
		if r != nil && x.tx.Sees(x.c, r) {
			x.tx.Charge(x.c, 1+r.Len()/200)
			q.left = maxWhoRoom
			x.whoRoom(&q, r)
		}
	case strings.ContainsAny(q.mask, "*?") || q.mask == "0" || q.mask == "":
		x.tx.Charge(x.c, 2)
		x.whoMask(&q)
	default:
		if c := x.tx.Client(q.mask); c != nil {
			x.whoOne(&q, c, x.shared(c))
		}
	}
	mask := q.mask
	if mask == "" {
		mask = "*"
	}
	x.reply(rplEndOfWho, mask, "End of /WHO list")
}

func (x *exec) whoRoom(q *whoQuery, r *room.Room) {
	inside := r.Member(x.c) != nil
	for m := range r.Members() {
		if inside || !m.Client().Invisible() {
			x.whoOne(q, m.Client(), m)
		}
	}
}

// whoMask shows those whose name, host or real name fits. Who is invisible is shown
// only to those with whom they share a room.
func (x *exec) whoMask(q *whoQuery) {
	mask := q.mask
	if mask == "0" || mask == "" {
		mask = "*"
	}
	for c := range x.tx.Clients() {
		id := c.Identity()
		if !room.Match(mask, id.Nick) && !room.Match(mask, id.Host) && !room.Match(mask, id.RealName) {
			continue
		}
		m := x.shared(c)
		if c == x.c || !c.Invisible() || m != nil {
			x.whoOne(q, c, m)
		}
	}
}

// shared returns who is a member of a room in which the client is too, or nil.
func (x *exec) shared(c *room.Client) *room.Member {
	for _, m := range c.Rooms() {
		if m.Room().Member(x.c) != nil {
			return m
		}
	}
	return nil
}

// whoOne shows one client, as a member of a room if m isn't nil.
func (x *exec) whoOne(q *whoQuery, c *room.Client, m *room.Member) {
	if q.opers && !c.Operator() || q.left == 0 {
		return
	}
	q.left--
	id := c.Identity()
	where, flags := "*", "H"
	if c.Away() != "" {
		flags = "G"
	}
	if c.Operator() {
		flags += "*"
	}
	if m != nil {
		where = m.Room().Name()
		flags += m.Prefix(x.s.caps.has(multiPrefix))
	}
	if q.fields == "" {
		x.reply(rplWhoReply, where, id.User, hostParam(id.Host), x.srv().opts.Name, id.Nick, flags, "0 "+id.RealName)
		return
	}
	x.whox(q, c, where, flags)
}

// whox shows the fields that were asked for, in the order of the specification.
func (x *exec) whox(q *whoQuery, c *room.Client, where, flags string) {
	id := c.Identity()
	account := id.Account
	if account == "" {
		account = "0"
	}
	token := q.token
	if token == "" {
		token = "0"
	}
	idle := strconv.Itoa(int(x.tx.Now().Sub(c.Active()).Seconds()))
	words := make([]string, 0, 12)
	for _, f := range [...]struct {
		field byte
		value string
	}{
		{'t', token},
		{'c', where},
		{'u', id.User},
		{'i', hostParam(x.address(c))},
		{'h', hostParam(id.Host)},
		{'s', x.srv().opts.Name},
		{'n', id.Nick},
		{'f', flags},
		{'d', "0"},
		{'l', idle},
		{'a', account},
		{'o', "n/a"},
		{'r', id.RealName},
	} {
		if strings.IndexByte(q.fields, f.field) >= 0 {
			words = append(words, f.value)
		}
	}
	l := x.start()
	l.Numeric(rplWhoSpcRpl)
	l.Param(x.nick())
	for i, w := range words {
		if i == len(words)-1 && strings.IndexByte(q.fields, 'r') >= 0 {
			l.Text(clean.IRC(w))
		} else {
			l.Param(w)
		}
	}
	x.end()
}

// address returns where a client really comes from, for itself and for operators.
func (x *exec) address(c *room.Client) string {
	if c == x.c || x.c.Operator() {
		return c.Info().Addr
	}
	return "255.255.255.255" // what WHOX says for "hidden"
}

// hostParam returns a host so that it can be a parameter of its own.
func hostParam(host string) string {
	if strings.HasPrefix(host, ":") { // an IPv6 address
		return "0" + host
	}
	return host
}

func handleWhois(x *exec, m *request) {
	nick := m.arg(0)
	if len(m.args) > 1 { // the first one is a server
		nick = m.arg(1)
	}
	nick, _, _ = strings.Cut(nick, ",")
	if nick == "" {
		x.reply(errNoNicknameGiven, "No nickname given")
		return
	}
	c := x.tx.Client(nick)
	if c == nil {
		x.reply(errNoSuchNick, nick, "No such nick")
		x.reply(rplEndOfWhois, nick, "End of /WHOIS list")
		return
	}
	x.whois(c)
	x.reply(rplEndOfWhois, nick, "End of /WHOIS list")
}

func (x *exec) whois(c *room.Client) {
	id := c.Identity()
	x.reply(rplWhoisUser, id.Nick, id.User, hostParam(id.Host), "*", id.RealName)
	x.whoisRooms(c)
	x.reply(rplWhoisServer, id.Nick, x.srv().opts.Name, "comes over "+c.Info().Transport)
	if c.Operator() {
		x.reply(rplWhoisOperator, id.Nick, "is an operator of this server")
	}
	if id.Account != "" {
		x.reply(rplWhoisAccount, id.Nick, id.Account, "is logged in as")
	}
	if c.Info().Secure {
		x.reply(rplWhoisSecure, id.Nick, "is using a secure connection")
	}
	x.showAway(c)
	idle := x.tx.Now().Sub(c.Active()).Truncate(time.Second)
	x.reply(rplWhoisIdle, id.Nick, strconv.Itoa(int(idle.Seconds())), unix(c.Since()), "seconds idle, signon time")
}

// whoisRooms shows in which rooms somebody is, of those that the client may know of.
func (x *exec) whoisRooms(c *room.Client) {
	var rooms []string
	for _, m := range c.Rooms() {
		if x.c == c || x.tx.Sees(x.c, m.Room()) {
			rooms = append(rooms, m.Prefix(x.s.caps.has(multiPrefix))+m.Room().Name())
		}
	}
	if len(rooms) > 0 {
		x.list(rplWhoisChannels, []string{c.Identity().Nick}, " ", rooms)
	}
}

func handleWhowas(x *exec, m *request) {
	nick := m.arg(0)
	if nick == "" {
		x.reply(errNoNicknameGiven, "No nickname given")
		return
	}
	list := x.tx.Whowas(nick)
	if n, err := strconv.Atoi(m.arg(1)); err == nil && n > 0 {
		list = list[:min(n, len(list))]
	}
	if len(list) == 0 {
		x.reply(errWasNoSuchNick, nick, "There was no such nickname")
	}
	for _, w := range list {
		id := w.Identity
		x.reply(rplWhowasUser, id.Nick, id.User, hostParam(id.Host), "*", id.RealName)
		x.reply(rplWhoisServer, id.Nick, x.srv().opts.Name, w.Left.Format(time.RFC1123))
	}
	x.reply(rplEndOfWhowas, nick, "End of WHOWAS")
}
