package room

import (
	"baton/internal/tool/chat/store"
)

// page is how many messages are read from the store at once.
const page = 200

// catchUp gives a client what it has missed of one room from the store: the messages
// between the last one that it got and those that the room's log still has. Presence
// it gets as a fresh list later. It reports false if the connection is done for.
func (h *Hub) catchUp(c *Client, m *Member, w *scratch) bool {
	r := m.room
	h.stats.gaps.Add(1)
	for {
		r.log.mu.RLock()
		dropped, last := r.log.dropped, r.log.droppedMsg
		r.log.mu.RUnlock()
		c.mu.Lock()
		if m.until != 0 {
			last = min(last, m.untilMsg)
		}
		from := m.message
		if from >= last { // all that is missing was presence
			m.from = max(m.from, dropped)
			c.skip()
			c.mu.Unlock()
			return true
		}
		c.mu.Unlock()

		missed := store.Range{After: store.Point{Seq: from}, Before: store.Point{Seq: last + 1}, Limit: page}
		list, err := h.History(h.ctx, r.name, func(st store.Store) ([]store.Message, error) { return st.Messages(h.ctx, r.key, missed) })
		if err != nil {
			c.finish(err)
			return false
		}
		w.buf = w.buf[:0]
		shape, id := c.Shape(), c.Identity()
		for _, msg := range list {
			e := FromStore(r.name, h.epoch, msg)
			w.buf = c.enc.Encode(w.buf, e, shape, e.From.Nick == id.Nick && e.From.User == id.User && e.From.Host == id.Host)
			from = msg.Seq
		}
		h.stats.caughtUp.Add(uint64(len(list)))
		if len(list) == 0 {
			from = last // the store has dropped them
		}
		c.mu.Lock()
		m.message = from
		c.mu.Unlock()
		if len(w.buf) > 0 && !h.write(c, w.buf) {
			return false
		}
	}
}
