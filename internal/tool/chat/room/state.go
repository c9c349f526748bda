package room

import (
	"context"
	"fmt"
	"slices"
	"time"

	"baton/internal/tool/chat/clean"
	"baton/internal/tool/chat/store"
)

// state is all that the hub knows. It is the monitor's.
type state struct {
	hub       *Hub
	sayers    int                // clients that have said something since the last commit
	stamp     uint64             // the last one given
	lastTime  time.Time          // of an event
	names     map[string]*Client // by key
	most      int                // of names, at once
	skeletons map[string]*Client // and by what they look like
	reserved  map[string]string  // skeletons of accounts that were made lately: their keys
	rooms     map[string]*Room
	addresses map[string]*address
	whowas    []Whowas // a ring
	whowasAt  int
	sent      recent // lines with an id of the sender's own

	tx     Tx // the transaction that runs
	staged []staged
	saying int // how many of staged are to be stored
	dirty  []*Room

	// Used again by each commit.
	messages []store.Message
	touched  []*Room
	woken    []*Client
}

// staged is an event, or a line for one client, to be published by the commit.
type staged struct {
	stamp    uint64
	ev       *Event
	room     *Room     // where it goes, or
	rooms    []*Member // where the client that it is about is, or
	to       *Client   // whom it goes to alone
	line     []byte    // without an event
	again    bool      // see item
	received bool
	ends     bool // to's connection, because of end
	end      error
}

func newState(ctx context.Context, h *Hub) (state, error) {
	s := state{
		hub:       h,
		names:     map[string]*Client{},
		skeletons: map[string]*Client{},
		reserved:  map[string]string{},
		rooms:     map[string]*Room{},
		addresses: map[string]*address{},
	}
	kept, err := h.store.Rooms(ctx)
	if err != nil {
		return s, fmt.Errorf("read the rooms: %w", err)
	}
	for _, k := range kept {
		s.rooms[k.Key] = restore(k)
	}
	lobby := s.rooms[fold(Lobby)]
	if lobby == nil {
		lobby = s.newRoom(Lobby, fold(Lobby), time.Now())
	}
	if lobby.topic.Text == "" {
		lobby.topic = store.Topic{Text: clean.TruncateUTF8(h.opts.LobbyTopic, MaxTopic), Time: lobby.created}
	}
	return s, nil
}

// newRoom makes a room that the store doesn't know.
func (s *state) newRoom(roomName, key string, now time.Time) *Room {
	r := &Room{name: roomName, key: key, created: now.UTC().Truncate(time.Millisecond), modes: NoExternal | TopicLock}
	r.log.dropped = s.stamp
	r.fetched = true
	s.rooms[key] = r
	return r
}

// restore returns a room as the store has it.
func restore(k store.Room) *Room {
	r := &Room{
		name: k.Name, key: k.Key, created: k.Created, topic: k.Topic, modes: parseModes(k.Modes),
		password: k.Password, limit: k.Limit, lists: k.Lists, last: k.Last, stored: k.Last, lastTime: k.LastTime,
		ops: setOf(k.Operators), voiced: setOf(k.Voiced),
	}
	if r.name == "" { // it has messages, and was never saved
		r.name = k.Key
		r.modes = NoExternal | TopicLock
		r.created = k.LastTime
	}
	r.log.droppedMsg = k.Last
	return r
}

func (r *Room) state() store.Room {
	return store.Room{
		Key: r.key, Name: r.name, Created: r.created, Topic: r.topic, Modes: r.modes.letters(),
		Password: r.password, Limit: r.limit, Lists: slices.Clone(r.lists),
		Operators: listOf(r.ops), Voiced: listOf(r.voiced),
	}
}

func setOf(keys []string) map[string]bool {
	if len(keys) == 0 {
		return nil
	}
	set := make(map[string]bool, len(keys))
	for _, k := range keys {
		set[k] = true
	}
	return set
}

func listOf(set map[string]bool) []string {
	var keys []string
	for k := range set {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// save notes that the room is to be saved with the next commit.
func (s *state) save(r *Room) {
	if !r.dirty {
		r.dirty = true
		s.dirty = append(s.dirty, r)
	}
}

// kept reports whether a room outlives its last member.
func (r *Room) kept() bool {
	return r.last > 0 || r.Has(Shut) || r.key == fold(Lobby)
}

// vacate forgets a room without members that has nothing to be kept.
func (s *state) vacate(r *Room) {
	if len(r.members) > 0 || r.kept() {
		return
	}
	for c := range r.invited {
		r.uninvite(c)
	}
	delete(s.rooms, r.key)
}

// meet notes that there is a client.
func (s *state) meet(c *Client) {
	if c.met {
		return
	}
	c.met = true
	a := s.addresses[c.info.Addr]
	if a == nil {
		a = &address{}
		s.addresses[c.info.Addr] = a
	}
	a.clients++
}

// forget removes what there is of a client beside its name and rooms.
func (s *state) forget(c *Client) {
	if !c.met {
		return
	}
	for _, r := range c.invitedTo {
		delete(r.invited, c)
	}
	if a := s.addresses[c.info.Addr]; a != nil {
		if a.clients--; a.clients == 0 && a.flood.used == 0 {
			delete(s.addresses, c.info.Addr)
		}
	}
}

// tidy drops what has become old: events in logs, and addresses nobody uses.
func (s *state) tidy(now time.Time) {
	old := now.Add(-s.hub.opts.KeepFor)
	for _, r := range s.rooms {
		r.log.trim(s.hub.opts.Keep, s.hub.pressure.flushed.Load(), old)
		r.log.tidyRulings(now.Add(-trailFor))
		r.departed.tidy(now.Add(-trailFor))
	}
	for addr, a := range s.addresses {
		if a.clients == 0 && now.UnixNano()-a.flood.at > int64(time.Minute) {
			delete(s.addresses, addr)
		}
	}
	s.sent.tidy(now)
}
