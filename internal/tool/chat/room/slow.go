package room

import "time"

// setWriteDeadline gives a write the time that it may take.
func (c *Client) setWriteDeadline() {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := time.Now().Add(c.hub.opts.SlowAfter / writeSlices)
	if c.closing {
		at = time.Unix(0, c.closeBy)
	}
	c.conn.SetWriteDeadline(at)
}

func (c *Client) isClosing() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closing
}

// catchingUp reports whether the client needs a goroutine of its own now.
func (c *Client) catchingUp() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.skipping
}

// blocked notes that the client doesn't take what is written to it at once.
func (c *Client) blocked() {
	c.behind.Store(0)
	c.mu.Lock()
	c.block = c.hub.pressure.add(c, c.cursor)
	c.mu.Unlock()
}

// took notes that it has taken n bytes.
func (c *Client) took(n int) {
	if c.behind.Add(-int64(n)) < 0 {
		c.behind.Store(0)
	}
	c.mu.Lock()
	b, cursor := c.block, c.cursor
	c.mu.Unlock()
	if b != nil {
		b.since.Store(time.Now().UnixNano())
		b.cursor.Store(cursor)
		c.hub.pressure.move()
	}
}

// unblock notes that it has taken everything.
func (c *Client) unblock() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.unblockLocked()
	if !c.closing {
		c.conn.SetWriteDeadline(time.Time{})
	}
}

func (c *Client) unblockLocked() {
	if c.block == nil {
		return
	}
	if c.block.slow.Load() {
		c.hub.stats.slow.Add(-1)
	}
	c.hub.pressure.remove(c.block)
	c.block = nil
}

// farBehind notes that the client is too many bytes behind, if that is because it
// doesn't take them.
func (c *Client) farBehind() {
	c.mu.Lock()
	blocked := c.block != nil && c.block.idle() > grace
	c.mu.Unlock()
	if blocked {
		c.slow()
	}
}

// slow makes the client one that is behind: it is left to catch up without presence,
// or its connection is ended.
func (c *Client) slow() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.block == nil || c.block.slow.Load() {
		return
	}
	h := c.hub
	c.block.slow.Store(true)
	h.pressure.move()
	h.stats.slow.Add(1)
	h.stats.slowed.Add(1)
	h.opts.Log.Info("client is slow", "client", c.describe(), "blocked", c.block.idle().Round(time.Millisecond), "kick", h.opts.Kick)
	if h.opts.Kick {
		c.closeLocked(nil, ErrSlow)
		c.conn.SetWriteDeadline(time.Unix(1, 0))
		return
	}
	c.skip()
}

// skip leaves out presence for the client from here on. The caller holds mu.
func (c *Client) skip() {
	if c.skipping {
		return
	}
	c.skipping = true
	c.seen = c.cursor
}

// refresh gives a client that has missed presence fresh lists of who is in its
// rooms, and what their modes and topics are where that isn't known to it. It reports
// whether there was anything to do.
func (h *Hub) refresh(c *Client) bool {
	if !c.catchingUp() {
		return false
	}
	err := h.Do(h.ctx, nil, func(tx *Tx) error {
		c.mu.Lock()
		seen, known := c.seen, max(c.seen, c.skipUntil)
		lost := make([]uint64, len(c.rooms))
		for i, m := range c.rooms {
			lost[i] = m.from
		}
		c.mu.Unlock()
		for i, m := range c.rooms {
			ruled := lost[i] > seen && m.room.log.forgotten() > seen
			e := tx.event(Presence, c, m.room)
			e.Present = m.room.present(known)
			if e.Complete = m.room.departed.forgotten <= seen && !ruled; e.Complete {
				e.Gone = m.room.departedSince(known, c.Identity().Nick)
			}
			tx.toClient(e, c)
			if ruled {
				tx.restate(m.room, c)
			}
		}
		c.mu.Lock()
		c.skipping = false
		c.skipUntil = tx.s.stamp
		c.mu.Unlock()
		return nil
	})
	if err != nil { // the hub is being closed
		c.mu.Lock()
		c.skipping = false
		c.mu.Unlock()
	}
	return true
}

// present returns the room's members as of now, and who of them came or became another
// after a stamp.
func (r *Room) present(known uint64) []Present {
	list := make([]Present, len(r.members))
	for i, m := range r.members {
		list[i] = Present{Identity: m.client.Identity(), Op: m.op, Voice: m.voice, Away: m.client.away, New: m.since > known, Altered: m.client.altered > known}
	}
	return list
}
