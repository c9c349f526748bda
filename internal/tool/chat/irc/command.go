package irc

import (
	"context"
	"slices"
	"strings"

	"baton/internal/tool/chat/login"
	"baton/internal/tool/chat/name"
	"baton/internal/tool/chat/room"
)

// A command is what a client can send. It has either run, which runs within the
// transaction of the lines that came together, or slow, which runs between two.
type command struct {
	name  string
	args  int  // how many it needs at least
	early bool // possible before registration
	cost  int  // lines that it counts for in the flood limits; 0 for one, or what the hub counts
	run   func(x *exec, m *request)
	slow  func(ctx context.Context, s *session, m *request) error
	usage string
	help  string
}

// find returns the command with that name, in any case, or nil.
func (srv *Server) find(name []byte) *command {
	var upper [20]byte
	if len(name) > len(upper) {
		return nil
	}
	for i, c := range name {
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		upper[i] = c
	}
	return srv.commands[string(upper[:len(name)])]
}

// commandTable returns all commands by name.
func commandTable() []*command {
	table := slices.Concat(connectionCommands(), roomCommands(), peopleCommands(), serverCommands())
	slices.SortFunc(table, func(a, b *command) int { return strings.Compare(a.name, b.name) })
	return table
}

func connectionCommands() []*command {
	return []*command{
		{name: "CAP", args: 1, early: true, run: handleCap, usage: "LS|LIST|REQ|END [CAPABILITIES]", help: "Negotiates capabilities."},
		{name: "PASS", args: 1, early: true, slow: slowPass, usage: "ACCOUNT:PASSWORD", help: "Logs in to an account before registration."},
		{name: "NICK", early: true, run: handleNick, usage: "NAME", help: "Gives you a name, or another one."},
		{name: "USER", args: 4, early: true, run: handleUser, usage: "USER 0 * :REAL NAME", help: "Says who you are, once."},
		{name: "AUTHENTICATE", args: 1, early: true, slow: slowAuthenticate, usage: "MECHANISM|DATA|*", help: "Logs in to an account with SASL."},
		{name: "REGISTER", args: 3, early: true, cost: login.Price, slow: slowRegister, usage: "NICK|* EMAIL|* PASSWORD", help: "Makes an account, which protects your name. The address isn't used: give *."},
		{name: "PING", args: 1, early: true, run: handlePing, usage: "TOKEN", help: "Is answered with PONG."},
		{name: "PONG", early: true, run: handlePong, usage: "TOKEN", help: "Answers the server's PING."},
		{name: "QUIT", early: true, run: handleQuit, usage: "[REASON]", help: "Ends the connection."},
	}
}

func roomCommands() []*command {
	return []*command{
		{name: "JOIN", args: 1, run: handleJoin, usage: "CHANNEL,… [KEY,…] | 0", help: "Enters channels; 0 leaves all."},
		{name: "PART", args: 1, run: handlePart, usage: "CHANNEL,… [REASON]", help: "Leaves channels."},
		{name: "TOPIC", args: 1, run: handleTopic, usage: "CHANNEL [TEXT]", help: "Shows or sets a channel's topic."},
		{name: "NAMES", args: 1, run: handleNames, usage: "CHANNEL,…", help: "Shows who is in channels."},
		{name: "LIST", cost: 5, run: handleList, usage: "[CHANNEL|MASK|>N|<N|C>N|C<N|T>N|T<N,…]", help: "Shows channels, also by number of members, or by minutes since they were made (C) or got their topic (T)."},
		{name: "MODE", args: 1, run: handleMode, usage: "CHANNEL|NAME [MODES [ARGUMENT…]]", help: "Shows or changes modes: b k l i m n s t of channels, o v of members, i of yourself. A ban of m:MASK only mutes."},
		{name: "KICK", args: 2, run: handleKick, usage: "CHANNEL NAME,… [REASON]", help: "Removes somebody from a channel."},
		{name: "INVITE", args: 1, run: handleInvite, usage: "NAME CHANNEL", help: "Invites somebody into a channel."},
		{name: "CLOSEROOM", args: 1, run: handleCloseRoom, usage: "CHANNEL [REASON]", help: "Removes all from a channel and closes it; its operators open it by entering."},
		{name: "CHATHISTORY", args: 4, cost: 3, slow: slowHistory, usage: "LATEST|BEFORE|AFTER|AROUND CHANNEL msgid=ID|timestamp=TIME|* LIMIT; BETWEEN CHANNEL FROM TO LIMIT; TARGETS FROM TO LIMIT", help: "Shows what was said earlier."},
	}
}

