package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/ext/fts5"
)

// The files in a directory of [Open]. The index of words is a database of its
// own, written behind the messages: it can be made again from them, so it needs
// no sync, and a message is acknowledged without waiting for it.
const (
	mainFile   = "chat.db"
	searchFile = "search.db"
	lockFile   = "lock.db"
)

// How each connection begins. Only the writer's commits are synced.
const (
	setupMain = `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;
		PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 16777216;`
	setupSearch = `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 16777216;`
	busyTimeout = `PRAGMA busy_timeout = 10000;` // for the moment in which a log is reset
)

// sqlite is a store in a directory. The writer's pool holds one connection, so
// does the index's; readers see what is committed and never wait for either.
type sqlite struct {
	dir     string
	epoch   string
	lock    *conn
	writer  *pool
	index   *pool
	readers *pool
	closing atomic.Bool
	indexer indexer

	mu    sync.Mutex           // guards rooms, and what it holds
	rooms map[string]*roomInfo // by key; those that were deleted too, with number 0
	keys  map[int64]string     // by the rooms' numbers
}

// A roomInfo is what the store has at hand of a room.
type roomInfo struct {
	number  int64
	base    uint64 // the first message's number, less one
	last    uint64
	indexed uint64 // up to which message searches find it
}

// Open opens the store in a directory, which it makes if need be, readable by
// its owner only. One process at a time can have it open; the others get
// ErrInUse. The error is ErrDamaged for files that are not such a store, and
// ErrNewer for one that a newer version has written. ctx only ends the opening.
func Open(ctx context.Context, dir string) (Store, error) {
	s, err := open(ctx, dir)
	if err != nil {
		return nil, fmt.Errorf("open the chat's store in %s: %w", dir, err)
	}
	return s, nil
}

func open(ctx context.Context, dir string) (*sqlite, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	s := &sqlite{dir: dir, rooms: make(map[string]*roomInfo), keys: make(map[int64]string)}
	if s.lock, err = lock(ctx, filepath.Join(dir, lockFile)); err != nil {
		return nil, err
	}
	s.writer = newPool(1, s.openWriter)
	s.index = newPool(1, s.openIndex)
	s.readers = newPool(max(2, runtime.GOMAXPROCS(0)), s.openReader)
	for _, begin := range []func(context.Context) error{s.begin, s.beginIndex} {
		if err := begin(ctx); err != nil {
			return nil, errors.Join(err, s.closeAll())
		}
	}
	s.indexer.start(s)
	return s, nil
}

// lock takes the lock of the directory for as long as the connection is open: an
// exclusive transaction that never ends. SQLite knows how to lock on every
// system, and each drops the lock of a process that dies.
func lock(ctx context.Context, file string) (*conn, error) {
	if err := private(file); err != nil {
		return nil, err
	}
	c, err := openConn(ctx, file, "PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE")
	if errors.Is(err, sqlite3.BUSY) {
		return nil, ErrInUse
	}
	return c, err
}

// private makes a file that only its owner can read, unless it is there.
func private(file string) error {
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// protect does the same for the files that SQLite has made beside a database.
func protect(file string) error {
	for _, suffix := range []string{"-wal", "-shm"} {
		if err := os.Chmod(file+suffix, 0o600); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (s *sqlite) openWriter(ctx context.Context) (*conn, error) {
	file := filepath.Join(s.dir, mainFile)
	if err := private(file); err != nil {
		return nil, err
	}
	c, err := openConn(ctx, file, busyTimeout+setupMain)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", mainFile, err)
	}
	return c, nil
}

func (s *sqlite) openReader(ctx context.Context) (*conn, error) {
	c, err := openConn(ctx, filepath.Join(s.dir, mainFile), busyTimeout)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", mainFile, err)
	}
	err = fts5.Register(c.db)
	if err == nil {
		err = c.exec("ATTACH ? AS search", filepath.Join(s.dir, searchFile))
	}
	if err == nil {
		err = c.db.Exec("PRAGMA query_only = ON")
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", searchFile, readable(ctx, err)), c.close())
	}
	return c, nil
}

func (s *sqlite) Epoch() string { return s.epoch }

func (s *sqlite) Close() error {
	if !s.closing.CompareAndSwap(false, true) {
		return ErrClosed
	}
	s.indexer.stop()
	if err := s.closeAll(); err != nil {
		return fmt.Errorf("close the chat's store in %s: %w", s.dir, err)
	}
	return nil
}

// closeAll waits for the calls under way, and gives the lock up last.
func (s *sqlite) closeAll() error {
	return errors.Join(s.readers.close(), s.index.close(), s.writer.close(), s.lock.close())
}
