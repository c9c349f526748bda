package irc

import (
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

func handleMotd(x *exec, _ *request) { x.motd() }

func (x *exec) motd() {
	motd := strings.TrimRight(x.srv().opts.Motd, "\n")
	if motd == "" {
		x.reply(errNoMotd, "There is no message of the day")
		return
	}
	x.reply(rplMotdStart, "- "+x.srv().opts.Name+" Message of the day -")
	for line := range strings.SplitSeq(motd, "\n") {
		x.reply(rplMotd, "- "+line)
	}
	x.reply(rplEndOfMotd, "End of MOTD command")
}

func handleLusers(x *exec, _ *request) { x.lusers() }

func (x *exec) lusers() {
	n := x.tx.Counts()
	x.reply(rplLUserClient, "There are "+number(n.Clients-n.Invisible)+" users and "+number(n.Invisible)+" invisible on 1 server")
	x.reply(rplLUserOp, number(n.Operators), "IRC Operators online")
	x.reply(rplLUserUnknown, number(n.Unregistered), "unregistered connections")
	x.reply(rplLUserChannels, number(n.Rooms), "channels formed")
	x.reply(rplLUserMe, "I have "+number(n.Clients)+" clients and 0 servers")
	now, most := number(n.Clients), number(n.Most)
	x.reply(rplLocalUsers, now, most, "Current local users "+now+", max "+most)
	x.reply(rplGlobalUsers, now, most, "Current global users "+now+", max "+most)
}

func number(n int) string { return strconv.Itoa(n) }

func handleVersion(x *exec, _ *request) {
	x.reply(rplVersion, oneWord(x.srv().opts.Version), x.srv().opts.Name, "")
	x.isupport()
}

func oneWord(s string) string { return strings.ReplaceAll(s, " ", "-") }

func handleTime(x *exec, _ *request) {
	x.reply(rplTime, x.srv().opts.Name, x.tx.Now().Format(time.RFC1123))
}

func handleInfo(x *exec, _ *request) {
	lines := []string{
		x.srv().opts.Version,
		"Clients of IRC, plain lines and web pages share the rooms of this server.",
		"Running since " + x.srv().started.UTC().Format(time.RFC1123) + ".",
	}
	if b, ok := debug.ReadBuildInfo(); ok {
		lines = append(lines, "Built with "+b.GoVersion+".")
	}
	for _, line := range lines {
		x.reply(rplInfo, line)
	}
	x.reply(rplEndOfInfo, "End of INFO list")
}

func handleIson(x *exec, m *request) {
	var there []string
	for _, arg := range m.args {
		for nick := range strings.FieldsSeq(arg) {
			if c := x.tx.Client(nick); c != nil {
				there = append(there, c.Identity().Nick)
			}
		}
	}
	x.list(rplIsOn, nil, " ", there)
}

func handleUserhost(x *exec, m *request) {
	const most = 5
	var there []string
	for _, nick := range m.args[:min(len(m.args), most)] {
		c := x.tx.Client(nick)
		if c == nil {
			continue
		}
		id := c.Identity()
		oper, here := "", "+"
		if c.Operator() {
			oper = "*"
		}
		if c.Away() != "" {
			here = "-"
		}
		there = append(there, id.Nick+oper+"="+here+id.User+"@"+id.Host)
	}
	x.list(rplUserHost, nil, " ", there)
}

func handleAway(x *exec, m *request) {
	x.tx.Away(x.c, m.arg(0))
	if m.arg(0) == "" {
		x.reply(rplUnaway, "You are no longer marked as being away")
	} else {
		x.reply(rplNowAway, "You have been marked as being away")
	}
}

func handleSetname(x *exec, m *request) {
	name := m.arg(0)
	switch {
	case len(name) > maxRealName:
		x.fail("SETNAME", "INVALID_REALNAME", "The real name is too long")
		return
	case strings.TrimSpace(name) == "":
		x.fail("SETNAME", "INVALID_REALNAME", "The real name must not be empty")
		return
	}
	x.act().SetName(x.c, name)
	x.did(nil)
}

func handlePing(x *exec, m *request) {
	x.line("PONG", x.srv().opts.Name, m.arg(0))
}

func handlePong(x *exec, _ *request) { x.label = "" }

func handleHelp(x *exec, m *request) {
	subject := strings.ToUpper(m.arg(0))
	if subject == "" {
		x.reply(rplHelpStart, "*", "Commands of this server; HELP COMMAND says more")
		var line string
		for _, c := range x.srv().sorted {
			if line += c.name + " "; len(line) > 300 {
				x.reply(rplHelpTxt, "*", strings.TrimSpace(line))
				line = ""
			}
		}
		x.reply(rplHelpTxt, "*", strings.TrimSpace(line))
		x.reply(rplEndOfHelp, "*", "End of HELP")
		return
	}
	c := x.srv().commands[subject]
	if c == nil {
		x.reply(errHelpNotFound, subject, "There is no help on that")
		return
	}
	x.reply(rplHelpStart, subject, c.name+" "+c.usage)
	x.reply(rplHelpTxt, subject, c.help)
	x.reply(rplEndOfHelp, subject, "End of HELP")
}

func handleKill(x *exec, m *request) {
	victim := x.tx.Client(m.arg(0))
	err := x.act().Kill(x.c, m.arg(0), m.arg(1))
	x.did(errNothing)
	switch {
	case victim == nil:
		x.reply(errNoSuchNick, m.arg(0), "No such nick")
	case err != nil:
		x.reply(errNoPrivileges, "Permission Denied: you're not an operator of this server")
	}
}
