package connect

import (
	"strconv"
	"strings"

	"baton/internal/tool/chat/web/wire"
)

// enter turns what the user has entered into what is to be sent and shown.
func (s *state) enter(text string) (reqs []wire.Request, said []line, quit bool) {
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "/") || strings.HasPrefix(text, "//") {
		text = strings.TrimPrefix(text, "/")
		return s.speak(wire.Request{Op: "say", Room: s.current, Text: text})
	}
	word, arg, _ := strings.Cut(text[1:], " ")
	arg = strings.TrimSpace(arg)
	name, rest, _ := strings.Cut(arg, " ")
	rest = strings.TrimSpace(rest)
	one := func(req wire.Request) ([]wire.Request, []line, bool) { return []wire.Request{req}, nil, false }
	lacks := func(usage string) ([]wire.Request, []line, bool) {
		return nil, []line{note("Usage: /" + usage)}, false
	}
	switch word = strings.ToLower(word); {
	case word == "quit":
		return nil, nil, true
	case word == "help":
		return nil, helpText(), false
	case word == "me" && arg != "":
		return s.speak(wire.Request{Op: "say", Room: s.current, Kind: "action", Text: arg})
	case word == "msg" && rest != "":
		return one(s.say(wire.Request{Op: "direct", To: name, Text: rest}))
	case word == "join" && name != "":
		return s.join(name, rest)
	case word == "part":
		if arg == "" {
			arg = s.current
		}
		return one(wire.Request{Op: "part", Room: arg})
	case word == "nick" && name != "":
		return one(wire.Request{Op: "nick", Nick: name})
	case word == "who":
		return one(wire.Request{Op: "who", Room: s.current, Ref: s.ask("who")})
	case word == "rooms":
		return one(wire.Request{Op: "rooms", Ref: s.ask("rooms")})
	case word == "history":
		n, err := strconv.Atoi(arg)
		if arg != "" && (err != nil || n < 1) {
			return lacks("history [N]")
		}
		return one(wire.Request{Op: "history", Room: s.current, Limit: n, Ref: s.ask("history")})
	case word == "search" && arg != "":
		return one(wire.Request{Op: "search", Room: s.current, Query: arg, Ref: s.ask("search")})
	case word == "topic" && arg != "":
		return one(wire.Request{Op: "topic", Room: s.current, Text: arg})
	case word == "register" && name != "":
		return one(wire.Request{Op: "register", Password: name})
	case word == "login" && rest != "":
		return one(wire.Request{Op: "login", Account: name, Password: rest})
	}
	for _, c := range commands {
		if c.name == word && arg == "" {
			return lacks(strings.TrimSpace(c.name + " " + c.args))
		}
	}
	return one(wire.Request{Op: "command", Room: s.current, Text: text}) // such as those of operators
}

// speak says something, if we are in a room.
func (s *state) speak(req wire.Request) ([]wire.Request, []line, bool) {
	if req.Room == "" {
		return nil, []line{note("You are in no room; /join ROOM brings you into one.")}, false
	}
	return []wire.Request{s.say(req)}, nil, false
}

// join goes into a room, or back to one.
func (s *state) join(name, key string) ([]wire.Request, []line, bool) {
	if !strings.HasPrefix(name, "#") {
		name = "#" + name
	}
	for _, room := range s.order {
		if strings.EqualFold(room, name) {
			s.current = room
			return nil, []line{note("You are now in " + room + ".")}, false
		}
	}
	s.current = name
	return []wire.Request{{Op: "join", Room: name, Key: key}}, nil, false
}

// A command is one that help shows.
type command struct{ name, args, does string }

var commands = []command{
	{"join", "ROOM [KEY]", "go into a room, or back to one"},
	{"part", "[ROOM]", "leave a room"},
	{"nick", "NAME", "take another name"},
	{"me", "TEXT", "say what you do"},
	{"msg", "NAME TEXT", "tell something to one person"},
	{"who", "", "show who is in the room"},
	{"rooms", "", "show the rooms"},
	{"history", "[N]", "show the last N messages of the room"},
	{"search", "WORDS", "show the room's messages with all these words"},
	{"topic", "TEXT", "set the room's topic"},
	{"register", "PASSWORD", "make an account that protects your name"},
	{"login", "NAME PASSWORD", "log in to an account"},
	{"kick", "NAME [REASON]", "as an operator; likewise /ban /unban /mute /unmute /op /deop /invite /close"},
	{"quit", "", "leave; so does Ctrl-D"},
}

func helpText() []line {
	list := []line{note("A line is a message to the room where you are, unless it is a command:")}
	for _, c := range commands {
		usage := "/" + strings.TrimSpace(c.name+" "+c.args)
		list = append(list, note("  "+usage+strings.Repeat(" ", max(1, 22-len(usage)))+c.does))
	}
	return list
}
