package room

import (
	"context"
	"errors"
	"iter"
	"time"

	"baton/internal/tool/chat/store"
)

// A Tx is a transaction on the hub's state. It is valid only within the function
// given to [Hub.Do]. A method that returns an error has changed nothing.
type Tx struct {
	s    *state
	c    *Client
	at   time.Time
	wait time.Duration // of the flood limits
	said bool
	paid bool // for the line that runs

	label string // of events of c's own doing
}

// now returns the time of the transaction's events. It never goes back, so that the
// order of times is the order of stamps.
func (tx *Tx) now() time.Time {
	if tx.at.IsZero() {
		tx.at = time.Now().UTC().Truncate(time.Millisecond)
		if tx.at.Before(tx.s.lastTime) {
			tx.at = tx.s.lastTime
		}
		tx.s.lastTime = tx.at
	}
	return tx.at
}

// event returns a new event with the next stamp.
func (tx *Tx) event(kind Kind, c *Client, room *Room) *Event {
	tx.s.stamp++
	e := &Event{Stamp: tx.s.stamp, Time: tx.now(), Kind: kind, Room: room, Origin: c, Epoch: tx.s.hub.epoch}
	if room != nil {
		e.RoomName = room.name
	}
	if c != nil {
		e.From = *c.Identity()
		if c == tx.c {
			e.Label = tx.label
		}
	}
	return e
}

// toRoom stages an event for those who are in its room.
func (tx *Tx) toRoom(e *Event) {
	tx.s.stage(staged{ev: e, room: e.Room})
}

// aboutClient stages an event for c and for those who share a room with it.
func (tx *Tx) aboutClient(e *Event, c *Client) {
	tx.s.stage(staged{ev: e, rooms: append([]*Member(nil), c.rooms...)})
	tx.toClient(e, c)
}

// toClient stages an event for one client.
func (tx *Tx) toClient(e *Event, c *Client) {
	tx.s.stage(staged{ev: e, to: c})
}

// Reply gives c a line, encoded as its transport wants it, after the events that were
// staged so far and before those that will be. It takes line over.
func (tx *Tx) Reply(c *Client, line []byte) {
	if len(line) > 0 {
		tx.s.stage(staged{line: line, to: c})
	}
}

// End closes c's connection after what was staged for it so far, as [Client.Close].
func (tx *Tx) End(c *Client, reason error) {
	tx.s.stage(staged{to: c, ends: true, end: reason})
}

// Now returns the time of the transaction.
func (tx *Tx) Now() time.Time { return tx.now() }

// Client returns who has that name, or nil.
func (tx *Tx) Client(nick string) *Client { return tx.s.names[fold(nick)] }

// Room returns the room with that name, or nil.
func (tx *Tx) Room(roomName string) *Room { return tx.s.rooms[fold(roomName)] }

// Lobby returns the room that always exists.
func (tx *Tx) Lobby() *Room { return tx.s.rooms[fold(Lobby)] }

// Rooms yields all rooms, in no particular order, also those without members.
func (tx *Tx) Rooms() iter.Seq[*Room] {
	return func(yield func(*Room) bool) {
		for _, r := range tx.s.rooms {
			if !yield(r) {
				return
			}
		}
	}
}

// Clients yields all registered clients, in no particular order.
func (tx *Tx) Clients() iter.Seq[*Client] {
	return func(yield func(*Client) bool) {
		for _, c := range tx.s.names {
			if !yield(c) {
				return
			}
		}
	}
}

// Counts are how many there are.
type Counts struct {
	Clients      int // registered
	Most         int // that were so at once, since the hub was made
	Unregistered int
	Invisible    int
	Operators    int // of the server
	Rooms        int // with members
}

// Counts returns how many there are of what.
func (tx *Tx) Counts() Counts {
	n := Counts{Clients: len(tx.s.names), Most: tx.s.most, Unregistered: tx.s.hub.Stats().Clients - len(tx.s.names)}
	for _, c := range tx.s.names {
		if c.invisible {
			n.Invisible++
		}
		if c.operator {
			n.Operators++
		}
	}
	for _, r := range tx.s.rooms {
		if len(r.members) > 0 {
			n.Rooms++
		}
	}
	return n
}

// Sees reports whether c may know of the room: it isn't secret, or c is in it.
func (tx *Tx) Sees(c *Client, r *Room) bool {
	return !r.Has(Secret) || c.operator || r.Member(c) != nil
}

// A Whowas is a name that somebody gave up.
type Whowas struct {
	Identity Identity
	Left     time.Time
}

const maxWhowas = 256

func (s *state) remember(id Identity, at time.Time) {
	w := Whowas{id, at}
	if len(s.whowas) < maxWhowas {
		s.whowas = append(s.whowas, w)
		return
	}
	s.whowas[s.whowasAt] = w
	s.whowasAt = (s.whowasAt + 1) % maxWhowas
}

// Whowas returns who had that name and gave it up, the latest first, as far as that
// is still known.
func (tx *Tx) Whowas(nick string) []Whowas {
	var list []Whowas
	key := fold(nick)
	n := len(tx.s.whowas)
	for i := range n {
		w := tx.s.whowas[(tx.s.whowasAt+n-1-i+n)%n]
		if fold(w.Identity.Nick) == key {
			list = append(list, w)
		}
	}
	return list
}

// owner returns the account that owns what looks like a name, or "".
func (s *state) owner(skeleton string) (string, error) {
	if key, ok := s.reserved[skeleton]; ok {
		return key, nil
	}
	key, err := s.hub.store.Reserved(context.Background(), skeleton)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	return key, err
}
