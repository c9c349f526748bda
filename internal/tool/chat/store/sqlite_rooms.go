package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ncruces/go-sqlite3"
)

func (s *sqlite) Rooms(ctx context.Context) ([]Room, error) {
	var rooms []Room
	err := s.readers.do(ctx, func(c *conn) error {
		return c.run(`SELECT r.key, r.state, r.base, max(m.id), m.time
			FROM rooms r LEFT JOIN messages m ON m.id =
				(SELECT max(id) FROM messages WHERE id >= r.number << 40 AND id < (r.number + 1) << 40)
			GROUP BY r.number ORDER BY r.key`, nil, func(st *sqlite3.Stmt) error {
			r := Room{Key: st.ColumnText(0), Last: uint64(st.ColumnInt64(2))}
			if err := json.Unmarshal(st.ColumnRawText(1), &r); err != nil {
				return fmt.Errorf("room %q: %w", r.Key, err)
			}
			if id := uint64(st.ColumnInt64(3)); id > 0 {
				r.Last = id & maxSeq
				r.LastTime = time.UnixMilli(st.ColumnInt64(4)).UTC()
			}
			rooms = append(rooms, r)
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read rooms: %w", err)
	}
	return rooms, nil
}

func (s *sqlite) SaveRooms(ctx context.Context, rooms []Room) error {
	err := s.writer.do(ctx, func(c *conn) error {
		numbers := make(map[string]int64) // of the new rooms
		err := c.transaction(ctx, func() error {
			for _, r := range rooms {
				if err := s.saveRoom(c, r, numbers); err != nil {
					return err
				}
			}
			return nil
		})
		if err == nil {
			s.mu.Lock()
			s.noteRooms(numbers)
			s.mu.Unlock()
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("save rooms: %w", err)
	}
	return nil
}

func (s *sqlite) saveRoom(c *conn, r Room, numbers map[string]int64) error {
	info := s.room(r.Key)
	if info.number == 0 && numbers[r.Key] == 0 {
		number, err := s.insertRoom(c, r, info.base)
		numbers[r.Key] = number
		return err
	}
	state, err := json.Marshal(r.clone())
	if err != nil {
		return err
	}
	return c.exec("UPDATE rooms SET state = ? WHERE key = ?", string(state), r.Key)
}

// insertRoom adds a room, whose messages begin after base, and returns its
// number.
func (s *sqlite) insertRoom(c *conn, r Room, base uint64) (int64, error) {
	state, err := json.Marshal(r.clone())
	if err != nil {
		return 0, err
	}
	if err := c.exec("DELETE FROM deleted WHERE key = ?", r.Key); err != nil {
		return 0, err
	}
	err = c.exec("INSERT INTO rooms(key, base, state) VALUES (?, ?, ?)", r.Key, int64(base), string(state))
	return c.db.LastInsertRowID(), err
}

func (s *sqlite) DeleteRoom(ctx context.Context, room string) error {
	// The index goes first: should the rest fail, it is made again. It is held
	// until the room is gone, or else it would be made again meanwhile.
	err := s.index.do(ctx, func(c *conn) error {
		if err := s.unindex(ctx, c, room); err != nil {
			return err
		}
		return s.writer.do(ctx, func(c *conn) error { return s.deleteRoom(ctx, c, room) })
	})
	if err != nil {
		return fmt.Errorf("delete room %q: %w", room, err)
	}
	return nil
}

func (s *sqlite) deleteRoom(ctx context.Context, c *conn, room string) error {
	info := s.room(room)
	if info.number == 0 {
		return nil
	}
	err := c.transaction(ctx, func() error {
		err := c.exec("DELETE FROM messages WHERE id >= ? AND id < ?", messageID(info.number, 0), messageID(info.number+1, 0))
		if err == nil {
			err = c.exec("DELETE FROM rooms WHERE number = ?", info.number)
		}
		if err == nil {
			err = c.exec("INSERT INTO deleted VALUES (?, ?)", room, int64(info.last))
		}
		return err
	})
	if err == nil {
		s.mu.Lock()
		delete(s.keys, info.number)
		s.rooms[room] = &roomInfo{base: info.last, last: info.last}
		s.mu.Unlock()
	}
	return err
}
