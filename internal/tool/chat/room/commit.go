package room

import (
	"context"
	"fmt"

	"baton/internal/tool/chat/store"
)

// stage adds to what the commit publishes.
func (s *state) stage(st staged) {
	st.stamp = s.stamp
	s.staged = append(s.staged, st)
}

// commit stores what was said since the last commit and publishes what was staged.
// It returns no error: what can't be stored is told to those who said it, and the
// rest is published all the same.
func (s *state) commit() error {
	h := s.hub
	var failed error
	if s.saying > 0 {
		if failed = s.keep(); failed != nil {
			h.opts.Log.Error("messages not stored", "count", s.saying, "err", failed)
			h.stats.lost.Add(uint64(s.saying))
		}
		s.saying = 0
	}
	s.saveRooms()
	if len(s.staged) == 0 {
		return nil
	}
	for i := range s.staged {
		st := &s.staged[i]
		if e := st.ev; e != nil && e.Msg > 0 && e.Room != nil && failed != nil && e.Msg > e.Room.stored {
			s.fail(st, failed)
			continue
		}
		s.publish(st)
	}
	if failed != nil {
		s.takeBack()
	}
	h.published.Store(s.stamp)
	s.endStaged()
	s.wakeAll()
	clear(s.staged)
	s.staged = s.staged[:0]
	if cap(s.staged) > 4096 {
		s.staged = nil
	}
	return nil
}

// endStaged ends the connections that are to be ended: not before what was staged for
// them is published, or it would be lost.
func (s *state) endStaged() {
	for i := range s.staged {
		st := &s.staged[i]
		if !st.ends {
			continue
		}
		st.to.Close(st.end)
	}
}

// keep stores what was said.
func (s *state) keep() error {
	s.messages = s.messages[:0]
	for i := range s.staged {
		if e := s.staged[i].ev; e != nil && s.staged[i].room != nil && e.Kind.Said() {
			s.messages = append(s.messages, e.message())
		}
	}
	err := s.hub.store.Append(context.Background(), s.messages)
	if err == nil {
		for i := range s.staged {
			if e := s.staged[i].ev; e != nil && s.staged[i].room != nil && e.Kind.Said() {
				e.Room.stored = e.Msg
			}
		}
		s.hub.stats.stored.Add(uint64(len(s.messages)))
	}
	clear(s.messages)
	if cap(s.messages) > 4096 {
		s.messages = nil
	}
	return err
}

// fail tells the sender of a message that it could not be stored.
func (s *state) fail(st *staged, why error) {
	e := st.ev
	if st.room == nil { // its sender isn't in the room, or said it again
		return
	}
	s.sent.remove(e)
	if e.Origin == nil {
		return
	}
	told := &Event{
		Stamp: e.Stamp, Room: e.Room, RoomName: e.RoomName, Epoch: e.Epoch, Time: e.Time, Kind: Failed,
		From: e.From, Text: e.Text, Origin: e.Origin, Label: e.Label, Err: fmt.Errorf("%w: %w", ErrNotKept, why),
	}
	e.Origin.put(item{stamp: e.Stamp, ev: told})
	s.woken = append(s.woken, e.Origin)
}

// takeBack gives the numbers of messages that could not be stored back.
func (s *state) takeBack() {
	for _, r := range s.rooms {
		if r.last == r.stored {
			continue
		}
		r.last = r.stored
		for n := len(r.recent); n > 0 && r.recent[n-1].Msg > r.stored; n-- {
			r.recent = r.recent[:n-1]
		}
		for _, m := range r.members {
			m.client.mu.Lock()
			m.message = min(m.message, r.last)
			m.client.mu.Unlock()
		}
	}
}

// saveRooms stores what has changed of rooms that are to be kept.
func (s *state) saveRooms() {
	if len(s.dirty) == 0 {
		return
	}
	var list []store.Room
	for _, r := range s.dirty {
		r.dirty = false
		if r.kept() {
			list = append(list, r.state())
		}
	}
	clear(s.dirty)
	s.dirty = s.dirty[:0]
	if len(list) == 0 {
		return
	}
	if err := s.hub.store.SaveRooms(context.Background(), list); err != nil {
		s.hub.opts.Log.Error("rooms not saved", "count", len(list), "err", err)
	}
}

// publish puts what was staged where its readers find it.
func (s *state) publish(st *staged) {
	if s.hub.trace != nil {
		s.hub.trace(st)
	}
	switch {
	case st.ends: // see commit
	case st.to != nil:
		st.to.put(item{stamp: st.stamp, ev: st.ev, line: st.line, again: st.again, received: st.received})
		s.woken = append(s.woken, st.to)
	case st.room != nil:
		s.toLog(st.room, st.ev)
	default:
		for _, m := range st.rooms {
			s.toLog(m.room, st.ev)
		}
	}
}

func (s *state) toLog(r *Room, e *Event) {
	r.log.append(e)
	if !r.touched {
		r.touched = true
		s.touched = append(s.touched, r)
	}
	r.bytes += int64(len(e.Text)) + 64
}

// wakeAll queues the clients that have something to get.
func (s *state) wakeAll() {
	h := s.hub
	floor := h.pressure.flushed.Load()
	queue := s.woken[:0]
	for _, c := range s.woken {
		if c.rouse(0) {
			queue = append(queue, c)
		}
	}
	for _, r := range s.touched {
		for _, m := range r.members {
			if m.client.rouse(r.bytes) {
				queue = append(queue, m.client)
			}
		}
		if len(r.log.events) > h.opts.Keep { // only the hub appends
			r.log.trim(h.opts.Keep, floor, s.lastTime.Add(-h.opts.KeepFor))
		}
		r.touched, r.bytes = false, 0
	}
	h.queue.push(queue, s.stamp)
	h.stats.events.Store(s.stamp)
	clear(s.touched)
	s.touched = s.touched[:0]
	clear(queue)
	s.woken = queue[:0]
	if cap(s.woken) > 1<<16 {
		s.woken = nil
	}
}
