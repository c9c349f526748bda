package store

import (
	"context"
	"fmt"
)

func (m *memory) CreateAccount(ctx context.Context, a Account) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.enter(ctx); err != nil {
		return fmt.Errorf("create account %q: %w", a.Key, err)
	}
	_, sameKey := m.accounts[a.Key]
	_, alike := m.reserved[a.Skeleton]
	if sameKey || alike {
		return fmt.Errorf("create account %q: %w", a.Key, ErrExists)
	}
	a.Created = inMilli(a.Created)
	m.accounts[a.Key] = a
	m.reserved[a.Skeleton] = a.Key
	return nil
}

func (m *memory) Account(ctx context.Context, key string) (Account, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if err := m.enter(ctx); err != nil {
		return Account{}, fmt.Errorf("read account %q: %w", key, err)
	}
	a, ok := m.accounts[key]
	if !ok {
		return Account{}, fmt.Errorf("account %q: %w", key, ErrNotFound)
	}
	return a, nil
}

func (m *memory) Reserved(ctx context.Context, skeleton string) (string, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if err := m.enter(ctx); err != nil {
		return "", fmt.Errorf("look for a reserved name: %w", err)
	}
	key, ok := m.reserved[skeleton]
	if !ok {
		return "", fmt.Errorf("reserved name: %w", ErrNotFound)
	}
	return key, nil
}

func (m *memory) SetCredentials(ctx context.Context, key string, c Credentials) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.enter(ctx); err != nil {
		return fmt.Errorf("set the credentials of %q: %w", key, err)
	}
	a, ok := m.accounts[key]
	if !ok {
		return fmt.Errorf("account %q: %w", key, ErrNotFound)
	}
	a.Credentials = c
	m.accounts[key] = a
	return nil
}
