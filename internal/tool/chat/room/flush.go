package room

import (
	"errors"
	"net"
	"os"
	"slices"
	"time"

	"baton/internal/endpoint"
)

// The states of a client's delivery. One goroutine at a time writes to a client:
// the worker that has taken it from the queue, or one started for it alone.
const (
	stateIdle    = iota // has got everything
	stateQueued         // is in the queue
	stateRunning        // is written to
	stateDirty          // likewise, and more has come since
	stateClosed         // is not written to any more
)

// rouse notes that there is something for the client, and reports whether it has to
// be queued. So many bytes of it are in the logs of its rooms.
func (c *Client) rouse(bytes int64) bool {
	for {
		switch c.state.Load() {
		case stateIdle:
			if c.state.CompareAndSwap(stateIdle, stateQueued) {
				return true
			}
			continue
		case stateRunning:
			if !c.state.CompareAndSwap(stateRunning, stateDirty) {
				continue
			}
		case stateDirty:
		default:
			return false
		}
		if bytes > 0 && c.behind.Add(bytes) > int64(c.hub.opts.SlowBytes) {
			c.farBehind()
		}
		return false
	}
}

// wake queues the client.
func (h *Hub) wake(c *Client) {
	if c.rouse(0) {
		h.queue.push([]*Client{c}, 0)
	}
}

// work writes to clients from the queue. It never waits for one of them.
func (h *Hub) work() {
	w := h.scratch()
	defer h.spare.Put(w)
	for {
		e, ok := h.queue.pop()
		switch {
		case !ok:
			return
		case e.c == nil:
			h.pressure.mark(e.mark)
		case e.c.state.CompareAndSwap(stateQueued, stateRunning):
			h.serve(e.c, w)
		}
	}
}

// turn is how many chunks a client gets until it is others' turn.
const turn = 8

// serve writes what there is for a client, as far as the connection takes it.
func (h *Hub) serve(c *Client, w *scratch) {
	for range turn {
		more, lost := c.gather(w)
		if lost != nil || c.catchingUp() {
			h.onDemand(c, w.buf)
			return
		}
		if len(w.buf) > 0 {
			n, ok, err := tryWrite(c.conn, w.buf)
			switch {
			case err != nil:
				c.finish(err)
				return
			case !ok || n < len(w.buf):
				h.onDemand(c, w.buf[n:])
				return
			}
			h.stats.written.Add(uint64(n))
		}
		if !more && c.rest() {
			return
		}
	}
	c.state.Store(stateQueued)
	h.queue.push([]*Client{c}, 0)
}

// A tryWriter is a connection that knows by itself how to write without waiting.
type tryWriter interface {
	TryWrite(p []byte) (n int, ok bool, err error)
}

func tryWrite(conn net.Conn, p []byte) (n int, ok bool, err error) {
	if t, is := conn.(tryWriter); is {
		return t.TryWrite(p)
	}
	return endpoint.TryWrite(conn, p)
}

// rest ends the client's turn. It reports false if there is more.
func (c *Client) rest() bool {
	closing, whole := c.ending()
	switch {
	case whole:
		c.finish(nil)
		return true
	case closing:
		c.state.Store(stateRunning)
		return false
	}
	c.behind.Store(0)
	if c.state.CompareAndSwap(stateRunning, stateIdle) {
		return true
	}
	c.state.Store(stateRunning) // was dirty
	return false
}

// ending reports whether the client is to be closed, and whether it has got all that
// was published for it until that was decided.
func (c *Client) ending() (closing, whole bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := len(c.inbox) == 0 || c.inbox[0].stamp > c.closeStamp
	return c.closing, c.closing && all && c.cursor >= c.closeStamp
}

// onDemand lets a goroutine of its own go on with a client that would make a worker
// wait.
func (h *Hub) onDemand(c *Client, rest []byte) {
	rest = slices.Clone(rest)
	h.flushers.Go(func() { h.flush(c, rest) }) // ends when all is written, or the connection is done for
}

// flush writes what there is for a client, however long that takes.
func (h *Hub) flush(c *Client, rest []byte) {
	h.stats.flushing.Add(1)
	defer h.stats.flushing.Add(-1)
	c.blocked()
	if len(rest) > 0 && !h.write(c, rest) {
		return
	}
	w := h.scratch()
	defer h.spare.Put(w)
	for {
		more, lost := c.gather(w)
		if len(w.buf) > 0 && !h.write(c, w.buf) {
			return
		}
		switch {
		case lost != nil:
			if !h.catchUp(c, lost, w) {
				return
			}
		case !more && h.refresh(c):
		case !more:
			c.unblock()
			if c.rest() {
				return
			}
			c.blocked()
		}
	}
}

// writeSlices is into how many parts the time is cut that a client may take nothing.
const writeSlices = 5

// write writes p, and reports whether the client is to be served further.
func (h *Hub) write(c *Client, p []byte) bool {
	var stuck time.Duration
	size := len(p)
	for {
		c.setWriteDeadline()
		n, err := c.conn.Write(p)
		h.stats.written.Add(uint64(n))
		p = p[n:]
		if n > 0 {
			stuck = 0
		}
		switch {
		case err == nil:
			c.took(size)
			return true
		case !errors.Is(err, os.ErrDeadlineExceeded):
			c.finish(err)
			return false
		case c.isClosing():
			c.finish(ErrSlow)
			return false
		}
		if n > 0 {
			continue // in which part of the slice, is not known
		}
		stuck += h.opts.SlowAfter / writeSlices
		if stuck >= h.opts.SlowAfter/writeSlices*(writeSlices-1) {
			c.slow()
		}
		if stuck >= h.opts.SlowAfter+giveUp {
			c.finish(ErrSlow)
			return false
		}
	}
}

// scratch returns what a goroutine needs to gather for clients.
func (h *Hub) scratch() *scratch { return h.spare.Get().(*scratch) }
