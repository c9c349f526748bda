package clock

import (
	"context"
	"errors"
	"net"
	"os"
	"syscall"
	"time"

	"baton/internal/endpoint"
)

// errStuck ends the connection of a client that takes nothing. It is a timeout, so
// that it counts as the client's failure.
var errStuck = errors.Join(errors.New("the client takes no lines"), os.ErrDeadlineExceeded)

// A client is a connection that a writer writes to.
type client struct {
	conn net.Conn
	raw  syscall.RawConn
	idle time.Duration // how long it may take nothing; 0: for ever
	// resume goes on with the handler, in a goroutine of its own: see [serve.Hold].
	resume func(next func(context.Context) error)

	// Guarded by the writer's mutex, until the writer has let it go.
	ready bool      // its connection has been set up
	at    int       // its place among the writer's clients
	rest  []byte    // of a line of which it has taken a part only
	since time.Time // it has taken nothing; zero: it has
	err   error
}

// offer writes as much of the line as the client takes at once: all of it, nothing,
// or, rarely, the start, and then the next lines are left out until it has taken
// the rest.
func (c *client) offer(w *endpoint.TryWriter, line []byte) error {
	if !c.ready {
		c.ready = true
		endpoint.SetBuffers(c.conn, receiveBuffer, sendBuffer)
	}
	if len(c.rest) > 0 {
		n, err := c.try(w, c.rest)
		if c.rest = c.rest[n:]; err != nil || len(c.rest) > 0 {
			return err
		}
	}
	n, err := c.try(w, line)
	if n > 0 {
		c.rest = line[n:]
	}
	return err
}

// try writes, and notes since when nothing has been taken.
func (c *client) try(w *endpoint.TryWriter, p []byte) (int, error) {
	n, err := w.TryWrite(c.raw, p)
	switch {
	case n > 0 || err != nil:
		c.since = time.Time{}
	case c.since.IsZero():
		c.since = time.Now()
	case c.idle > 0 && time.Since(c.since) >= c.idle:
		err = errStuck
	}
	return n, err
}

// let lets the client go: the writer has it no more.
func (c *client) let() { c.resume(c.finish) }

// finish ends what the writer has left of the client: it writes the rest of a line
// that has been begun, for which the client has a moment.
func (c *client) finish(context.Context) error {
	if c.err != nil || len(c.rest) == 0 {
		return c.err
	}
	c.conn.SetWriteDeadline(time.Now().Add(lingering))
	_, err := c.conn.Write(c.rest)
	return err
}
