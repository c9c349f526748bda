package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/ncruces/go-sqlite3"
)

// applicationID is in the header of each of our databases.
const applicationID = 0x6261746f // "bato"

// A message's id has the number of its room in the upper bits and its own in the
// lower ones, so that a room's log lies together, and a place in it is found
// without an index.
const seqBits = 40

func messageID(room int64, seq uint64) int64 { return room<<seqBits + int64(seq) }

// mainSchema is the steps from each version of chat.db to the next.
var mainSchema = []string{`
	CREATE TABLE meta(epoch TEXT NOT NULL) STRICT;
	CREATE TABLE rooms(
		number INTEGER PRIMARY KEY AUTOINCREMENT, -- not used again after a room is deleted
		key    TEXT NOT NULL UNIQUE,
		base   INTEGER NOT NULL, -- messages up to this number were deleted with a room of that key
		state  TEXT NOT NULL     -- a Room in JSON
	) STRICT;
	CREATE TABLE deleted(key TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT, WITHOUT ROWID;
	CREATE TABLE messages(
		id INTEGER PRIMARY KEY, time INTEGER NOT NULL, kind INTEGER NOT NULL,
		nick TEXT NOT NULL, user TEXT NOT NULL, host TEXT NOT NULL, account TEXT NOT NULL, realname TEXT NOT NULL,
		text TEXT NOT NULL, tags TEXT NOT NULL, client TEXT NOT NULL, client_id TEXT NOT NULL
	) STRICT;
	CREATE INDEX sent ON messages(client, client_id) WHERE client_id <> '';
	CREATE TABLE accounts(
		key TEXT PRIMARY KEY, name TEXT NOT NULL, skeleton TEXT NOT NULL UNIQUE, created INTEGER NOT NULL,
		password TEXT NOT NULL, scram TEXT NOT NULL
	) STRICT, WITHOUT ROWID;
`}

// searchSchema is the same for search.db. The index holds words and ids, no
// texts. Words come cut and folded from appendWords: to the ascii tokenizer all
// that is not ASCII belongs to a word, whatever SQLite knows of Unicode.
var searchSchema = []string{`
	CREATE TABLE meta(epoch TEXT NOT NULL) STRICT;
	CREATE TABLE indexed(room INTEGER PRIMARY KEY, last INTEGER NOT NULL) STRICT;
	CREATE VIRTUAL TABLE words USING fts5(text, content='', contentless_delete=1, tokenize='ascii');
`}

// migrate brings a database to the newest version of its schema, or refuses it.
// It returns the epoch in it, which it sets to epoch when the database is new.
func migrate(ctx context.Context, c *conn, steps []string, epoch string) (string, error) {
	id, err := c.number("PRAGMA application_id")
	if err != nil {
		return "", readable(ctx, err)
	}
	version, err := c.number("PRAGMA user_version")
	if err != nil {
		return "", readable(ctx, err)
	}
	tables, err := c.number("SELECT count(*) FROM sqlite_schema")
	switch {
	case err != nil:
		return "", readable(ctx, err)
	case id != applicationID && (id != 0 || version != 0 || tables != 0):
		return "", ErrDamaged
	case version > int64(len(steps)):
		return "", fmt.Errorf("%w (version %d, this one knows %d)", ErrNewer, version, len(steps))
	}
	for ; version < int64(len(steps)); version++ {
		err := c.transaction(ctx, func() error {
			err := c.db.Exec(steps[version])
			if version == 0 && err == nil {
				err = errors.Join(
					c.exec("INSERT INTO meta VALUES (?)", epoch),
					c.db.Exec(fmt.Sprintf("PRAGMA application_id = %d", applicationID)))
			}
			return errors.Join(err, c.db.Exec(fmt.Sprintf("PRAGMA user_version = %d", version+1)))
		})
		if err != nil {
			return "", fmt.Errorf("make version %d of the tables: %w", version+1, err)
		}
	}
	err = c.run("SELECT epoch FROM meta", nil, func(s *sqlite3.Stmt) error { epoch = s.ColumnText(0); return nil })
	return epoch, readable(ctx, err)
}
