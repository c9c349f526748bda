package reverb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"baton/internal/endpoint"
)

// ErrUnheard says that shouts were not heard, because the server ended before.
var ErrUnheard = errors.New("shouts were not heard")

// A client is a connection whose lines are shouted.
type client struct {
	o     *Options
	conn  net.Conn
	lines *endpoint.Lines

	// queue holds the lines that are being answered, the next one due first: as all
	// have the same delay, a line that was shouted goes to the end.
	queue  []echo
	ended  error     // why no more is read: io.EOF, an error to end with, or nil
	cutoff time.Time // when the server ends, once it has been told to
}

// An echo is a line between its shouts.
type echo struct {
	line []byte
	n    int // shouts heard
	due  time.Time
}

// run answers the client until it has no more to say, and all is answered, or parks
// when it says nothing.
func (c *client) run(ctx context.Context) error {
	for {
		if err := c.shout(); err != nil {
			return err
		}
		switch full := len(c.queue) >= c.o.Pending; {
		case c.ended == io.EOF && len(c.queue) == 0:
			return nil
		case c.ended != nil && len(c.queue) == 0:
			return c.ended
		case c.ended != nil || full:
			if err := c.wait(ctx); err != nil {
				return err
			}
		default:
			if err := c.listen(); err != nil {
				return err
			}
		}
	}
}

// enough is how many bytes of shouts are written at once.
const enough = 32 << 10

// shout writes shouts that are due: all, unless that is too much at once.
func (c *client) shout() error {
	var out []byte
	now := time.Now()
	for len(c.queue) > 0 && !c.queue[0].due.After(now) && len(out) < enough {
		e := c.queue[0]
		c.queue = c.queue[1:]
		out = append(out, '\t')
		out = appendShout(out, e.line, e.n, c.o.Times)
		out = append(out, '\n')
		e.n++
		e.due = now.Add(c.o.Delay)
		if e.n < c.o.Times {
			c.queue = append(c.queue, e)
		}
	}
	if len(c.queue) == 0 {
		c.queue = nil // nothing stays behind for an idle client
	}
	if out == nil {
		return nil
	}
	return write(c.conn, out, c.o.Server.Limits.Idle)
}

// listen waits for lines until the next shout is due, and takes those that are
// there already with the first.
func (c *client) listen() error {
	var due time.Time
	if len(c.queue) > 0 {
		due = c.queue[0].due
	}
	for {
		line, err := c.lines.NextBefore(due)
		switch {
		case err == nil:
			now := time.Now()
			// Shouts that have become due meanwhile come behind it, a moment late:
			// so what is at the front of the queue is always what is due first.
			c.queue = append([]echo{{line: bytes.Clone(line), due: now}}, c.queue...)
			return nil
		case errors.Is(err, endpoint.ErrNotYet):
			return nil
		case errors.Is(err, endpoint.ErrQuiet): // and then nothing is due
			return c.lines.Park(c.run)
		case errors.Is(err, endpoint.ErrLineTooLong):
			if err := write(c.conn, fmt.Appendf(nil, "reverb: a line of more than %d bytes is left out\n", MaxLine), c.o.Server.Limits.Idle); err != nil {
				return err
			}
		case err == io.EOF, errors.Is(err, endpoint.ErrInterrupted), errors.Is(err, endpoint.ErrIdle), errors.Is(err, endpoint.ErrSlowLine):
			c.ended = err
			return nil
		default:
			return err
		}
	}
}

// wait waits until the next shout is due, or fails if that is not before the
// server's end.
func (c *client) wait(ctx context.Context) error {
	due := c.queue[0].due
	if ctx.Err() != nil {
		if c.cutoff.IsZero() {
			c.cutoff = time.Now().Add(c.o.Server.Limits.Drain)
			c.ended = endpoint.ErrInterrupted
		}
		if due.After(c.cutoff) {
			return fmt.Errorf("%w: of %d lines", ErrUnheard, len(c.queue))
		}
		time.Sleep(time.Until(due)) // not after cutoff
		return nil
	}
	timer := time.NewTimer(time.Until(due))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return nil
}
