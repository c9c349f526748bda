package room

import (
	"errors"
	"slices"

	"baton/internal/tool/chat/clean"
)

// Register gives the client its name, from which on it takes part. The errors are
// ErrRegistered, ErrBadName, ErrNameInUse, ErrNameReserved, and the store's.
// id.Account, if not empty, is the account that the client has logged in to.
func (tx *Tx) Register(c *Client, id Identity) error {
	if c.registered {
		return ErrRegistered
	}
	if err := tx.free(id.Nick, c, id.Account); err != nil {
		return err
	}
	tx.charge(c, nil, 1)
	c.identity.Store(&id)
	c.registered = true
	c.operator = tx.s.isOperator(id.Account)
	tx.s.claim(id.Nick, c)
	tx.tell(&id, true)
	return nil
}

// Available returns why c can't make an account of a name, or nil. The errors are
// ErrBadName, ErrNameInUse, ErrNameReserved, and the store's.
func (tx *Tx) Available(c *Client, nick string) error { return tx.free(nick, c, "") }

// free returns an error unless c, who is logged in to account, may take a name.
func (tx *Tx) free(nick string, c *Client, account string) error {
	if err := checkNick(nick); err != nil {
		return err
	}
	key, skeleton := fold(nick), skeletonOf(nick)
	if other := tx.s.names[key]; other != nil && other != c {
		return ErrNameInUse
	}
	if other := tx.s.skeletons[skeleton]; other != nil && other != c {
		return ErrNameInUse
	}
	owner, err := tx.s.owner(skeleton)
	if err != nil {
		return err
	}
	if owner != "" && owner != fold(account) {
		return ErrNameReserved
	}
	return nil
}

func (s *state) claim(nick string, c *Client) {
	s.names[fold(nick)] = c
	s.skeletons[skeletonOf(nick)] = c
	s.most = max(s.most, len(s.names))
}

func (s *state) release(nick string) {
	delete(s.names, fold(nick))
	delete(s.skeletons, skeletonOf(nick))
}

// change gives the client another identity.
func (c *Client) change(change func(*Identity)) {
	id := *c.Identity()
	change(&id)
	c.identity.Store(&id)
}

// Nick gives the client another name. The errors are those of Register; before
// Register it is ErrNotRegistered.
func (tx *Tx) Nick(c *Client, nick string) error {
	if !c.registered {
		return ErrNotRegistered
	}
	old := *c.Identity()
	if old.Nick == nick {
		return nil
	}
	if err := tx.free(nick, c, old.Account); err != nil {
		return err
	}
	tx.charge(c, nil, 2)
	e := tx.event(Nick, c, nil)
	e.Target = nick
	tx.s.remember(old, tx.now())
	tx.s.release(old.Nick)
	tx.s.claim(nick, c)
	for _, m := range c.rooms {
		m.room.depart(e, c.Identity())
		m.since = e.Stamp
	}
	c.change(func(id *Identity) { id.Nick = nick })
	tx.aboutClient(e, c)
	if fold(old.Nick) != fold(nick) {
		tx.tell(&old, false)
		tx.tell(c.Identity(), true)
	}
	return nil
}

// Quit takes the client out of everything. Its connection stays, for [Client.Close]
// or [Tx.End].
func (tx *Tx) Quit(c *Client, reason string) {
	if !c.registered {
		return
	}
	e := tx.event(Quit, c, nil)
	e.Text = reasonOf(reason)
	tx.s.stage(staged{ev: e, rooms: slices.Clone(c.rooms)})
	for _, m := range slices.Clone(c.rooms) {
		m.room.depart(e, c.Identity())
		tx.leave(m)
	}
	id := *c.Identity()
	tx.s.remember(id, tx.now())
	tx.s.release(id.Nick)
	c.registered = false
	c.gone = true
	tx.tell(&id, false)
}

// Away says that the client is away, or with an empty text that it is back.
func (tx *Tx) Away(c *Client, text string) {
	text = clean.TruncateUTF8(text, MaxAway)
	if c.away == text {
		return
	}
	tx.charge(c, nil, 1)
	kind := Away
	if text == "" {
		kind = Back
	}
	c.away = text
	e := tx.event(kind, c, nil)
	c.altered = e.Stamp
	e.Text = text
	tx.aboutClient(e, c)
}

// SetName changes the client's real name.
func (tx *Tx) SetName(c *Client, text string) {
	tx.charge(c, nil, 1)
	e := tx.event(SetName, c, nil)
	c.altered = e.Stamp
	e.Text = text
	c.change(func(id *Identity) { id.RealName = text })
	tx.aboutClient(e, c)
}

// SetInvisible says whether the client is listed only to those who share a room.
func (tx *Tx) SetInvisible(c *Client, invisible bool) { c.invisible = invisible }

// Touch notes that the client isn't idle; Say and Direct do that.
func (tx *Tx) Touch(c *Client) { c.active = tx.now().Unix() }

// SetHost changes where others see the client to come from, before it is registered.
func (tx *Tx) SetHost(c *Client, host string) { c.info.Host = host }

// Login notes that the client has proved to own an account, or with "" that it has
// logged out. An account that was made just now is protected from here on. Whoever
// has what the account owns as name goes by another name.
func (tx *Tx) Login(c *Client, account string) {
	if account != "" {
		key, skeleton := fold(account), skeletonOf(account)
		tx.s.reserved[skeleton] = key
		if other := tx.s.skeletons[skeleton]; other != nil && other != c && fold(other.Identity().Account) != key {
			tx.rename(other)
		}
	}
	c.operator = tx.s.isOperator(account)
	if !c.registered {
		c.change(func(id *Identity) { id.Account = account })
		return
	}
	e := tx.event(Account, c, nil)
	c.altered = e.Stamp
	e.Target = account
	c.change(func(id *Identity) { id.Account = account })
	tx.aboutClient(e, c)
	for _, m := range c.rooms {
		tx.grant(m)
	}
}

// rename takes a name from a client that has lost the right to it.
func (tx *Tx) rename(c *Client) {
	for n := 1; ; n++ {
		nick := guest(n + int(tx.s.stamp%997))
		err := tx.free(nick, c, "")
		if errors.Is(err, ErrNameInUse) || errors.Is(err, ErrNameReserved) {
			continue
		}
		if err == nil {
			err = tx.Nick(c, nick)
		}
		if err != nil {
			tx.s.hub.opts.Log.Error("name not taken away", "client", c.describe(), "err", err)
		}
		return
	}
}

func (s *state) isOperator(account string) bool {
	return account != "" && slices.Contains(s.hub.opts.Operators, fold(account))
}

// Kill ends the connection of another client, for an operator of the server.
func (tx *Tx) Kill(c *Client, nick, reason string) error {
	if !c.operator {
		return ErrNeedOp
	}
	victim := tx.Client(nick)
	if victim == nil {
		return ErrNoSuchName
	}
	tx.Quit(victim, "Killed by "+c.Identity().Nick+": "+reason)
	tx.End(victim, ErrKilled)
	return nil
}
