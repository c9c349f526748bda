// Package room is the heart of the chat server: names, rooms, members, and the
// delivery of what happens to those who shall see it.
//
// All state is confined to one goroutine, the hub's. A transport reads what a
// client sent and runs it as a transaction, [Hub.Do], which changes the state and
// stages events. Each event gets the next stamp: one order for the whole server.
// When the transactions that waited have run, the messages among their events are
// written to the store, in one commit; then the events are appended to the logs of
// their rooms and seen by the members. So nobody, the sender included, sees a
// message that isn't safe, and all members see the same order.
//
// A client is a cursor: the stamp up to which it has been served. A few workers
// write to the clients that have something to get what their rooms' logs have
// after the cursor, without waiting. A client that doesn't take it costs others
// nothing, and the server a cursor and a few kilobytes: when it has fallen out of
// a room's log, it goes on from the store.
package room

import (
	"iter"
	"strings"
	"time"

	"baton/internal/tool/chat/store"
)

// Lobby is the room where clients begin that know nothing of rooms. It always
// exists, and nobody becomes its operator by coming first.
const Lobby = "#lobby"

// Modes are the modes of a room that have no argument, and whether it has a key
// and a limit.
type Modes uint16

// The modes of a room.
const (
	InviteOnly Modes = 1 << iota // i
	Moderated                    // m: only operators and voiced members speak
	NoExternal                   // n: only members speak
	Secret                       // s: not listed
	TopicLock                    // t: only operators change the topic
	Shut                         // closed by an operator
)

const modeLetters = "imnstC"

// String returns the letters of the modes, such as "nt", without Shut.
func (m Modes) String() string { return (m &^ Shut).letters() }

func (m Modes) letters() string {
	var b strings.Builder
	for i := range len(modeLetters) {
		if m&(1<<i) != 0 {
			b.WriteByte(modeLetters[i])
		}
	}
	return b.String()
}

func parseModes(letters string) (m Modes) {
	for i := range len(modeLetters) {
		if strings.IndexByte(letters, modeLetters[i]) >= 0 {
			m |= 1 << i
		}
	}
	return m
}

// A Room is a place with members, a log, and what is known of it. Its methods may
// be called only within a transaction, except Name and Key, which never change.
type Room struct {
	name, key string
	log       log

	created  time.Time
	topic    store.Topic
	modes    Modes
	password string
	limit    int
	lists    []store.ListEntry
	ops      map[string]bool // keys of accounts that are operators
	voiced   map[string]bool
	last     uint64 // number of the last message, also of those staged
	stored   uint64 // number of the last message that is stored
	lastTime time.Time

	recent  []*Event // the last messages, also of those staged
	fetched bool     // recent has what the store had when the hub began

	members []*Member
	invited map[*Client]bool

	departed trail[*Identity]

	flood   bucket
	dirty   bool  // to be saved by the next commit
	touched bool  // has events in the batch
	bytes   int64 // their size
}

// Name returns the room's name as it is shown.
func (r *Room) Name() string { return r.name }

// Key returns the folded name, under which the store knows the room.
func (r *Room) Key() string { return r.key }

// Created returns when the room was made.
func (r *Room) Created() time.Time { return r.created }

// Topic returns the room's topic, with an empty text if there is none.
func (r *Room) Topic() store.Topic { return r.topic }

// Modes returns the modes without an argument.
func (r *Room) Modes() Modes { return r.modes }

// Has reports whether all modes of m are set.
func (r *Room) Has(m Modes) bool { return r.modes&m == m }

// Password returns the argument of mode k, or "".
func (r *Room) Password() string { return r.password }

// Limit returns the argument of mode l, or 0.
func (r *Room) Limit() int { return r.limit }

// Len returns how many members there are.
func (r *Room) Len() int { return len(r.members) }

// Last returns the number of the room's last message.
func (r *Room) Last() uint64 { return r.last }

// LastTime returns when the last message was said; the zero time if there is none.
func (r *Room) LastTime() time.Time { return r.lastTime }

// List yields the entries of one of the room's lists, such as 'b'.
func (r *Room) List(list byte) iter.Seq[store.ListEntry] {
	return func(yield func(store.ListEntry) bool) {
		for _, e := range r.lists {
			if e.List == list && !yield(e) {
				return
			}
		}
	}
}

// Members yields the members, in no particular order.
func (r *Room) Members() iter.Seq[*Member] {
	return func(yield func(*Member) bool) {
		for _, m := range r.members {
			if !yield(m) {
				return
			}
		}
	}
}

// Member returns c as a member, or nil.
func (r *Room) Member(c *Client) *Member {
	// A client is in few rooms, a room has many members.
	for _, m := range c.rooms {
		if m.room == r {
			return m
		}
	}
	return nil
}

// A Member is a client in a room. Its methods may be called only within a
// transaction.
type Member struct {
	client *Client
	room   *Room
	index  int32 // in room.members
	op     bool
	voice  bool
	since  uint64 // stamp with which it came, or got the name that it has

	// What delivery needs, guarded by the client's mutex: the member sees what has
	// a stamp after from, and up to until if that isn't 0.
	from, until uint64
	message     uint64 // number of the last message it got or had when it came
	untilMsg    uint64 // of the last one that it may get
}

// Client returns who the member is.
func (m *Member) Client() *Client { return m.client }

// Room returns where.
func (m *Member) Room() *Room { return m.room }

// Op reports whether the member is an operator of the room.
func (m *Member) Op() bool { return m.op }

// Voice reports whether the member may speak where the room is moderated.
func (m *Member) Voice() bool { return m.voice }

// Prefix returns "@" for operators, "+" for voiced members, and with all both.
func (m *Member) Prefix(all bool) string { return prefix(m.op, m.voice, all) }

func prefix(op, voice, all bool) string {
	switch {
	case op && voice && all:
		return "@+"
	case op:
		return "@"
	case voice:
		return "+"
	}
	return ""
}
