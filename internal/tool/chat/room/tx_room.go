package room

import (
	"slices"

	"baton/internal/tool/chat/store"
)

// Join brings c into a room, which is made if it doesn't exist. The errors are
// ErrNotRegistered, ErrBadRoom, ErrRooms, ErrAllRooms, ErrBanned, ErrInviteOnly,
// ErrKey, ErrFull and ErrShut. Joining a room again does nothing.
func (tx *Tx) Join(c *Client, roomName, password string) (*Room, error) {
	if !c.registered {
		return nil, ErrNotRegistered
	}
	if err := checkRoom(roomName); err != nil {
		return nil, err
	}
	key := fold(roomName)
	r := tx.s.rooms[key]
	if r != nil && r.Member(c) != nil {
		return r, nil
	}
	if len(c.rooms) >= tx.s.hub.opts.MaxRooms {
		return nil, ErrRooms
	}
	first := r == nil
	if first {
		if len(tx.s.rooms) >= tx.s.hub.opts.MaxAllRooms {
			return nil, ErrAllRooms
		}
		r = tx.s.newRoom(roomName, key, tx.now())
	} else if err := r.admits(c, password); err != nil {
		return nil, err
	}
	tx.charge(c, nil, 1)
	tx.enter(c, r, first)
	return r, nil
}

// admits returns why c must not come into the room.
func (r *Room) admits(c *Client, password string) error {
	if c.operator || r.ops[fold(c.Identity().Account)] {
		return nil
	}
	invited := r.invited[c]
	switch {
	case r.Has(Shut):
		return ErrShut
	case r.banned(c):
		return ErrBanned
	case r.Has(InviteOnly) && !invited:
		return ErrInviteOnly
	case r.password != "" && r.password != password && !invited:
		return ErrKey
	case r.limit > 0 && len(r.members) >= r.limit && !invited:
		return ErrFull
	}
	return nil
}

// enter makes c a member.
func (tx *Tx) enter(c *Client, r *Room, first bool) {
	e := tx.event(Join, c, r)
	e.Text = c.away
	m := &Member{client: c, room: r, index: int32(len(r.members)), op: first, since: e.Stamp, from: e.Stamp - 1, message: r.last}
	r.members = append(r.members, m)
	c.rooms = append(c.rooms, m)
	r.uninvite(c)
	if r.Has(Shut) {
		r.modes &^= Shut
		tx.s.save(r)
	}
	c.mu.Lock()
	c.subs = append(c.subs, m)
	c.mu.Unlock()
	tx.toRoom(e)
	tx.toClient(e, c)
	if key := fold(c.Identity().Account); first && key != "" {
		r.ops = map[string]bool{key: true}
	}
	tx.grant(m)
}

// grant gives a member what its account has in the room.
func (tx *Tx) grant(m *Member) {
	key := fold(m.client.Identity().Account)
	if key == "" {
		return
	}
	var changes []Change
	if m.room.ops[key] && !m.op {
		m.op = true
		changes = append(changes, Change{Add: true, Mode: 'o', Arg: m.client.Identity().Nick})
	}
	if m.room.voiced[key] && !m.voice {
		m.voice = true
		changes = append(changes, Change{Add: true, Mode: 'v', Arg: m.client.Identity().Nick})
	}
	if len(changes) > 0 {
		e := tx.event(Mode, nil, m.room)
		e.Changes = changes
		tx.toRoom(e)
	}
}

// leave ends a membership after the last event that was staged.
func (tx *Tx) leave(m *Member) {
	r, c := m.room, m.client
	last := r.members[len(r.members)-1]
	r.members[m.index] = last
	last.index = m.index
	r.members[len(r.members)-1] = nil
	r.members = r.members[:len(r.members)-1]
	if cap(r.members) > 64 && len(r.members) < cap(r.members)/4 {
		r.members = slices.Clone(r.members)
	}
	c.rooms = slices.DeleteFunc(c.rooms, func(x *Member) bool { return x == m })
	c.mu.Lock()
	m.until = tx.s.stamp
	m.untilMsg = r.last
	c.mu.Unlock()
	tx.s.vacate(r)
}

// member returns c's membership of a room.
func (tx *Tx) member(c *Client, roomName string) (*Room, *Member, error) {
	r := tx.Room(roomName)
	if r == nil {
		return nil, nil, ErrNoSuchRoom
	}
	m := r.Member(c)
	if m == nil {
		return r, nil, ErrNotMember
	}
	return r, m, nil
}

// ruler returns the room if c has an operator's power there.
func (tx *Tx) ruler(c *Client, roomName string) (*Room, error) {
	r, m, err := tx.member(c, roomName)
	if r == nil || err != nil && !c.operator {
		return nil, err
	}
	if !c.operator && !m.op {
		return nil, ErrNeedOp
	}
	return r, nil
}

