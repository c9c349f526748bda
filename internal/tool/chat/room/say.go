package room

import (
	"context"
	"errors"
	"time"

	"baton/internal/tool/chat/store"
)

// maxText is how many bytes a text may have. Transports with less cut it.
const maxText = 4096

// A Line is something to be said.
type Line struct {
	Kind  Kind   // Message, Notice, Action or TagMsg
	Text  string // UTF-8, without line ends
	Tags  string // client-only tags as they are sent on
	Label string // the sender's own id, which comes back with its own event

	// Session and ID make that a line which is sent again, after a reconnect, is
	// not said again: Session is the account or a secret of the client's, and ID
	// its own id for the line. With Again the store is asked too, for lines from
	// before what the hub remembers.
	Session, ID string
	Again       bool
}

// Say says something in a room. It is shown to all members, the sender included,
// when it is stored; a transport hides its own event from a sender that doesn't want
// it. The errors are ErrNoSuchRoom, ErrNotMember, ErrModerated, ErrMuted, ErrEmpty
// and ErrTooLong.
func (tx *Tx) Say(c *Client, roomName string, kind Kind, text, tags, label string) error {
	return tx.SayLine(c, roomName, Line{Kind: kind, Text: text, Tags: tags, Label: label})
}

// SayLine is Say for lines that may come twice. A line that was said already is
// confirmed to its sender with the event that it was.
func (tx *Tx) SayLine(c *Client, roomName string, l Line) error {
	if !c.registered {
		return ErrNotRegistered
	}
	r := tx.Room(roomName)
	if r == nil {
		return ErrNoSuchRoom
	}
	if err := r.maySpeak(c); err != nil {
		return err
	}
	if err := l.check(); err != nil {
		return err
	}
	if said, err := tx.saidAlready(c, r, l); said || err != nil {
		return err
	}
	tx.charge(c, r, 1)
	tx.Touch(c)
	e := tx.event(l.Kind, c, r)
	e.Text, e.Tags, e.Label = l.Text, l.Tags, l.Label
	if l.Kind.Said() {
		r.last++
		r.lastTime = e.Time
		e.Msg = r.last
		e.session, e.sessionID = l.Session, l.ID
		tx.s.saying++
		tx.s.spoke(c)
		if r.last == 1 {
			tx.s.save(r)
		}
		r.remember(e)
		tx.s.sent.add(l, e)
	}
	tx.said = true
	if r.Member(c) == nil {
		tx.toClient(e, c)
	}
	tx.toRoom(e)
	return nil
}

func (l Line) check() error {
	switch {
	case len(l.Text) > maxText:
		return ErrTooLong
	case l.Text == "" && l.Kind != TagMsg:
		return ErrEmpty
	}
	return nil
}

// known reports whether the line can be told from others if it comes again.
func (l Line) known() bool { return l.Session != "" && l.ID != "" }

// maySpeak returns why c can't say anything in the room.
func (r *Room) maySpeak(c *Client) error {
	m := r.Member(c)
	switch {
	case c.operator || m != nil && m.op:
		return nil
	case m == nil && r.Has(NoExternal):
		return ErrNotMember
	case m != nil && m.voice:
		return nil
	case r.Has(Moderated):
		return ErrModerated
	case len(r.lists) > 0 && r.muted(c):
		return ErrMuted
	case m == nil && r.Has(Shut):
		return ErrShut
	}
	return nil
}

// Direct says something to one client. It isn't kept. The sender gets its event too.
// The errors are ErrNoSuchName, ErrEmpty and ErrTooLong.
func (tx *Tx) Direct(c *Client, nick string, kind Kind, text, tags, label string) error {
	return tx.DirectLine(c, nick, Line{Kind: kind, Text: text, Tags: tags, Label: label})
}

// DirectLine is Direct for lines that may come twice. Those that were said lately are
// known by their ids, also when the other one has left since: Again makes no
// difference, as the store doesn't have them.
func (tx *Tx) DirectLine(c *Client, nick string, l Line) error {
	if !c.registered {
		return ErrNotRegistered
	}
	if e := tx.s.sent.find(l); e != nil {
		tx.confirm(c, e, l.Label)
		return nil
	}
	to := tx.Client(nick)
	if to == nil {
		return ErrNoSuchName
	}
	if err := l.check(); err != nil {
		return err
	}
	tx.charge(c, nil, 1)
	tx.Touch(c)
	e := tx.event(l.Kind, c, nil)
	e.Target, e.Text, e.Tags, e.Label = to.Identity().Nick, l.Text, l.Tags, l.Label
	e.session, e.sessionID = l.Session, l.ID
	tx.s.sent.add(l, e)
	tx.said = true
	tx.toClient(e, c)
	tx.s.stage(staged{ev: e, to: to, again: to == c, received: to == c})
	return nil
}

// confirm shows its sender what it has said before.
func (tx *Tx) confirm(c *Client, e *Event, label string) {
	again := &Event{
		Stamp: tx.s.stamp, Room: e.Room, RoomName: e.RoomName, Msg: e.Msg, Epoch: e.Epoch, Time: e.Time, Kind: e.Kind,
		From: e.From, Target: e.Target, Text: e.Text, Tags: e.Tags, Origin: c, Label: label,
	}
	tx.s.stage(staged{ev: again, to: c, again: true})
}

// saidAlready reports whether a line was said before, and confirms it then.
func (tx *Tx) saidAlready(c *Client, r *Room, l Line) (bool, error) {
	if !l.known() {
		return false, nil
	}
	if e := tx.s.sent.find(l); e != nil {
		tx.confirm(c, e, l.Label)
		return true, nil
	}
	if !l.Again {
		return false, nil
	}
	m, err := tx.s.hub.store.Sent(context.Background(), l.Session, l.ID)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	e := FromStore(r.name, tx.s.hub.epoch, m)
	if other := tx.s.rooms[fold(m.Room)]; other != nil {
		e.Room, e.RoomName = other, other.name
	}
	e.Stamp, e.Origin, e.Label = tx.s.stamp, c, l.Label
	tx.s.stage(staged{ev: e, to: c, again: true})
	return true, nil
}

// recent is the lines with ids that were said lately.
type recent struct {
	events map[[2]string]*Event
	order  []*Event
}

const (
	maxRecent = 4096
	recentFor = 10 * time.Minute
)

func (s *recent) find(l Line) *Event { return s.events[[2]string{l.Session, l.ID}] }

func (s *recent) add(l Line, e *Event) {
	if !l.known() {
		return
	}
	if s.events == nil {
		s.events = map[[2]string]*Event{}
	}
	s.events[[2]string{l.Session, l.ID}] = e
	s.order = append(s.order, e)
	if len(s.order) > maxRecent {
		s.drop()
	}
}

func (s *recent) drop() {
	e := s.order[0]
	s.order[0] = nil
	s.order = s.order[1:]
	s.remove(e)
}

// remove forgets an event, such as one that could not be stored.
func (s *recent) remove(e *Event) {
	key := [2]string{e.session, e.sessionID}
	if s.events[key] == e {
		delete(s.events, key)
	}
}

func (s *recent) tidy(now time.Time) {
	for len(s.order) > 0 && now.Sub(s.order[0].Time) > recentFor {
		s.drop()
	}
}
