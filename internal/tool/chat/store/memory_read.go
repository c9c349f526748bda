package store

import (
	"context"
	"fmt"
	"slices"
	"sort"
)

// A memoryRoom is a room and its last messages. Once they are more than the
// store keeps for a room, the first of them are only there to be overwritten.
type memoryRoom struct {
	exists   bool // was not deleted
	state    Room
	messages []Message
}

func (m *memory) Messages(ctx context.Context, room string, r Range) ([]Message, error) {
	return m.find(ctx, room, r, "read messages", func(*Message) bool { return true })
}

func (m *memory) Search(ctx context.Context, room, query string, r Range) ([]Message, error) {
	phrases := parseQuery(query)
	var words []string
	return m.find(ctx, room, r, "search messages", func(msg *Message) bool {
		words = appendWords(words[:0], msg.Text)
		return len(phrases) > 0 && match(words, phrases)
	})
}

// find returns the messages of the range that are wanted.
func (m *memory) find(ctx context.Context, room string, r Range, doing string, wanted func(*Message) bool) ([]Message, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if err := m.enter(ctx); err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	kept := m.kept(room)
	if len(kept) == 0 {
		return nil, nil
	}
	from, to, _ := r.bounds(func(ms int64) (uint64, error) {
		i := sort.Search(len(kept), func(i int) bool { return kept[i].Time.UnixMilli() >= ms })
		return kept[0].Seq + uint64(i), nil
	})
	from = max(from, kept[0].Seq)
	to = min(to, kept[len(kept)-1].Seq+1)
	var found []Message
	for n := range to - min(from, to) {
		seq := from + n
		if r.Latest {
			seq = to - 1 - n
		}
		msg := &kept[seq-kept[0].Seq]
		if !wanted(msg) {
			continue
		}
		if found = append(found, *msg); len(found) == r.limit() {
			break
		}
	}
	if r.Latest {
		slices.Reverse(found)
	}
	return found, nil
}

// kept returns the messages of a room, the oldest first.
func (m *memory) kept(room string) []Message {
	r := m.rooms[room]
	if r == nil {
		return nil
	}
	return r.messages[max(0, len(r.messages)-m.perRoom):]
}

func (m *memory) Sent(ctx context.Context, client, clientID string) (Message, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if err := m.enter(ctx); err != nil {
		return Message{}, fmt.Errorf("look for a line sent: %w", err)
	}
	at, ok := m.sent[sentID{client, clientID}]
	if !ok || clientID == "" {
		return Message{}, fmt.Errorf("line %q of %q: %w", clientID, client, ErrNotFound)
	}
	kept := m.kept(at.room)
	return kept[at.seq-kept[0].Seq], nil
}

func (m *memory) Rooms(ctx context.Context) ([]Room, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if err := m.enter(ctx); err != nil {
		return nil, fmt.Errorf("read rooms: %w", err)
	}
	var rooms []Room
	for _, r := range m.rooms {
		if r.exists {
			rooms = append(rooms, r.state.clone())
		}
	}
	slices.SortFunc(rooms, byKey)
	return rooms, nil
}

func (m *memory) SaveRooms(ctx context.Context, rooms []Room) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.enter(ctx); err != nil {
		return fmt.Errorf("save rooms: %w", err)
	}
	for _, state := range rooms {
		r := m.room(state.Key)
		state = state.clone()
		state.Last, state.LastTime = r.state.Last, r.state.LastTime
		r.exists, r.state = true, state
	}
	return nil
}

func (m *memory) DeleteRoom(ctx context.Context, room string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.enter(ctx); err != nil {
		return fmt.Errorf("delete room %q: %w", room, err)
	}
	r := m.rooms[room]
	if r == nil || !r.exists {
		return nil
	}
	for i := range r.messages {
		m.forget(&r.messages[i])
	}
	*r = memoryRoom{state: Room{Key: room, Name: room, Last: r.state.Last}}
	return nil
}
