package connect

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"baton/internal/tool/chat/web/wire"
)

// A state is what the client knows, over all of its connections.
type state struct {
	wanted   string // the name to have
	password string
	session  string // the secret that the server has given
	epoch    string // of the server's history, to which numbers belong
	nick     string // as the server knows us; "" before it has welcomed us
	known    bool   // it has welcomed us once

	rooms   map[string]uint64 // in which we are, and the last message of each
	order   []string          // of joining
	current string            // where lines go
	pending []wire.Request    // sent and not confirmed, in order
	lastID  int
	asked   map[string]string // what answers are to be called, by ref
	names   *names
}

func newState(opts Options) *state {
	s := &state{wanted: opts.Nick, password: opts.Password, rooms: map[string]uint64{}, asked: map[string]string{}, names: &names{}}
	for _, room := range opts.Rooms {
		s.rooms[room] = 0
	}
	// What is entered before the server has answered goes where we begin.
	s.current = lobby
	if len(opts.Rooms) > 0 {
		s.current = opts.Rooms[0]
	}
	return s
}

// lobby is where the server brings those who name no room.
const lobby = "#lobby"

// hello returns what is sent first on a connection.
func (s *state) hello() wire.Request {
	req := wire.Request{Op: "hello", Nick: s.wanted, Password: s.password, Session: s.session}
	if len(s.rooms) > 0 {
		req.Resume = map[string]uint64{}
		maps.Copy(req.Resume, s.rooms)
	}
	return req
}

// welcomed notes who we are now, and returns what is to be sent again.
func (s *state) welcomed(e *wire.Event) []wire.Request {
	if s.epoch != "" && s.epoch != e.Epoch {
		for room := range s.rooms {
			s.rooms[room] = 0
		}
	}
	s.nick, s.session, s.epoch, s.known = e.Nick, e.Session, e.Epoch, true
	s.wanted = e.Nick
	var again []wire.Request
	for _, req := range s.pending {
		req.Again = true
		again = append(again, req)
	}
	return again
}

// say keeps a request until it is confirmed.
func (s *state) say(req wire.Request) wire.Request {
	s.lastID++
	req.ID = strconv.Itoa(s.lastID)
	s.pending = append(s.pending, req)
	return req
}

// confirm forgets the request with that id.
func (s *state) confirm(id string) {
	if i := slices.IndexFunc(s.pending, func(r wire.Request) bool { return r.ID == id }); id != "" && i >= 0 {
		s.pending = slices.Delete(s.pending, i, i+1)
	}
}

// seen notes a message, and reports whether it is new.
func (s *state) seen(room string, seq uint64) bool {
	last, in := s.rooms[room]
	if !in || seq == 0 {
		return true
	}
	s.rooms[room] = max(last, seq)
	return seq > last
}

// entered notes that we are in a room.
func (s *state) entered(room string) {
	if _, in := s.rooms[room]; !in {
		s.rooms[room] = 0
	}
	if !slices.Contains(s.order, room) {
		s.order = append(s.order, room)
	}
	s.current = cmp.Or(s.current, room)
}

// left notes that we are in a room no more.
func (s *state) left(room string) {
	delete(s.rooms, room)
	s.order = slices.DeleteFunc(s.order, func(r string) bool { return r == room })
	if s.current == room {
		s.current = ""
		if len(s.order) > 0 {
			s.current = s.order[len(s.order)-1]
		}
	}
}

// ask returns a ref by which the answer to a request is known.
func (s *state) ask(what string) string {
	s.lastID++
	ref := what + strconv.Itoa(s.lastID)
	s.asked[ref] = what
	return ref
}
