package irc

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"baton/internal/tool/chat/room"
)

// most is how many targets one command may have.
const most = 10

// targets splits a list of targets; what is over the limit is left out, and what has no
// name, as after a comma at the end.
func targets(list string) []string {
	return slices.DeleteFunc(places(list), func(name string) bool { return name == "" })
}

// places is targets with those that have no name, for a list that belongs to another.
func places(list string) []string {
	all := strings.SplitN(list, ",", most+1)
	return all[:min(len(all), most)]
}

func unix(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

// roomError answers that something can't be done to a room, or to somebody in it.
func (x *exec) roomError(roomName, nick string, err error) {
	switch {
	case errors.Is(err, room.ErrNoSuchName):
		x.reply(errNoSuchNick, nick, "No such nick")
		return
	case errors.Is(err, room.ErrTheyNotMember):
		x.reply(errUserNotInChannel, nick, roomName, "They aren't on that channel")
		return
	case errors.Is(err, room.ErrAlready):
		x.reply(errUserOnChannel, nick, roomName, "is already on channel")
		return
	}
	for _, known := range [...]struct {
		err  error
		code int
		text string
	}{
		{room.ErrNoSuchRoom, errNoSuchChannel, "No such channel"},
		{room.ErrBadRoom, errNoSuchChannel, "This is no valid name of a channel"},
		{room.ErrNotMember, errNotOnChannel, "You're not on that channel"},
		{room.ErrNeedOp, errChanOPrivsNeeded, "You're not a channel operator"},
		{room.ErrBanned, errBannedFromChan, "Cannot join channel (+b)"},
		{room.ErrShut, errBannedFromChan, "Cannot join channel (it was closed by an operator)"},
		{room.ErrKey, errBadChannelKey, "Cannot join channel (+k)"},
		{room.ErrFull, errChannelIsFull, "Cannot join channel (+l)"},
		{room.ErrInviteOnly, errInviteOnlyChan, "Cannot join channel (+i)"},
		{room.ErrRooms, errTooManyChannels, "You have joined too many channels"},
		{room.ErrAllRooms, errTooManyChannels, "There are too many channels"},
		{room.ErrInvited, errUnknownError, "Too many are invited to the channel who have not come yet"},
	} {
		if errors.Is(err, known.err) {
			x.reply(known.code, roomName, known.text)
			return
		}
	}
	x.reply(errUnknownError, roomName, err.Error())
}

func handleJoin(x *exec, m *request) {
	if m.arg(0) == "0" {
		x.partAll()
		return
	}
	names, keys := places(m.arg(0)), strings.Split(m.arg(1), ",")
	if strings.Trim(m.arg(0), ",") == "" {
		x.reply(errNeedMoreParams, "JOIN", "Not enough parameters")
		return
	}
	x.several()
	for i, name := range names {
		if name == "" {
			continue
		}
		key := ""
		if i < len(keys) {
			key = keys[i]
		}
		x.join(name, key)
	}
}

func (x *exec) join(name, key string) {
	last := uint64(0)
	if r := x.tx.Room(name); r != nil {
		if r.Member(x.c) != nil {
			return
		}
		last = r.Last()
	}
	r, err := x.act().Join(x.c, name, key)
	if x.did(err) != nil {
		x.roomError(name, "", err)
		return
	}
	if r.Topic().Text != "" {
		x.showTopic(r)
	}
	if !x.s.caps.has(noImplicitNames) {
		x.names(r)
	}
	if n := x.srv().opts.Replay; n > 0 && last > 0 && !x.s.caps.has(chathistory) {
		x.stage()
		x.tx.Hold(x.c)
		x.s.replays = append(x.s.replays, replay{name: r.Name(), key: r.Key(), last: last})
	}
}

// partAll leaves all rooms, for JOIN 0.
func (x *exec) partAll() {
	x.several()
	var names []string
	for _, m := range x.c.Rooms() {
		names = append(names, m.Room().Name())
	}
	for _, name := range names {
		if err := x.act().Part(x.c, name, ""); x.did(err) != nil {
			x.roomError(name, "", err)
		}
	}
}

func handlePart(x *exec, m *request) {
	names := targets(m.arg(0))
	if len(names) > 1 {
		x.several()
	}
	for _, name := range names {
		if err := x.act().Part(x.c, name, m.arg(1)); x.did(err) != nil {
			x.roomError(name, "", err)
		}
	}
}

func handleTopic(x *exec, m *request) {
	name := m.arg(0)
	if len(m.args) > 1 {
		text := cutBytes(m.arg(1), room.MaxTopic)
		if err := x.within(name, func(tx *room.Tx) error { return tx.Topic(x.c, name, text) }); err != nil {
			x.roomError(name, "", err)
		}
		return
	}
	r := x.tx.Room(name)
	switch {
	case r == nil || !x.tx.Sees(x.c, r):
		x.reply(errNoSuchChannel, name, "No such channel")
	case r.Topic().Text == "":
		x.reply(rplNoTopic, r.Name(), "No topic is set")
	default:
		x.showTopic(r)
	}
}

func (x *exec) showTopic(r *room.Room) {
	t := r.Topic()
	x.reply(rplTopic, r.Name(), t.Text)
	if t.By != "" {
		x.reply(rplTopicWhoTime, r.Name(), t.By, unix(t.Time))
	}
}

func handleKick(x *exec, m *request) {
	name, nicks := m.arg(0), targets(m.arg(1))
	reason := m.arg(2)
	if reason == "" {
		reason = x.nick()
	}
	if len(nicks) > 1 {
		x.several()
	}
	for _, nick := range nicks {
		err := x.within(name, func(tx *room.Tx) error {
			return tx.Kick(x.c, name, nick, reason)
		})
		if err != nil {
			x.roomError(name, nick, err)
		}
	}
}

func handleInvite(x *exec, m *request) {
	nick, name := m.arg(0), m.arg(1)
	if len(m.args) == 1 {
		x.reply(errNeedMoreParams, "INVITE", "Not enough parameters")
		return
	}
	if err := x.tx.Invite(x.c, name, nick); err != nil {
		x.roomError(name, nick, err)
		return
	}
	x.reply(rplInviting, x.tx.Client(nick).Identity().Nick, name)
	x.showAway(x.tx.Client(nick))
}

func handleCloseRoom(x *exec, m *request) {
	name := m.arg(0)
	err := x.within(name, func(tx *room.Tx) error {
		return tx.CloseRoom(x.c, name, m.arg(1))
	})
	if err != nil {
		x.roomError(name, "", err)
	}
}

// within does something in a room. A client that isn't in it, but may rule it all
// the same, doesn't get the event.
func (x *exec) within(name string, do func(tx *room.Tx) error) error {
	r := x.tx.Room(name)
	inside := r != nil && r.Member(x.c) != nil
	err := x.did(do(x.act()))
	if !inside {
		x.acted = false
	}
	return err
}

func handleList(x *exec, m *request) {
	x.reply(rplListStart, "Channel", "Users  Name")
	filter := parseListFilter(m.arg(0))
	shown := 0
	for r := range x.tx.Rooms() {
		if r.Len() > 0 && x.tx.Sees(x.c, r) && filter.takes(r, x.tx.Now()) {
			if shown++; shown > maxListed {
				break
			}
			x.reply(rplList, r.Name(), strconv.Itoa(r.Len()), r.Topic().Text)
		}
	}
	x.reply(rplListEnd, "End of /LIST")
}

// maxListed is how many rooms LIST shows, so that a list fits the queue of a client
// that reads slowly.
const maxListed = 1000

// A listFilter is what LIST was asked for: names, masks, or the conditions of ELIST.
type listFilter struct {
	names []string
	conds []func(r *room.Room, now time.Time) bool
}

func parseListFilter(arg string) (f listFilter) {
	if arg == "" {
		return f
	}
	for word := range strings.SplitSeq(arg, ",") {
		if cond := parseListCondition(word); cond != nil {
			f.conds = append(f.conds, cond)
		} else {
			f.names = append(f.names, word)
		}
	}
	return f
}

// parseListCondition returns the condition that a word is, such as ">5" or "C<60", or
// nil if it is none.
func parseListCondition(word string) func(*room.Room, time.Time) bool {
	var kind byte
	if word != "" && (word[0] == 'C' || word[0] == 'T') {
		kind, word = word[0], word[1:]
	}
	if word == "" || word[0] != '<' && word[0] != '>' {
		return nil
	}
	n, err := strconv.Atoi(word[1:])
	if err != nil {
		return nil
	}
	return listCondition(kind, word[0] == '<', n)
}

// listCondition returns a condition on the number of members, or with kind C or T
// on the age of the room or its topic in minutes.
func listCondition(kind byte, less bool, n int) func(*room.Room, time.Time) bool {
	return func(r *room.Room, now time.Time) bool {
		value := r.Len()
		switch kind {
		case 'C':
			value = int(now.Sub(r.Created()).Minutes())
		case 'T':
			if r.Topic().Time.IsZero() {
				return false
			}
			value = int(now.Sub(r.Topic().Time).Minutes())
		}
		if less {
			return value < n
		}
		return value > n
	}
}

func (f listFilter) takes(r *room.Room, now time.Time) bool {
	for _, c := range f.conds {
		if !c(r, now) {
			return false
		}
	}
	for _, n := range f.names {
		if room.Match(n, r.Name()) {
			return true
		}
	}
	return len(f.names) == 0
}
