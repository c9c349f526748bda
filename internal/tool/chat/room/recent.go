package room

import (
	"context"

	"baton/internal/tool/chat/store"
)

// maxLately is how many of its last messages a room has at hand.
const maxLately = 50

func (r *Room) remember(e *Event) {
	if len(r.recent) == 2*maxLately {
		r.recent = append(r.recent[:0], r.recent[maxLately:]...)
	}
	r.recent = append(r.recent, e)
}

// Recent returns the last messages of a room, up to 50, the oldest first: what
// somebody may be shown who has just come in. No message is missing between them and
// what a client gets that joins in the same transaction, and none is in both.
func (tx *Tx) Recent(r *Room, limit int) []*Event {
	tx.fetch(r)
	limit = min(limit, maxLately, len(r.recent))
	return r.recent[len(r.recent)-limit:]
}

// fetch gets from the store what a room had before the hub began. Once for each
// room, it makes the hub wait for the store.
func (tx *Tx) fetch(r *Room) {
	if r.fetched || len(r.recent) >= maxLately {
		return
	}
	r.fetched = true
	before := r.stored + 1
	if len(r.recent) > 0 {
		before = r.recent[0].Msg
	}
	h := tx.s.hub
	list, err := h.History(context.Background(), r.name, func(st store.Store) ([]store.Message, error) {
		return st.Messages(context.Background(), r.key, store.Range{Before: store.Point{Seq: before}, Latest: true, Limit: maxLately})
	})
	if err != nil {
		return // is logged; there is nothing at hand then
	}
	events := make([]*Event, 0, len(list)+len(r.recent))
	for _, m := range list {
		events = append(events, FromStore(r.name, h.epoch, m))
	}
	r.recent = append(events, r.recent...)
}
