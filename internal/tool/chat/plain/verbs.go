package plain

import (
	"context"
	"strings"

	"baton/internal/tool/chat/login"
	"baton/internal/tool/chat/room"
)

// A verb is a command. It has do, which runs on the hub together with the lines
// around it, or apart, which may take its time.
type verb struct {
	name, args, does string
	operators        bool // listed apart
	do               func(s *session, tx *room.Tx, arg string) error
	apart            func(s *session, ctx context.Context, arg string) error
	cost             int // of apart: for how many lines it counts in the flood limits
}

// verbs returns the commands, in the order in which help lists them.
func verbs() []verb {
	return []verb{
		{name: "join", args: "ROOM [KEY]", does: "go into a room; it is made if it does not exist", do: (*session).doJoin},
		{name: "part", args: "[ROOM]", does: "leave a room", do: (*session).doPart},
		{name: "nick", args: "NAME", does: "take another name", do: (*session).doNick},
		{name: "me", args: "TEXT", does: "say what you do: /me waves", do: (*session).doMe},
		{name: "msg", args: "NAME TEXT", does: "tell something to one person", do: (*session).doMsg},
		{name: "who", args: "[ROOM]", does: "show who is there", do: (*session).doWho},
		{name: "rooms", does: "show the rooms", do: (*session).doRooms},
		{name: "history", args: "[N]", does: "show the last N messages of the room; 50 without N", apart: (*session).history, cost: 2},
		{name: "search", args: "WORDS", does: "show the room's last messages with all these words", apart: (*session).search, cost: 2},
		{name: "topic", args: "[TEXT]", does: "show the room's topic, or set it", do: (*session).doTopic},
		{name: "away", args: "[TEXT]", does: "say that you are away, or that you are back", do: (*session).doAway},
		{name: "register", args: "PASSWORD", does: "make an account that protects your name", apart: (*session).makeAccount, cost: login.Price},
		{name: "login", args: "NAME PASSWORD", does: "log in to an account", apart: (*session).login, cost: login.Price},
		{name: "help", does: "show this", do: (*session).doHelp},
		{name: "quit", args: "[REASON]", does: "leave", do: (*session).doQuit},

		{name: "invite", args: "NAME", does: "invite somebody into the room", operators: true, do: (*session).doInvite},
		{name: "kick", args: "NAME [REASON]", does: "remove somebody from the room", operators: true, do: (*session).doKick},
		{name: "ban", args: "NAME|MASK [REASON]", does: "keep somebody out of the room", operators: true, do: (*session).doBan},
		{name: "unban", args: "NAME|MASK", does: "let them in again", operators: true, do: (*session).doUnban},
		{name: "mute", args: "NAME|MASK", does: "let somebody read, and not speak", operators: true, do: (*session).doMute},
		{name: "unmute", args: "NAME|MASK", does: "let them speak again", operators: true, do: (*session).doUnmute},
		{name: "op", args: "NAME", does: "make somebody an operator of the room", operators: true, do: (*session).doOp},
		{name: "deop", args: "NAME", does: "take that back", operators: true, do: (*session).doDeop},
		{name: "close", args: "ROOM [REASON]", does: "close a room; everybody leaves", operators: true, do: (*session).doClose},
		{name: "kill", args: "NAME [REASON]", does: "end a connection, as an operator of the server", operators: true, do: (*session).doKill},
	}
}

// An input is one line: a command with its argument, a message, or nothing.
type input struct {
	verb    *verb
	unknown string // a command that doesn't exist
	arg     string
}

// apart reports whether the line is a command that stands apart.
func (in *input) apart() bool { return in.verb != nil && in.verb.apart != nil }

// empty reports whether there is nothing on the line.
func (in *input) empty() bool { return *in == input{} }

// parse makes a line an input. Two slashes at the beginning are one, of a message.
func parse(line string) input {
	line = strings.TrimSpace(line)
	switch {
	case line == "":
		return input{}
	case !strings.HasPrefix(line, "/"):
		return input{arg: line}
	case strings.HasPrefix(line, "//"):
		return input{arg: line[1:]}
	}
	word, arg, _ := strings.Cut(line, " ")
	list := verbs()
	for i := range list {
		if v := &list[i]; strings.EqualFold(word[1:], v.name) {
			return input{verb: v, arg: strings.TrimSpace(arg)}
		}
	}
	return input{unknown: word}
}

// helpText is what /help shows.
func helpText() []byte {
	var b strings.Builder
	b.WriteString("A line is a message to the room where you are, unless it is a command:\r\n")
	list := func(operators bool) {
		for _, v := range verbs() {
			if v.operators != operators {
				continue
			}
			line := "  /" + strings.TrimSpace(v.name+" "+v.args)
			b.WriteString(line + strings.Repeat(" ", max(1, 28-len(line))) + v.does + "\r\n")
		}
	}
	list(false)
	b.WriteString("For operators of a room, such as who made it:\r\n")
	list(true)
	return []byte(b.String())
}

// first splits off the first word of an argument.
func first(arg string) (word, rest string) {
	word, rest, _ = strings.Cut(arg, " ")
	return word, strings.TrimSpace(rest)
}
