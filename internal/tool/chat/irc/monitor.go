package irc

import (
	"context"
	"slices"
	"strings"

	"baton/internal/tool/chat/irc/wire"
	"baton/internal/tool/chat/name"
	"baton/internal/tool/chat/room"
)

// watches are who wants to know about which names, by key.
type watches map[string][]*session

// watched is a name in MONITOR.
type watched struct {
	nick  string // as the client wrote it
	index int    // of the client among those who watch the name
}

func handleMonitor(x *exec, m *request) {
	s := x.s
	switch strings.ToUpper(m.arg(0)) {
	case "+":
		x.watch(m.arg(1))
	case "-":
		for nick := range strings.SplitSeq(m.arg(1), ",") {
			x.srv().watches.remove(name.Fold(nick), s)
		}
	case "C":
		x.srv().watches.removeAll(s)
	case "L":
		x.someOf(rplMonList, s.watched())
		x.reply(rplEndOfMonList, "End of MONITOR list")
	case "S":
		x.showWatched(s.watched())
	default:
		x.reply(errUnknownError, "MONITOR", m.arg(0), "Unknown subcommand")
	}
}

// watch adds names, and shows who of them is there.
func (x *exec) watch(list string) {
	s := x.s
	var added []string
	for nick := range strings.SplitSeq(list, ",") {
		key := name.Fold(nick)
		if nick == "" || len(nick) > name.MaxNickBytes {
			continue
		}
		if _, is := s.watching[key]; is {
			continue
		}
		if len(s.watching) >= maxWatched {
			x.showWatched(added)
			x.reply(errMonListFull, number(maxWatched), nick, "Monitor list is full")
			return
		}
		x.srv().watches.add(key, nick, s)
		added = append(added, nick)
	}
	x.showWatched(added)
}

func (s *session) watched() []string {
	names := make([]string, 0, len(s.watching))
	for _, w := range s.watching {
		names = append(names, w.nick)
	}
	slices.Sort(names)
	return names
}

// showWatched shows who of names is there and who isn't.
func (x *exec) showWatched(names []string) {
	var here, gone []string
	for _, nick := range names {
		if c := x.tx.Client(nick); c != nil {
			here = append(here, source(c.Identity()))
		} else {
			gone = append(gone, nick)
		}
	}
	x.someOf(rplMonOnline, here)
	x.someOf(rplMonOffline, gone)
}

// someOf answers with names, if there are any.
func (x *exec) someOf(code int, names []string) {
	if len(names) > 0 {
		x.list(code, nil, ",", names)
	}
}

func source(id *room.Identity) string { return id.Nick + "!" + id.User + "@" + id.Host }

// add makes a client watch a name, unless it does already.
func (w watches) add(key, nick string, s *session) {
	if _, is := s.watching[key]; is {
		return
	}
	if s.watching == nil {
		s.watching = map[string]watched{}
	}
	s.watching[key] = watched{nick: nick, index: len(w[key])}
	w[key] = append(w[key], s)
}

// remove makes the last of those who watch a name take the client's place: there may be
// thousands who watch the same name, and leave at once.
func (w watches) remove(key string, s *session) {
	was, is := s.watching[key]
	if !is {
		return
	}
	delete(s.watching, key)
	list := w[key]
	n := len(list) - 1
	if last := list[n]; last != s {
		list[was.index] = last
		at := last.watching[key]
		at.index = was.index
		last.watching[key] = at
	}
	list[n] = nil
	if w[key] = list[:n]; n == 0 {
		delete(w, key)
	}
}

func (w watches) removeAll(s *session) {
	for key := range s.watching {
		w.remove(key, s)
	}
	s.watching = nil
}

// presence is called by the hub when a name is taken or given up.
func (srv *Server) presence(tx *room.Tx, id *room.Identity, here bool) {
	for _, s := range srv.watches[name.Fold(id.Nick)] {
		code, who := rplMonOffline, id.Nick
		if here {
			code, who = rplMonOnline, source(id)
		}
		var l wire.Line
		l.Start(nil)
		l.Source(srv.opts.Name)
		l.Numeric(code)
		l.Param(s.c.Identity().Nick)
		l.Text(who)
		tx.Reply(s.c, l.End())
	}
}

// unwatch forgets what a client that leaves has watched.
func (s *session) unwatch() {
	if len(s.watching) == 0 {
		return
	}
	// The hub is there for as long as its clients are.
	_ = s.srv.hub.Do(context.Background(), nil, func(*room.Tx) error {
		s.srv.watches.removeAll(s)
		return nil
	})
}
