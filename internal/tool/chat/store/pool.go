package store

import (
	"context"
	"errors"
)

// A pool lends out connections, opened when they are first needed.
type pool struct {
	open   func(context.Context) (*conn, error)
	free   chan *conn // nil stands for one that is not open yet
	closed chan struct{}
}

func newPool(size int, open func(context.Context) (*conn, error)) *pool {
	p := &pool{open: open, free: make(chan *conn, size), closed: make(chan struct{})}
	for range size {
		p.free <- nil
	}
	return p
}

// get borrows a connection, and waits until one is free.
func (p *pool) get(ctx context.Context) (*conn, error) {
	select { // a pool that is closed, or a context that is done, wins over a free connection
	case <-p.closed:
		return nil, ErrClosed
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	default:
	}
	select {
	case <-p.closed:
		return nil, ErrClosed
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case c := <-p.free:
		if c != nil {
			return c, nil
		}
		c, err := p.open(ctx)
		if err != nil {
			p.free <- nil
		}
		return c, err
	}
}

// put gives a connection back.
func (p *pool) put(c *conn) { p.free <- c }

// do runs fn with a connection, whose statements end when ctx is done.
func (p *pool) do(ctx context.Context, fn func(*conn) error) error {
	c, err := p.get(ctx)
	if err != nil {
		return err
	}
	defer p.put(c)
	c.db.SetInterrupt(ctx)
	defer c.db.SetInterrupt(context.Background())
	return readable(ctx, fn(c))
}

// close waits for all connections to come back, and closes them. It is called
// once.
func (p *pool) close() error {
	close(p.closed)
	var errs []error
	for range cap(p.free) {
		if c := <-p.free; c != nil {
			errs = append(errs, c.close())
		}
	}
	return errors.Join(errs...)
}
