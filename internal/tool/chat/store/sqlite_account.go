package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ncruces/go-sqlite3"
)

func (s *sqlite) CreateAccount(ctx context.Context, a Account) error {
	err := s.writer.do(ctx, func(c *conn) error {
		return c.transaction(ctx, func() error {
			err := c.exec("INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?)",
				a.Key, a.Name, a.Skeleton, a.Created.UnixMilli(), a.Password, a.Scram)
			if errors.Is(err, sqlite3.CONSTRAINT) {
				return ErrExists
			}
			return err
		})
	})
	if err != nil {
		return fmt.Errorf("create account %q: %w", a.Key, err)
	}
	return nil
}

func (s *sqlite) Account(ctx context.Context, key string) (Account, error) {
	a := Account{Key: key}
	found := false
	err := s.readers.do(ctx, func(c *conn) error {
		err := c.run("SELECT name, skeleton, created, password, scram FROM accounts WHERE key = ?", []any{key},
			func(st *sqlite3.Stmt) error {
				found = true
				a.Name, a.Skeleton = st.ColumnText(0), st.ColumnText(1)
				a.Created = time.UnixMilli(st.ColumnInt64(2)).UTC()
				a.Credentials = Credentials{Password: st.ColumnText(3), Scram: st.ColumnText(4)}
				return nil
			})
		if err == nil && !found {
			err = ErrNotFound
		}
		return err
	})
	if err != nil {
		return Account{}, fmt.Errorf("account %q: %w", key, err)
	}
	return a, nil
}

func (s *sqlite) Reserved(ctx context.Context, skeleton string) (string, error) {
	key, found := "", false
	err := s.readers.do(ctx, func(c *conn) error {
		err := c.run("SELECT key FROM accounts WHERE skeleton = ?", []any{skeleton}, func(st *sqlite3.Stmt) error {
			key, found = st.ColumnText(0), true
			return nil
		})
		if err == nil && !found {
			err = ErrNotFound
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("reserved name: %w", err)
	}
	return key, nil
}

func (s *sqlite) SetCredentials(ctx context.Context, key string, cred Credentials) error {
	err := s.writer.do(ctx, func(c *conn) error {
		return c.transaction(ctx, func() error {
			err := c.exec("UPDATE accounts SET password = ?, scram = ? WHERE key = ?", cred.Password, cred.Scram, key)
			if err == nil && c.db.Changes() == 0 {
				err = ErrNotFound
			}
			return err
		})
	})
	if err != nil {
		return fmt.Errorf("set the credentials of %q: %w", key, err)
	}
	return nil
}
