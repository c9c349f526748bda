package irc

import (
	"errors"
	"strconv"
	"strings"

	"baton/internal/tool/chat/irc/wire"
	"baton/internal/tool/chat/room"
)

// maxModes is how many changes with an argument one command may make.
const maxModes = 6

func handleMode(x *exec, m *request) {
	if isRoom(m.arg(0)) {
		x.roomMode(m)
		return
	}
	x.userMode(m)
}

// isRoom reports whether a target is a room, and not somebody.
func isRoom(target string) bool { return strings.HasPrefix(target, "#") }

// userMode shows and sets the one mode that clients have.
func (x *exec) userMode(m *request) {
	who := x.tx.Client(m.arg(0))
	switch {
	case who == nil:
		x.reply(errNoSuchNick, m.arg(0), "No such nick")
		return
	case who != x.c:
		x.reply(errUsersDontMatch, "You can only change and see your own modes")
		return
	case m.arg(1) == "":
		x.reply(rplUModeIs, userModes(x.c))
		return
	}
	add, was, unknown := true, x.c.Invisible(), false
	for _, letter := range m.arg(1) {
		switch letter {
		case '+', '-':
			add = letter == '+'
		case 'i':
			x.tx.SetInvisible(x.c, add)
		default:
			unknown = true
		}
	}
	if is := x.c.Invisible(); is != was {
		sign := "-i"
		if is {
			sign = "+i"
		}
		x.own("MODE", x.nick(), sign)
	}
	if unknown {
		x.reply(errUModeUnknownFlag, "There is no such mode")
	}
}

// own answers with a command that has the client itself as its source.
func (x *exec) own(command string, words ...string) {
	id := x.c.Identity()
	l := &x.building
	l.Start(x.out)
	l.Mask(id.Nick, id.User, id.Host)
	l.Command(command)
	x.params(l, words)
}

func userModes(c *room.Client) string {
	modes := "+"
	if c.Invisible() {
		modes += "i"
	}
	if c.Operator() {
		modes += "o"
	}
	return modes
}

func (x *exec) roomMode(m *request) {
	r := x.tx.Room(m.arg(0))
	switch {
	case r == nil || !x.tx.Sees(x.c, r):
		x.reply(errNoSuchChannel, m.arg(0), "No such channel")
		return
	case m.arg(1) == "":
		x.showModes(r)
		return
	}
	changes, lists := x.parseModes(m)
	if lists {
		x.showBans(r)
	}
	if len(changes) == 0 {
		return
	}
	if len(changes) > 1 || lists || len(x.out) > 0 {
		x.several()
	}
	var failed error
	x.within(r.Name(), func(tx *room.Tx) error {
		var applied []room.Change
		if applied, failed = tx.Mode(x.c, r.Name(), changes); len(applied) == 0 {
			return errNothing
		}
		return nil
	})
	x.modeErrors(r.Name(), failed)
}

var errNothing = errors.New("nothing was done")

// parseModes returns the changes that are asked for, and whether the list of bans
// is. Unknown modes are answered.
func (x *exec) parseModes(m *request) (changes []room.Change, lists bool) {
	args := m.args[2:]
	add, withArg := true, 0
	for _, letter := range m.arg(1) {
		if letter == '+' || letter == '-' {
			add = letter == '+'
			continue
		}
		ch := room.Change{Add: add, Mode: byte(letter)}
		switch {
		case letter > '~' || strings.IndexByte("biklmnostv", byte(letter)) < 0:
			x.reply(errUnknownMode, string(letter), "is unknown mode char to me")
			continue
		case letter == 'b' && len(args) == 0:
			lists = true
			continue
		case takesArg(ch):
			if len(args) == 0 {
				if ch.Mode == 'k' && !add { // clients do not always know it
					break
				}
				x.reply(errInvalidModeParam, m.arg(0), string(letter), "*", "You must specify a parameter for this mode")
				continue
			}
			ch.Arg, args = args[0], args[1:]
			if withArg++; withArg > maxModes {
				continue
			}
		}
		changes = append(changes, ch)
	}
	return changes, lists
}

func takesArg(ch room.Change) bool {
	switch ch.Mode {
	case 'b', 'k', 'o', 'v':
		return true
	case 'l':
		return ch.Add
	}
	return false
}

func (x *exec) modeErrors(roomName string, err error) {
	if err == nil {
		return
	}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range many.Unwrap() {
			x.modeErrors(roomName, e)
		}
		return
	}
	var failed *room.ChangeError
	if !errors.As(err, &failed) {
		x.roomError(roomName, "", err)
		return
	}
	ch := failed.Change
	switch {
	case errors.Is(err, room.ErrNoSuchName), errors.Is(err, room.ErrTheyNotMember):
		x.roomError(roomName, ch.Arg, failed.Err)
	case errors.Is(err, room.ErrTooMany):
		x.reply(errBanListFull, roomName, string(ch.Mode), "The list is full")
	default:
		x.reply(errInvalidModeParam, roomName, string(ch.Mode), ch.Arg, "Invalid parameter: "+failed.Err.Error())
	}
}

// showModes answers with the modes of a room. Its key is for members.
func (x *exec) showModes(r *room.Room) {
	modes, args := "+"+r.Modes().String(), []string{}
	if r.Password() != "" {
		modes += "k"
		if r.Member(x.c) != nil || x.c.Operator() {
			args = append(args, r.Password())
		} else {
			args = append(args, "*")
		}
	}
	if r.Limit() > 0 {
		modes += "l"
		args = append(args, strconv.Itoa(r.Limit()))
	}
	x.reply(rplChannelModeIs, append([]string{r.Name(), modes}, args...)...)
	x.reply(rplCreationTime, r.Name(), unix(r.Created()))
}

// showBans answers with the list of bans, which is for members.
func (x *exec) showBans(r *room.Room) {
	if r.Member(x.c) != nil || x.c.Operator() {
		for e := range r.List('b') {
			x.reply(rplBanList, r.Name(), e.Mask, e.By, unix(e.Time))
		}
	}
	x.reply(rplEndOfBanList, r.Name(), "End of channel ban list")
}

// appendChanges adds as many changes as fit into a line, at least one, and returns
// how many.
func appendChanges(l *wire.Line, changes []room.Change) (n int) {
	var letters, args []string
	sign := ""
	left := l.Room() - 1
	for _, ch := range changes {
		letter := string(ch.Mode)
		if s := signOf(ch); s != sign {
			sign = s
			letter = s + letter
		}
		left -= len(letter) + len(ch.Arg) + 1
		if n == 2*maxModes || n > 0 && left < 0 {
			break
		}
		letters = append(letters, letter)
		if ch.Arg != "" {
			args = append(args, ch.Arg)
		}
		n++
	}
	l.Param(strings.Join(letters, ""))
	for _, a := range args {
		l.Param(a)
	}
	return n
}

func signOf(ch room.Change) string {
	if ch.Add {
		return "+"
	}
	return "-"
}
