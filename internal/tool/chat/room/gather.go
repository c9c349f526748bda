package room

import "slices"

// scratch is what a goroutine needs to gather what there is for a client.
type scratch struct {
	buf    []byte
	events []*Event
	feeds  []feed
	inbox  []item
}

// A feed is what one of a client's rooms has for it.
type feed struct {
	member  *Member
	events  []*Event // what is left
	from    uint64
	upTo    uint64
	message uint64 // number of the last one given
}

const (
	maxEvents = 256 // taken from a log at once
	maxItems  = 256 // and from an inbox
)

// gather encodes what comes next for the client into w.buf, about a chunk at most,
// and moves its cursor. More says that there may be more. Lost is a membership whose
// next events aren't in the room's log any more; then nothing was encoded.
func (c *Client) gather(w *scratch) (more bool, lost *Member) {
	w.buf, w.events, w.feeds = w.buf[:0], w.events[:0], w.feeds[:0]
	horizon := c.hub.published.Load()
	whole := true

	c.mu.Lock()
	if len(c.holds) > 0 {
		horizon = min(horizon, c.holds[0])
	}
	if c.closing { // nothing comes after its last line
		horizon = min(horizon, c.closeStamp)
	}
	if c.finished {
		c.mu.Unlock()
		return false, nil
	}
	cursor, skipping, skipUntil := c.cursor, c.skipping, c.skipUntil
	for _, m := range c.subs {
		from, upTo := max(cursor, m.from), horizon
		if m.until != 0 {
			upTo = min(upTo, m.until)
		}
		if m.room.log.newest.Load() > from && upTo > from {
			w.feeds = append(w.feeds, feed{member: m, from: from, upTo: upTo})
		}
	}
	w.inbox = w.inbox[:0]
	for i, it := range c.inbox {
		if it.stamp > horizon { // will be published in a moment
			break
		}
		if i == maxItems {
			horizon, whole = it.stamp, false
			break
		}
		w.inbox = append(w.inbox, it)
	}
	c.mu.Unlock()

	for i := range w.feeds {
		f := &w.feeds[i]
		start := len(w.events)
		events, all, gone, _ := f.member.room.log.after(w.events, f.from, f.upTo, maxEvents)
		if gone {
			return true, f.member
		}
		w.events = events
		// w.events may move when it grows: the feeds' slices keep the old array.
		f.events = events[start:len(events):len(events)]
		if !all && len(f.events) > 0 {
			horizon, whole = min(horizon, f.events[len(f.events)-1].Stamp), false
		}
	}
	m := merger{w: w, c: c, shape: c.Shape(), cursor: cursor, skipping: skipping, skipUntil: skipUntil}
	done := m.merge(horizon)
	if done {
		m.cursor = max(m.cursor, horizon)
	}
	c.advance(&m)
	clear(w.events)
	clear(w.inbox)
	return !done || !whole, nil
}

// advance moves the client's cursor to where the merger has come.
func (c *Client) advance(m *merger) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.finished {
		return
	}
	c.cursor = m.cursor
	for i := range m.w.feeds {
		f := &m.w.feeds[i]
		f.member.message = max(f.member.message, f.message)
	}
	if m.taken > 0 {
		for _, it := range c.inbox[:m.taken] {
			c.inboxBytes -= it.size()
		}
		clear(c.inbox[:m.taken])
		if c.inbox = c.inbox[m.taken:]; len(c.inbox) == 0 {
			c.inbox = nil
		}
	}
	c.subs = slices.DeleteFunc(c.subs, func(s *Member) bool { return s.until != 0 && s.until <= c.cursor })
	if len(c.subs) == 0 {
		c.subs = nil
	}
}

// A merger brings what a client's rooms and its inbox have into the order of stamps.
type merger struct {
	w         *scratch
	c         *Client
	shape     Shape
	cursor    uint64
	taken     int // items of the inbox
	skipping  bool
	skipUntil uint64
}

// merge encodes up to the horizon. It reports false if there was more than a chunk.
func (m *merger) merge(horizon uint64) bool {
	w := m.w
	for len(w.buf) < chunk {
		f := m.next(horizon)
		if m.taken < len(w.inbox) {
			if it := &w.inbox[m.taken]; f == nil || it.stamp < f.events[0].Stamp {
				if it.stamp > horizon {
					return true
				}
				m.taken++
				m.own(it)
				continue
			}
		}
		if f == nil {
			return true
		}
		e := f.events[0]
		f.events = f.events[1:]
		if e.Msg > 0 {
			f.message = e.Msg
		}
		if e.Stamp == m.cursor && e.Stamp > f.from {
			continue // it has come from another room
		}
		m.cursor = e.Stamp
		if e.Origin != m.c && (m.skipping || e.Stamp <= m.skipUntil) && e.Kind.fleeting() {
			m.c.hub.stats.skipped.Add(1)
			continue
		}
		w.buf = e.appendTo(w.buf, m.c, m.shape, e.Origin == m.c)
	}
	return false
}

// next returns the feed with the lowest stamp up to the horizon, or nil.
func (m *merger) next(horizon uint64) *feed {
	var first *feed
	for i := range m.w.feeds {
		f := &m.w.feeds[i]
		if len(f.events) > 0 && f.events[0].Stamp <= horizon && (first == nil || f.events[0].Stamp < first.events[0].Stamp) {
			first = f
		}
	}
	return first
}

// own encodes an item of the inbox, unless it is an event that has come from a room.
func (m *merger) own(it *item) {
	w := m.w
	if it.ev == nil {
		w.buf = append(w.buf, it.line...)
		return
	}
	if !it.again {
		if it.ev.Stamp == m.cursor {
			return
		}
		m.cursor = max(m.cursor, it.ev.Stamp)
	}
	w.buf = it.ev.appendTo(w.buf, m.c, m.shape, it.ev.Origin == m.c && !it.received)
}