func peopleCommands() []*command {
	return []*command{
		{name: "PRIVMSG", run: handlePrivmsg, usage: "CHANNEL|NAME,… TEXT", help: "Says something."},
		{name: "NOTICE", run: handleNotice, usage: "CHANNEL|NAME,… TEXT", help: "Says something that no program must answer."},
		{name: "TAGMSG", run: handleTagmsg, usage: "CHANNEL|NAME,…", help: "Sends tags without a text."},
		{name: "WHO", cost: 2, run: handleWho, usage: "CHANNEL|NAME|MASK [FLAGS][%FIELDS[,TOKEN]]", help: "Shows who is there."},
		{name: "WHOIS", args: 1, run: handleWhois, usage: "NAME", help: "Shows who somebody is."},
		{name: "WHOWAS", args: 1, run: handleWhowas, usage: "NAME [COUNT]", help: "Shows who had a name."},
		{name: "ISON", args: 1, run: handleIson, usage: "NAME…", help: "Shows which of the names are there."},
		{name: "USERHOST", args: 1, run: handleUserhost, usage: "NAME…", help: "Shows where they come from."},
		{name: "MONITOR", args: 1, run: handleMonitor, usage: "+ NAME,… | - NAME,… | C | L | S", help: "Tells you when they come and go."},
		{name: "AWAY", run: handleAway, usage: "[TEXT]", help: "Says that you are away, or back."},
		{name: "SETNAME", args: 1, run: handleSetname, usage: ":REAL NAME", help: "Changes your real name."},
		{name: "KILL", args: 2, run: handleKill, usage: "NAME REASON", help: "Ends somebody's connection; for operators of the server."},
	}
}

func serverCommands() []*command {
	return []*command{
		{name: "MOTD", run: handleMotd, help: "Shows the message of the day."},
		{name: "LUSERS", run: handleLusers, help: "Shows how many are there."},
		{name: "VERSION", run: handleVersion, help: "Shows the version and what it can do."},
		{name: "TIME", run: handleTime, help: "Shows the server's time."},
		{name: "INFO", run: handleInfo, help: "Shows what this server is."},
		{name: "HELP", run: handleHelp, usage: "[COMMAND]", help: "Shows commands."},
	}
}

// supports returns the tokens of ISUPPORT.
func (srv *Server) supports() []string {
	return []string{
		"AWAYLEN=" + number(room.MaxAway), "CASEMAPPING=" + name.CaseMapping, "CHANLIMIT=#:" + number(srv.hub.MaxRooms()),
		"CHANMODES=b,k,l,imnst", "CHANNELLEN=" + number(name.MaxRoom), "CHANTYPES=#", "CHATHISTORY=" + number(maxHistory),
		"ELIST=CMTU", "EXTBAN=,m", "KICKLEN=" + number(room.MaxReason), "MAXLIST=b:" + number(srv.hub.MaxList()),
		"MAXTARGETS=" + number(most), "MODES=" + number(maxModes), "MONITOR=" + number(maxWatched),
		"MSGREFTYPES=msgid,timestamp", "NAMELEN=" + number(maxRealName), "NETWORK=" + oneWord(srv.opts.Network),
		"NICKLEN=" + number(name.MaxNick), "PREFIX=(ov)@+",
		"TARGMAX=JOIN:10,KICK:10,MONITOR:100,NAMES:10,NOTICE:10,PART:10,PRIVMSG:10,TAGMSG:10,WHOIS:1",
		"TOPICLEN=" + number(room.MaxTopic), "USERLEN=" + number(maxUser), "UTF8ONLY", "WHOX",
	}
}

// isupport tells what this server can do.
func (x *exec) isupport() {
	const perLine = 12
	for words := range slices.Chunk(x.srv().supports(), perLine) {
		l := x.start()
		l.Numeric(rplISupport)
		l.Param(x.nick())
		for _, w := range words {
			l.Param(w)
		}
		l.Text("are supported by this server")
		x.end()
	}
}
