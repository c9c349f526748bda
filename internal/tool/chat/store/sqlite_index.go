package store

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/ncruces/go-sqlite3"
)

// indexBatch is how many messages are indexed in one transaction, and how many
// wait before a goroutine is woken for it. A search indexes what waits in its
// room itself, which takes some ten milliseconds.
const indexBatch = 1024

// An indexer indexes what was written, behind it.
type indexer struct {
	waiting atomic.Int64
	wake    chan struct{} // capacity 1
	cancel  context.CancelFunc
	ended   sync.WaitGroup
}

func (x *indexer) start(s *sqlite) {
	ctx, cancel := context.WithCancel(context.Background())
	x.wake, x.cancel = make(chan struct{}, 1), cancel
	x.wake <- struct{}{} // for what was left when the store was last open
	x.ended.Go(func() {  // stop ends it
		for {
			select {
			case <-x.wake:
				x.waiting.Store(0)
				s.catchUpAll(ctx)
			case <-ctx.Done():
				return
			}
		}
	})
}

// stop ends the goroutine, and waits for it.
func (x *indexer) stop() {
	x.cancel()
	x.ended.Wait()
}

// wrote tells the indexer that n messages were committed.
func (x *indexer) wrote(n int) {
	if x.waiting.Add(int64(n)) >= indexBatch {
		select {
		case x.wake <- struct{}{}:
		default: // it will wake
		}
	}
}

// catchUpAll indexes all rooms, as far as it can: of what fails now, the next
// search in that room tells.
func (s *sqlite) catchUpAll(ctx context.Context) {
	s.mu.Lock()
	var behind []string
	for key, info := range s.rooms {
		if info.number > 0 && info.indexed < info.last {
			behind = append(behind, key)
		}
	}
	s.mu.Unlock()
	for _, key := range behind {
		if s.catchUp(ctx, key) != nil {
			return
		}
	}
}

// catchUp indexes what a room has now.
func (s *sqlite) catchUp(ctx context.Context, room string) error {
	goal := s.room(room)
	for indexed := false; !indexed; {
		// The connection is given back after each batch, for others wait as well.
		err := s.index.do(ctx, func(c *conn) (err error) {
			info := s.room(room)
			if indexed = info.number != goal.number || info.indexed >= goal.last; !indexed {
				err = s.indexSome(ctx, c, room, info)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// indexSome indexes the next messages of a room.
func (s *sqlite) indexSome(ctx context.Context, c *conn, room string, info roomInfo) error {
	type text struct {
		id   int64
		text string
	}
	var texts []text
	err := c.run("SELECT id, text FROM chat.messages WHERE id > ? AND id <= ? ORDER BY id LIMIT ?",
		[]any{messageID(info.number, info.indexed), messageID(info.number, info.last), int64(indexBatch)},
		func(st *sqlite3.Stmt) error {
			texts = append(texts, text{st.ColumnInt64(0), st.ColumnText(1)})
			return nil
		})
	if err != nil {
		return err
	}
	last := info.last // nothing is left only if the room was deleted meanwhile
	if len(texts) > 0 {
		last = uint64(texts[len(texts)-1].id) & maxSeq
	}
	var words []string
	err = c.transaction(ctx, func() error {
		for _, t := range texts {
			words = appendWords(words[:0], t.text)
			if err := c.exec("INSERT INTO words(rowid, text) VALUES (?, ?)", t.id, strings.Join(words, " ")); err != nil {
				return err
			}
		}
		return c.exec("INSERT INTO indexed VALUES (?, ?) ON CONFLICT DO UPDATE SET last = excluded.last",
			info.number, int64(last))
	})
	if err == nil {
		s.noteIndexed(room, info.number, last)
	}
	return err
}

// unindex removes a room from the index.
func (s *sqlite) unindex(ctx context.Context, c *conn, room string) error {
	info := s.room(room)
	if info.number == 0 {
		return nil
	}
	err := c.transaction(ctx, func() error {
		err := c.exec("DELETE FROM words WHERE rowid >= ? AND rowid < ?",
			messageID(info.number, 0), messageID(info.number+1, 0))
		if err == nil {
			err = c.exec("DELETE FROM indexed WHERE room = ?", info.number)
		}
		return err
	})
	if err == nil {
		s.noteIndexed(room, info.number, info.base)
	}
	return err
}

// noteIndexed notes up to where a room is indexed, if it is still that room.
func (s *sqlite) noteIndexed(room string, number int64, last uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if info := s.rooms[room]; info != nil && info.number == number {
		info.indexed = last
	}
}
