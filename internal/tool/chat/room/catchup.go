package room

import (
	"baton/internal/tool/chat/store"
)

// page is how many messages are read from the store at once.
const page = 200

// A gap is what a client has missed of one room, because the room's log doesn't have it
// any more.
type gap struct {
	c     *Client
	m     *Member
	ruled uint64 // up to this stamp it has got all rulings

	// As of the last look.
	dropped uint64 // up to this stamp the log has nothing
	from    uint64 // number of the last message that the client got
	last    uint64 // and of the last one in the gap
	rulings []past[ruling]
}

// catchUp gives a client what it has missed of one room: from the store the messages
// between the last one that it got and those that the room's log still has, and among
// them the rulings as they were. Presence it gets as a fresh list later. It reports
// false if the connection is done for.
func (h *Hub) catchUp(c *Client, m *Member, w *scratch) bool {
	h.stats.gaps.Add(1)
	c.mu.Lock()
	g := gap{c: c, m: m, ruled: max(c.cursor, m.from)}
	c.mu.Unlock()
	for {
		g.look()
		list, err := g.read()
		if err != nil {
			c.finish(err)
			return false
		}
		h.stats.caughtUp.Add(uint64(len(list)))
		if w.buf = g.encode(w.buf[:0], list); len(w.buf) > 0 && !h.write(c, w.buf) {
			return false
		}
		if len(list) == 0 { // all that was missing besides was presence
			c.mu.Lock()
			m.from = max(m.from, g.dropped)
			c.skip()
			c.mu.Unlock()
			return true
		}
	}
}

// look notes what the gap is now: it grows while the client catches up.
func (g *gap) look() {
	g.dropped, g.last, g.rulings = g.m.room.log.lost(g.ruled)
	g.c.mu.Lock()
	defer g.c.mu.Unlock()
	g.from = g.m.message
	if until := g.m.until; until != 0 {
		g.last = min(g.last, g.m.untilMsg)
		for i, r := range g.rulings {
			if r.stamp >= until { // that it was kicked, it gets by itself
				g.rulings = g.rulings[:i]
				break
			}
		}
	}
}

// read returns the next messages: none when the client has got all that the store still
// has of them.
func (g *gap) read() ([]store.Message, error) {
	if g.from >= g.last {
		return nil, nil
	}
	h, r := g.c.hub, g.m.room
	missed := store.Range{After: store.Point{Seq: g.from}, Before: store.Point{Seq: g.last + 1}, Limit: page}
	list, err := h.History(h.ctx, r.name, func(st store.Store) ([]store.Message, error) { return st.Messages(h.ctx, r.key, missed) })
	if err != nil {
		return nil, err
	}
	if g.from = g.last; len(list) > 0 {
		g.from = list[len(list)-1].Seq
	}
	g.c.mu.Lock()
	g.m.message = g.from
	g.c.mu.Unlock()
	return list, nil
}

// encode appends messages and the rulings that were made before them; without messages,
// those that are left.
func (g *gap) encode(dst []byte, list []store.Message) []byte {
	c, r := g.c, g.m.room
	shape, id := c.Shape(), c.Identity()
	rule := func() {
		s := g.rulings[0]
		g.rulings = g.rulings[1:]
		dst = s.what.ev.appendTo(dst, c, shape, s.what.ev.Origin == c)
		g.ruled = s.stamp
	}
	for _, msg := range list {
		for len(g.rulings) > 0 && g.rulings[0].what.msg < msg.Seq {
			rule()
		}
		e := FromStore(r.name, c.hub.epoch, msg)
		dst = c.enc.Encode(dst, e, shape, e.From.Nick == id.Nick && e.From.User == id.User && e.From.Host == id.Host)
	}
	for len(list) == 0 && len(g.rulings) > 0 {
		rule()
	}
	return dst
}
