package room

import (
	"slices"
	"strconv"
	"strings"
)

// Watch makes the hub call fn, within the transaction, each time that a name is
// taken or given up. Transports call it before the hub has clients.
func (h *Hub) Watch(fn func(tx *Tx, id *Identity, here bool)) {
	h.watchers = append(h.watchers, fn)
}

// tell calls those who watch names.
func (tx *Tx) tell(id *Identity, here bool) {
	for _, fn := range tx.s.hub.watchers {
		fn(tx, id, here)
	}
}

// MaxRooms returns how many rooms one client may be in.
func (h *Hub) MaxRooms() int { return h.opts.MaxRooms }

// MaxList returns how many entries the list of bans of a room may have.
func (h *Hub) MaxList() int { return h.opts.MaxList }

// Label makes that events of the client's own doing have a label from here on in the
// transaction, unless what causes them gives them one; "" ends it.
func (tx *Tx) Label(label string) { tx.label = label }

// Hold keeps what is staged from here on from c until [Client.Fill] is called for it,
// so that what has to be read first can come before it.
func (tx *Tx) Hold(c *Client) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.holds = append(c.holds, tx.s.stamp)
}

// Fill gives c a line in the place of the first [Tx.Hold] that has none yet, and lets
// go on what that has kept back. It takes line over, which may be empty. It must not
// be called within a transaction.
func (c *Client) Fill(line []byte) {
	c.mu.Lock()
	if len(c.holds) == 0 {
		c.mu.Unlock()
		panic("room: Fill without Hold")
	}
	stamp := c.holds[0]
	if c.holds = c.holds[1:]; len(c.holds) == 0 {
		c.holds = nil
	}
	if len(line) > 0 && !c.finished {
		i := len(c.inbox)
		for i > 0 && c.inbox[i-1].stamp > stamp {
			i--
		}
		it := item{stamp: stamp, line: line}
		c.inbox = slices.Insert(c.inbox, i, it)
		c.inboxBytes += it.size()
	}
	c.mu.Unlock()
	c.hub.wake(c)
}

// Match reports whether s fits a pattern in which * is any text and ? one byte, as
// names are compared.
func Match(pattern, s string) bool { return glob(fold(pattern), fold(s)) }

// ParseID returns the number of the message in a room that has this id, see
// [Event.ID]. ok is false if it is none of that room.
func ParseID(id, epoch, roomName string) (msg uint64, ok bool) {
	rest, ok := strings.CutPrefix(id, epoch+"-")
	if !ok {
		return 0, false
	}
	digits, of, ok := strings.Cut(rest, "#")
	if !ok || fold("#"+of) != fold(roomName) {
		return 0, false
	}
	msg, err := strconv.ParseUint(digits, 36, 64)
	return msg, err == nil && msg > 0
}