// Part takes c out of a room. The errors are ErrNoSuchRoom and ErrNotMember.
func (tx *Tx) Part(c *Client, roomName, reason string) error {
	r, m, err := tx.member(c, roomName)
	if err != nil {
		return err
	}
	tx.charge(c, nil, 1)
	e := tx.event(Part, c, r)
	e.Text = reasonOf(reason)
	tx.toRoom(e)
	tx.toClient(e, c)
	r.depart(e, c.Identity())
	tx.leave(m)
	return nil
}

// Kick removes somebody from a room. The errors are ErrNoSuchRoom, ErrNotMember,
// ErrNeedOp, ErrNoSuchName and ErrTheyNotMember.
func (tx *Tx) Kick(c *Client, roomName, nick, reason string) error {
	r, err := tx.ruler(c, roomName)
	if err != nil {
		return err
	}
	victim := tx.Client(nick)
	if victim == nil {
		return ErrNoSuchName
	}
	m := r.Member(victim)
	if m == nil {
		return ErrTheyNotMember
	}
	tx.charge(c, nil, 1)
	e := tx.event(Kick, c, r)
	e.Target, e.Text = victim.Identity().Nick, reasonOf(reason)
	tx.toRoom(e)
	tx.toClient(e, victim)
	tx.leave(m)
	return nil
}

// Invite invites somebody into a room, past its modes. The errors are ErrNoSuchRoom,
// ErrNotMember, ErrNeedOp where the room is open only to the invited, ErrNoSuchName,
// ErrAlready and ErrInvited.
func (tx *Tx) Invite(c *Client, roomName, nick string) error {
	r, m, err := tx.member(c, roomName)
	if r == nil || err != nil && !c.operator {
		return err
	}
	if r.Has(InviteOnly) && !c.operator && !m.op {
		return ErrNeedOp
	}
	guest := tx.Client(nick)
	switch {
	case guest == nil:
		return ErrNoSuchName
	case r.Member(guest) != nil:
		return ErrAlready
	case len(r.invited) >= maxInvited && !r.invited[guest]:
		return ErrInvited
	}
	tx.charge(c, nil, 1)
	r.invite(guest)
	told := tx.event(Invited, c, r)
	told.Target = guest.Identity().Nick
	tx.toRoom(told)
	e := tx.event(Invite, c, r)
	e.Target = told.Target
	tx.toClient(e, guest)
	return nil
}

const maxInvited = 100

// invite notes that a client may come in past the room's modes.
func (r *Room) invite(c *Client) {
	if r.invited[c] {
		return
	}
	if r.invited == nil {
		r.invited = map[*Client]bool{}
	}
	r.invited[c] = true
	c.invitedTo = append(c.invitedTo, r)
}

// uninvite forgets that.
func (r *Room) uninvite(c *Client) {
	if r.invited[c] {
		delete(r.invited, c)
		c.invitedTo = slices.DeleteFunc(c.invitedTo, func(other *Room) bool { return other == r })
	}
}

// Topic sets a room's topic. The errors are ErrNoSuchRoom, ErrNotMember, ErrNeedOp and
// ErrLongTopic.
func (tx *Tx) Topic(c *Client, roomName, text string) error {
	r, m, err := tx.member(c, roomName)
	if r == nil || err != nil && !c.operator {
		return err
	}
	if len(text) > MaxTopic {
		return ErrLongTopic
	}
	if r.Has(TopicLock) && !c.operator && !m.op {
		return ErrNeedOp
	}
	tx.charge(c, nil, 1)
	e := tx.event(Topic, c, r)
	e.Text = text
	r.topic = store.Topic{Text: text, By: c.Identity().Nick, Time: tx.now()}
	tx.s.save(r)
	tx.toRoom(e)
	return nil
}

// CloseRoom makes everybody leave a room, which can then be entered only by its
// operators who have accounts, and by those of the server; that opens it again. The
// errors are ErrNoSuchRoom, ErrNotMember and ErrNeedOp; the lobby is for operators
// of the server to close.
func (tx *Tx) CloseRoom(c *Client, roomName, reason string) error {
	r, err := tx.ruler(c, roomName)
	if err != nil {
		return err
	}
	if r == tx.Lobby() && !c.operator {
		return ErrNeedOp
	}
	r.modes |= Shut
	tx.s.save(r)
	for _, m := range slices.Clone(r.members) {
		e := tx.event(Closed, c, r)
		e.Target, e.Text = m.client.Identity().Nick, reasonOf(reason)
		tx.toClient(e, m.client)
		tx.leave(m)
	}
	return nil
}
