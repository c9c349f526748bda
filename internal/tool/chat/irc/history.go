package irc

import (
	"context"
	"strconv"
	"strings"
	"time"

	"baton/internal/tool/chat/room"
	"baton/internal/tool/chat/store"
)

// A replay is the history that a client gets because it has come into a room and
// can't ask for it.
type replay struct {
	name, key string
	last      uint64 // number of the last message from before it came
}

// replay sends the history of the rooms that were just joined. What happens there is
// held back meanwhile, so that the history comes first.
func (s *session) replay(ctx context.Context) {
	for _, r := range s.replays {
		before := store.Range{Before: store.Point{Seq: r.last + 1}, Latest: true, Limit: s.srv.opts.Replay}
		// The client does without what can't be read, which is logged.
		list, _ := s.srv.hub.History(ctx, r.name, func(st store.Store) ([]store.Message, error) {
			return st.Messages(ctx, r.key, before)
		})
		s.c.Fill(s.playback(r.name, list))
	}
	s.replays = nil
}

// playback returns messages as a batch, if the client knows batches, with their time
// in the text for clients that can't be told it otherwise.
func (s *session) playback(roomName string, list []store.Message) []byte {
	if len(list) == 0 {
		return nil
	}
	x := s.outside(&request{})
	id := ""
	if s.caps.has(batchCap) {
		id = x.openBatch("chathistory", roomName)
	}
	x.out = s.appendMessages(x.out, roomName, list, id, !s.caps.has(serverTime))
	if id != "" {
		x.closeBatch(id)
	}
	return x.out
}

// appendMessages encodes messages of the history.
func (s *session) appendMessages(dst []byte, roomName string, list []store.Message, batch string, clocks bool) []byte {
	now := time.Now()
	for i := range list {
		ev := room.FromStore(roomName, s.srv.hub.Epoch(), list[i])
		en := encoding{e: s.srv.enc, ev: ev, caps: s.caps, dst: dst}
		if batch != "" {
			en.key, en.value = "batch", batch
		}
		if clocks {
			en.prefix = clock(ev.Time, now)
		}
		en.event()
		dst = en.dst
	}
	return dst
}

// slowHistory is CHATHISTORY.
func slowHistory(ctx context.Context, s *session, m *request) error {
	x := s.outside(m)
	defer x.finish()
	sub := strings.ToUpper(m.arg(0))
	if sub == "TARGETS" {
		return x.historyTargets(ctx, m)
	}
	q, problem := parseHistory(sub, m)
	if problem != "" {
		x.fail("CHATHISTORY", problem, sub, "Invalid parameters")
		return nil
	}
	var name, key string
	err := s.srv.hub.Do(ctx, s.c, func(tx *room.Tx) error {
		if r := tx.Room(m.arg(1)); r != nil && r.Member(s.c) != nil {
			name, key = r.Name(), r.Key()
		}
		return nil
	})
	if err != nil {
		return err
	}
	if key == "" {
		x.fail("CHATHISTORY", "INVALID_TARGET", sub, m.arg(1), "You are not in that channel")
		return nil
	}
	ok := true
	list, err := s.srv.hub.History(ctx, name, func(st store.Store) (list []store.Message, err error) {
		list, ok, err = q.read(ctx, st, s.srv.hub.Epoch(), name, key)
		return list, err
	})
	switch {
	case err != nil && ctx.Err() != nil:
		return err
	case err != nil:
		x.fail("CHATHISTORY", "MESSAGE_ERROR", sub, name, "Messages could not be retrieved")
	case !ok:
		x.fail("CHATHISTORY", "INVALID_MSGREFTYPE", sub, name, "There is no such message")
	default:
		x.history(name, list)
	}
	return nil
}

// history answers with messages in a batch.
func (x *exec) history(roomName string, list []store.Message) {
	if !x.s.caps.has(batchCap) {
		x.label = ""
		x.out = x.s.appendMessages(x.out, roomName, list, "", false)
		return
	}
	id := x.openBatch("chathistory", roomName)
	x.out = x.s.appendMessages(x.out, roomName, list, id, false)
	x.closeBatch(id)
}

// A historyQuery is what CHATHISTORY asks for.
type historyQuery struct {
	kind     string
	from, to string // msgid=…, timestamp=… or *
	limit    int
}

