package store

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/ncruces/go-sqlite3"
)

// begin brings the messages' database up to date, and learns its rooms.
func (s *sqlite) begin(ctx context.Context) error {
	err := s.writer.do(ctx, func(c *conn) (err error) {
		if s.epoch, err = migrate(ctx, c, mainSchema, newEpoch()); err != nil {
			return err
		}
		if err = protect(filepath.Join(s.dir, mainFile)); err != nil {
			return err
		}
		err = c.run("SELECT key, last FROM deleted", nil, func(st *sqlite3.Stmt) error {
			last := uint64(st.ColumnInt64(1))
			s.rooms[st.ColumnText(0)] = &roomInfo{base: last, last: last}
			return nil
		})
		if err != nil {
			return err
		}
		return c.run(`SELECT key, number, base,
				(SELECT max(id) FROM messages WHERE id >= number << 40 AND id < (number + 1) << 40) FROM rooms`,
			nil, func(st *sqlite3.Stmt) error {
				info := &roomInfo{number: st.ColumnInt64(1), base: uint64(st.ColumnInt64(2))}
				info.last = max(info.base, uint64(st.ColumnInt64(3))&maxSeq)
				s.rooms[st.ColumnText(0)], s.keys[info.number] = info, st.ColumnText(0)
				return nil
			})
	})
	if err != nil {
		return fmt.Errorf("%s: %w", mainFile, err)
	}
	return nil
}

func (s *sqlite) Append(ctx context.Context, messages []Message) error {
	err := s.writer.do(ctx, func(c *conn) error {
		last := func(room string) (uint64, error) { return s.room(room).last, nil }
		if err := checkSequence(messages, last); err != nil {
			return err
		}
		numbers := make(map[string]int64) // of the rooms that get messages
		err := c.transaction(ctx, func() error {
			for i := range messages {
				if err := s.insert(c, &messages[i], numbers); err != nil {
					return err
				}
			}
			return nil
		})
		if err == nil {
			s.appended(messages, numbers)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("append messages: %w", err)
	}
	return nil
}

// insert adds one message, and its room if there is none.
func (s *sqlite) insert(c *conn, m *Message, numbers map[string]int64) error {
	number := numbers[m.Room]
	if number == 0 {
		info := s.room(m.Room)
		if number = info.number; number == 0 {
			var err error
			if number, err = s.insertRoom(c, Room{Key: m.Room, Name: m.Room}, info.base); err != nil {
				return err
			}
		}
		numbers[m.Room] = number
	}
	return c.exec(`INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		messageID(number, m.Seq), m.Time.UnixMilli(), int64(m.Kind),
		m.From.Nick, m.From.User, m.From.Host, m.From.Account, m.From.RealName,
		m.Text, m.Tags, m.Client, m.ClientID)
}

// appended notes what was committed.
func (s *sqlite) appended(messages []Message, numbers map[string]int64) {
	s.mu.Lock()
	s.noteRooms(numbers)
	for i := range messages {
		s.rooms[messages[i].Room].last = messages[i].Seq
	}
	s.mu.Unlock()
	s.indexer.wrote(len(messages))
}

// noteRooms notes the numbers of rooms, some of which are new. s.mu is held.
func (s *sqlite) noteRooms(numbers map[string]int64) {
	for key, number := range numbers {
		info := s.rooms[key]
		if info == nil {
			info = &roomInfo{}
			s.rooms[key] = info
		}
		info.number, info.indexed = number, max(info.indexed, info.base)
		s.keys[number] = key
	}
}

// room returns what is at hand of a room, nothing but its key if it is new.
func (s *sqlite) room(key string) roomInfo {
	s.mu.Lock()
	defer s.mu.Unlock()
	if info := s.rooms[key]; info != nil {
		return *info
	}
	return roomInfo{}
}

func (s *sqlite) Last(ctx context.Context, room string) (uint64, error) {
	err := context.Cause(ctx)
	if s.closing.Load() {
		err = ErrClosed
	}
	if err != nil {
		return 0, fmt.Errorf("read the last number: %w", err)
	}
	return s.room(room).last, nil
}
