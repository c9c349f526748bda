package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// columns are those of a message, in the order in which readMessage takes them.
const columns = `m.id, m.time, m.kind, m.nick, m.user, m.host, m.account, m.realname, m.text, m.tags, m.client, m.client_id`

func (s *sqlite) Messages(ctx context.Context, room string, r Range) ([]Message, error) {
	found, err := s.find(ctx, room, r, `SELECT `+columns+` FROM messages m WHERE m.id >= ? AND m.id < ? ORDER BY m.id`)
	if err != nil {
		return nil, fmt.Errorf("read messages: %w", err)
	}
	return found, nil
}

// find runs a query for messages of the range, which ends with an order. Its
// arguments are args, and the first id of the range and the one after the last.
func (s *sqlite) find(ctx context.Context, room string, r Range, query string, args ...any) ([]Message, error) {
	var found []Message
	err := s.readers.do(ctx, func(c *conn) error {
		info := s.room(room)
		if info.number == 0 {
			return nil
		}
		from, to, err := r.bounds(func(ms int64) (uint64, error) { return firstAt(c, info, ms) })
		if err != nil {
			return err
		}
		if r.Latest {
			query += ` DESC`
		}
		args = append(args, messageID(info.number, from), messageID(info.number, to), int64(r.limit()))
		return c.run(query+` LIMIT ?`, args, func(st *sqlite3.Stmt) error {
			found = append(found, readMessage(st, room))
			return nil
		})
	})
	if r.Latest {
		slices.Reverse(found)
	}
	return found, err
}

// firstAt returns the number of the first message of a room that is not before a
// time, or the one after the last, by halving: times rise with the numbers.
func firstAt(c *conn, info roomInfo, ms int64) (uint64, error) {
	from, to := info.base+1, info.last+1
	for from < to {
		middle := from + (to-from)/2
		at, err := c.number("SELECT time FROM messages WHERE id = ?", messageID(info.number, middle))
		if err != nil {
			return 0, err
		}
		if at < ms {
			from = middle + 1
		} else {
			to = middle
		}
	}
	return from, nil
}

func readMessage(st *sqlite3.Stmt, room string) Message {
	return Message{
		Room: room,
		Seq:  uint64(st.ColumnInt64(0)) & maxSeq,
		Time: time.UnixMilli(st.ColumnInt64(1)).UTC(),
		Kind: uint8(st.ColumnInt64(2)),
		From: Sender{
			Nick: st.ColumnText(3), User: st.ColumnText(4), Host: st.ColumnText(5),
			Account: st.ColumnText(6), RealName: st.ColumnText(7),
		},
		Text: st.ColumnText(8), Tags: st.ColumnText(9),
		Client: st.ColumnText(10), ClientID: st.ColumnText(11),
	}
}

func (s *sqlite) Sent(ctx context.Context, client, clientID string) (Message, error) {
	var m Message
	err := s.readers.do(ctx, func(c *conn) error {
		err := c.run(`SELECT `+columns+` FROM messages m
			WHERE m.client = ? AND m.client_id = ? AND m.client_id <> '' ORDER BY m.time, m.id LIMIT 1`,
			[]any{client, clientID}, func(st *sqlite3.Stmt) error {
				s.mu.Lock()
				room := s.keys[st.ColumnInt64(0)>>seqBits]
				s.mu.Unlock()
				m = readMessage(st, room)
				return nil
			})
		if err == nil && m.Seq == 0 {
			err = ErrNotFound
		}
		return err
	})
	if err != nil {
		return Message{}, fmt.Errorf("line %q of %q: %w", clientID, client, err)
	}
	return m, nil
}