// parseHistory returns the query, or the code of what is wrong with it.
func parseHistory(sub string, m *request) (q historyQuery, problem string) {
	q.kind, q.from = sub, m.arg(2)
	limit := m.arg(3)
	switch sub {
	case "LATEST", "BEFORE", "AFTER", "AROUND":
	case "BETWEEN":
		q.to, limit = m.arg(3), m.arg(4)
	default:
		return q, "INVALID_PARAMS"
	}
	n, err := strconv.Atoi(limit)
	if err != nil || n < 0 {
		return q, "INVALID_PARAMS"
	}
	q.limit = min(n, maxHistory)
	if n == 0 {
		q.limit = maxHistory
	}
	return q, ""
}

// point returns the place that a reference means. ok is false if there is none.
func point(ref, epoch, roomName string) (p store.Point, ok bool) {
	if id, is := strings.CutPrefix(ref, "msgid="); is {
		seq, ok := room.ParseID(id, epoch, roomName)
		return store.Point{Seq: seq}, ok
	}
	if stamp, is := strings.CutPrefix(ref, "timestamp="); is {
		at, err := time.Parse(time.RFC3339Nano, stamp)
		return store.Point{Time: at}, err == nil
	}
	return store.Point{}, false
}

// read returns the messages. ok is false if a reference is none.
func (q *historyQuery) read(ctx context.Context, st store.Store, epoch, roomName, key string) (list []store.Message, ok bool, err error) {
	var from, to store.Point
	if q.kind != "LATEST" || q.from != "*" {
		if from, ok = point(q.from, epoch, roomName); !ok {
			return nil, false, nil
		}
	}
	r := store.Range{Limit: q.limit}
	switch q.kind {
	case "LATEST":
		r.After, r.Latest = from, true
	case "BEFORE":
		r.Before, r.Latest = from, true
	case "AFTER":
		r.After = from
	case "AROUND":
		list, err = store.Around(ctx, st, key, from, q.limit)
		return list, true, err
	case "BETWEEN":
		if to, ok = point(q.to, epoch, roomName); !ok {
			return nil, false, nil
		}
		if r.After, r.Before = from, to; comesBefore(to, from) {
			r.After, r.Before, r.Latest = to, from, true
		}
	}
	list, err = st.Messages(ctx, key, r)
	return list, true, err
}

// comesBefore reports whether the place a is before b, where that can be told.
func comesBefore(a, b store.Point) bool {
	if a.Seq != 0 && b.Seq != 0 {
		return a.Seq < b.Seq
	}
	return !a.Time.IsZero() && !b.Time.IsZero() && a.Time.Before(b.Time)
}

// historyTargets answers with the rooms that the client is in and in which something
// was said in a span of time.
func (x *exec) historyTargets(ctx context.Context, m *request) error {
	s := x.s
	from, ok1 := point(m.arg(1), "", "")
	to, ok2 := point(m.arg(2), "", "")
	limit, err := strconv.Atoi(m.arg(3))
	if !ok1 || !ok2 || err != nil || limit < 0 || from.Time.IsZero() || to.Time.IsZero() {
		x.fail("CHATHISTORY", "INVALID_PARAMS", "TARGETS", "Invalid parameters")
		return nil
	}
	if comesBefore(to, from) {
		from, to = to, from
	}
	type target struct {
		name string
		last time.Time
	}
	var found []target
	err = s.srv.hub.Do(ctx, s.c, func(tx *room.Tx) error {
		for _, m := range s.c.Rooms() {
			if last := m.Room().LastTime(); last.After(from.Time) && last.Before(to.Time) {
				found = append(found, target{m.Room().Name(), last})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if limit == 0 {
		limit = maxHistory
	}
	id := ""
	if s.caps.has(batchCap) {
		id = x.openBatch("draft/chathistory-targets")
	}
	for _, t := range found[:min(limit, len(found))] {
		l := &x.building
		l.Start(x.out)
		if id != "" {
			l.Tag("batch", id)
		}
		l.Source(s.srv.opts.Name)
		l.Command("CHATHISTORY")
		l.Param("TARGETS")
		l.Param(t.name)
		l.Text(t.last.UTC().Format(timeFormat))
		x.end()
	}
	if id != "" {
		x.closeBatch(id)
	}
	return nil
}
