package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"sync"
)

// Memory returns a store that forgets all when the process ends, and all but the
// last perRoom messages of each room before. It panics if perRoom is not
// positive.
func Memory(perRoom int) Store {
	if perRoom <= 0 {
		panic("store: perRoom is not positive")
	}
	return &memory{
		epoch:    newEpoch(),
		perRoom:  perRoom,
		rooms:    make(map[string]*memoryRoom),
		sent:     make(map[sentID]sentAt),
		accounts: make(map[string]Account),
		reserved: make(map[string]string),
	}
}

// newEpoch returns a word for [Store.Epoch].
func newEpoch() string { return strings.ToLower(rand.Text()[:8]) }

type memory struct {
	epoch   string
	perRoom int

	mu       sync.RWMutex // guards what follows
	closed   bool
	rooms    map[string]*memoryRoom // deleted ones too
	sent     map[sentID]sentAt      // of the messages that are left
	accounts map[string]Account     // by key
	reserved map[string]string      // keys by skeleton
}

// A sentID is how [Store.Sent] finds a message.
type sentID struct{ client, clientID string }

// A sentAt is the place of such a message.
type sentAt struct {
	room string
	seq  uint64
}

// enter begins a call: the store is open, and the caller still wants it.
func (m *memory) enter(ctx context.Context) error {
	if m.closed {
		return ErrClosed
	}
	return context.Cause(ctx)
}

func (m *memory) Epoch() string { return m.epoch }

func (m *memory) Append(ctx context.Context, messages []Message) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.enter(ctx); err != nil {
		return fmt.Errorf("append messages: %w", err)
	}
	if err := checkSequence(messages, m.last); err != nil {
		return fmt.Errorf("append messages: %w", err)
	}
	for i := range messages {
		m.append(messages[i])
	}
	return nil
}

func (m *memory) append(msg Message) {
	msg.Time = inMilli(msg.Time)
	r := m.room(msg.Room)
	r.exists = true
	r.state.LastTime = msg.Time
	r.state.Last = msg.Seq
	r.messages = append(r.messages, msg)
	if id := (sentID{msg.Client, msg.ClientID}); id.clientID != "" {
		if _, again := m.sent[id]; !again {
			m.sent[id] = sentAt{msg.Room, msg.Seq}
		}
	}
	if gone := len(r.messages) - m.perRoom; gone > 0 {
		m.forget(&r.messages[gone-1])
	}
	if len(r.messages) == 2*m.perRoom { // rather than moving them for each one
		copy(r.messages, r.messages[m.perRoom:])
		clear(r.messages[m.perRoom:])
		r.messages = r.messages[:m.perRoom]
	}
}

// forget removes what finds msg by the ids of its sender.
func (m *memory) forget(msg *Message) {
	id := sentID{msg.Client, msg.ClientID}
	if m.sent[id] == (sentAt{msg.Room, msg.Seq}) {
		delete(m.sent, id)
	}
}

// room returns the room with that key, made if need be.
func (m *memory) room(key string) *memoryRoom {
	r := m.rooms[key]
	if r == nil {
		r = &memoryRoom{state: Room{Key: key, Name: key}}
		m.rooms[key] = r
	}
	return r
}

func (m *memory) last(room string) (uint64, error) {
	if r := m.rooms[room]; r != nil {
		return r.state.Last, nil
	}
	return 0, nil
}

func (m *memory) Last(ctx context.Context, room string) (uint64, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if err := m.enter(ctx); err != nil {
		return 0, fmt.Errorf("read the last number: %w", err)
	}
	return m.last(room)
}

func (m *memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return ErrClosed
	}
	m.closed = true
	return nil
}
