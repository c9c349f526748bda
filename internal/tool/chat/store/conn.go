package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/ncruces/go-sqlite3"
)

// A conn is a connection to the databases, of one goroutine at a time. It keeps
// the statements that it has prepared.
type conn struct {
	db    *sqlite3.Conn
	stmts map[string]*sqlite3.Stmt
}

// openConn opens a file, and runs setup, statements without a result.
func openConn(ctx context.Context, file, setup string) (*conn, error) {
	db, err := sqlite3.OpenFlags(file, sqlite3.OPEN_READWRITE|sqlite3.OPEN_CREATE)
	if err != nil {
		return nil, readable(ctx, err)
	}
	if err := db.Exec(setup); err != nil {
		return nil, errors.Join(readable(ctx, err), db.Close())
	}
	return &conn{db: db, stmts: make(map[string]*sqlite3.Stmt)}, nil
}

// close closes the statements and the connection.
func (c *conn) close() error {
	var errs []error
	for _, s := range c.stmts {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, c.db.Close())...)
}

// run runs one statement, and calls row for each row of its result. Each of args
// is an int64 or a string.
func (c *conn) run(sql string, args []any, row func(*sqlite3.Stmt) error) error {
	s := c.stmts[sql]
	if s == nil {
		var err error
		if s, _, err = c.db.Prepare(sql); err != nil {
			return err
		}
		c.stmts[sql] = s
	}
	if err := bind(s, args); err != nil {
		return err
	}
	for s.Step() {
		if row == nil {
			continue
		}
		if err := row(s); err != nil {
			return errors.Join(err, s.Reset())
		}
	}
	err := s.Err()
	if reset := s.Reset(); err == nil { // else it only repeats the error
		err = reset
	}
	return err
}

func bind(s *sqlite3.Stmt, args []any) error {
	for i, arg := range args {
		var err error
		switch arg := arg.(type) {
		case int64:
			err = s.BindInt64(i+1, arg)
		case string:
			err = s.BindText(i+1, arg)
		default:
			panic(fmt.Sprintf("store: argument of type %T", arg))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// exec runs one statement that has no result.
func (c *conn) exec(sql string, args ...any) error { return c.run(sql, args, nil) }

// number returns the first column of the first row of a query, or 0.
func (c *conn) number(sql string, args ...any) (n int64, err error) {
	err = c.run(sql, args, func(s *sqlite3.Stmt) error { n = s.ColumnInt64(0); return nil })
	return n, err
}

// transaction runs fn between BEGIN and COMMIT, or undoes what it did.
func (c *conn) transaction(ctx context.Context, fn func() error) error {
	c.db.SetInterrupt(ctx)
	err := c.exec("BEGIN IMMEDIATE")
	if err == nil {
		err = fn()
	}
	if err == nil {
		err = c.exec("COMMIT")
	}
	c.db.SetInterrupt(context.Background())
	if err != nil && !c.db.GetAutocommit() { // SQLite has not rolled back by itself
		err = errors.Join(readable(ctx, err), c.exec("ROLLBACK"))
	}
	return readable(ctx, err)
}

// readable returns the cause of the context's end instead of SQLite's word that
// it was interrupted, and says of a damaged file that it is.
func readable(ctx context.Context, err error) error {
	switch {
	case errors.Is(err, sqlite3.INTERRUPT) && ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, ErrDamaged):
		return err
	case errors.Is(err, sqlite3.CORRUPT), errors.Is(err, sqlite3.NOTADB):
		return fmt.Errorf("%w (%w)", ErrDamaged, err)
	}
	return err
}
