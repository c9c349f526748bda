package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/ext/fts5"
)

func (s *sqlite) Search(ctx context.Context, room, query string, r Range) ([]Message, error) {
	phrases := parseQuery(query)
	found, err := []Message(nil), s.catchUp(ctx, room)
	if err == nil && len(phrases) > 0 {
		found, err = s.find(ctx, room, r, `SELECT `+columns+` FROM search.words w JOIN messages m ON m.id = w.rowid
			WHERE w.words MATCH ? AND w.rowid >= ? AND w.rowid < ? ORDER BY w.rowid`, matchExpr(phrases))
	}
	if err != nil {
		return nil, fmt.Errorf("search messages: %w", err)
	}
	return found, nil
}

// matchExpr writes phrases in the language of FTS5. Words have only letters and
// digits in them, so there is nothing to escape.
func matchExpr(phrases []phrase) string {
	var b strings.Builder
	for _, p := range phrases {
		b.WriteString(`"` + strings.Join(p.words, " ") + `"`)
		if p.prefix {
			b.WriteByte('*')
		}
		b.WriteByte(' ')
	}
	return b.String()
}

func (s *sqlite) openIndex(ctx context.Context) (*conn, error) {
	file := filepath.Join(s.dir, searchFile)
	if err := private(file); err != nil {
		return nil, err
	}
	c, err := openConn(ctx, file, busyTimeout+setupSearch)
	if err != nil {
		return nil, err
	}
	err = fts5.Register(c.db)
	if err == nil {
		err = c.exec("ATTACH ? AS chat", filepath.Join(s.dir, mainFile))
	}
	if err != nil {
		return nil, errors.Join(readable(ctx, err), c.close())
	}
	return c, nil
}

// beginIndex brings the index up to date with the version and with the messages'
// database. One that is damaged, or of other messages, is thrown away: it is
// made again from the messages.
func (s *sqlite) beginIndex(ctx context.Context) error {
	err := s.index.do(ctx, func(c *conn) error { return s.checkIndex(ctx, c) })
	if errors.Is(err, errStale) || errors.Is(err, ErrDamaged) || errors.Is(err, ErrNewer) {
		err = s.index.close()
		for _, suffix := range []string{"", "-wal", "-shm"} {
			if e := os.Remove(filepath.Join(s.dir, searchFile+suffix)); !errors.Is(e, fs.ErrNotExist) {
				err = errors.Join(err, e)
			}
		}
		s.index = newPool(1, s.openIndex)
		if err == nil {
			err = s.index.do(ctx, func(c *conn) error { return s.checkIndex(ctx, c) })
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", searchFile, err)
	}
	return nil
}

var errStale = errors.New("index of other messages")

// checkIndex learns how far each room is indexed.
func (s *sqlite) checkIndex(ctx context.Context, c *conn) error {
	epoch, err := migrate(ctx, c, searchSchema, s.epoch)
	if err != nil {
		return err
	}
	if err := protect(filepath.Join(s.dir, searchFile)); err != nil {
		return err
	}
	if epoch != s.epoch {
		return errStale
	}
	for _, info := range s.rooms {
		info.indexed = info.base
	}
	return c.run("SELECT room, last FROM indexed", nil, func(st *sqlite3.Stmt) error {
		key, ok := s.keys[st.ColumnInt64(0)]
		if !ok {
			return errStale
		}
		info := s.rooms[key]
		info.indexed = uint64(st.ColumnInt64(1))
		if info.indexed > info.last {
			return errStale
		}
		return nil
	})
}
