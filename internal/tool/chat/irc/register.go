package irc

import (
	"errors"
	"strings"

	"baton/internal/tool/chat/room"
)

// Limits that ISUPPORT tells.
const (
	maxRealName = 150
	maxUser     = 16
	maxHistory  = 100
	maxWatched  = 100
)

func handleNick(x *exec, m *request) {
	nick := m.arg(0)
	if nick == "" {
		x.reply(errNoNicknameGiven, "No nickname given")
		return
	}
	if !x.registered() {
		x.s.nick = nick
		x.tryRegister()
		return
	}
	if nick == x.nick() {
		return
	}
	if err := x.act().Nick(x.c, nick); x.did(err) != nil {
		x.nickError(nick, err)
	}
}

func (x *exec) nickError(nick string, err error) {
	switch {
	case errors.Is(err, room.ErrNameInUse):
		x.reply(errNicknameInUse, nick, "This nickname, or one that looks like it, is in use")
	case errors.Is(err, room.ErrNameReserved):
		x.reply(errNicknameInUse, nick, "This nickname belongs to an account: log in to use it")
	case errors.Is(err, room.ErrBadName):
		x.reply(errErroneousNickname, nick, "This is no valid nickname")
	default:
		x.reply(errUnknownError, "NICK", err.Error())
	}
}

func handleUser(x *exec, m *request) {
	if x.registered() {
		x.reply(errAlreadyRegistered, "You may not reregister")
		return
	}
	x.s.user = userName(m.arg(0))
	x.s.real = cutBytes(m.arg(3), maxRealName)
	x.tryRegister()
}

// userName returns what a client may have as its user name, marked as its own
// claim.
func userName(s string) string {
	var b strings.Builder
	b.WriteByte('~')
	for _, c := range s {
		if b.Len() == maxUser {
			break
		}
		if c > ' ' && c < 0x7f && !strings.ContainsRune("!@:,*?", c) {
			b.WriteRune(c)
		}
	}
	if b.Len() == 1 {
		b.WriteString("user")
	}
	return b.String()
}

// tryRegister registers the client if all that it takes is there.
func (x *exec) tryRegister() {
	s := x.s
	if x.registered() || s.negotiating || s.nick == "" || s.user == "" {
		return
	}
	id := room.Identity{Nick: s.nick, User: s.user, Host: x.c.Info().Host, Account: x.c.Identity().Account, RealName: s.real}
	if err := x.tx.Register(x.c, id); err != nil {
		x.nickError(s.nick, err)
		s.nick = "" // the client has to choose another one
		return
	}
	s.registerBy(nil)
	s.user, s.real, s.nick = "", "", ""
	x.welcome()
}

// welcome is what a client gets after its registration.
func (x *exec) welcome() {
	opts := &x.srv().opts
	id := x.c.Identity()
	version := oneWord(opts.Version)
	x.reply(rplWelcome, "Welcome to the "+opts.Network+" chat, "+id.Nick)
	x.reply(rplYourHost, "Your host is "+opts.Name+", running version "+version)
	x.reply(rplCreated, "This server was started "+x.srv().started.UTC().Format("Mon, 02 Jan 2006 15:04:05 MST"))
	x.reply(rplMyInfo, opts.Name, version, "io", "biklmnostv", "bklov")
	x.isupport()
	x.lusers()
	x.motd()
	x.reply(rplUModeIs, userModes(x.c))
}

func handleQuit(x *exec, m *request) {
	s := x.s
	s.leaving = true
	s.reason = "Quit"
	if m.arg(0) != "" {
		s.reason = cutBytes("Quit: "+m.arg(0), room.MaxReason)
	}
	x.out = append(x.out, closing(s.reason)...)
	x.label = ""
	x.stage()
	x.tx.Quit(x.c, s.reason)
	x.tx.End(x.c, errQuit)
}
