package room

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// ConnInfo is what is known of a connection.
type ConnInfo struct {
	Addr      string // the other end's IP address, under which flood limits count
	Host      string // how others see where it comes from
	Transport string // "irc", "plain", "web"
	Secure    bool   // encrypted

	// Reader, if not nil, is interrupted when the hub ends the connection, so that
	// the transport's reader finds out. Without it the connection's read deadline
	// is set to the past.
	Reader interface{ Interrupt() }
}

// A Client is one connection, before and after it has given its name. Methods
// that say nothing else may be called only within a transaction.
type Client struct {
	hub  *Hub
	conn net.Conn
	enc  Encoder
	info ConnInfo

	identity atomic.Pointer[Identity]
	shape    atomic.Uint32
	state    atomic.Uint32 // of delivery, see flush.go
	behind   atomic.Int64  // bytes that came while it was blocked

	// The hub's.
	rooms      []*Member
	altered    uint64 // stamp with which it last became away or back, or got another account or real name
	away       string
	since      int64 // Unix seconds: connected
	active     int64 // Unix seconds: last said something
	flood      bucket
	registered bool
	met        bool
	gone       bool
	invitedTo  []*Room
	operator   bool
	spokeIn    uint32 // the commit before which it last said something
	invisible  bool

	burst atomic.Int32 // how many lines may be run together next

	mu         sync.Mutex // guards the rest
	cursor     uint64     // has got all up to this stamp
	skipUntil  uint64     // presence up to this stamp is in a list that it gets
	subs       []*Member  // whose logs it reads, also of rooms that it has just left
	inbox      []item
	inboxBytes int
	holds      []uint64 // stamps after which nothing is written, until something is filled in
	block      *block   // if it doesn't take what is written
	skipping   bool     // presence is left out, and a list of members is due
	seen       uint64   // if so, it has got all up to this stamp
	closing    bool
	closeStamp uint64 // after what has been published up to this stamp
	closeBy    int64  // until when, in Unix nanoseconds, what is left may be written
	err        error  // why it is closing
	done       chan struct{}
	finished   bool
}

// An item is something for one client only: an event, or a line that is encoded
// already and follows the event with that stamp.
type item struct {
	stamp    uint64
	ev       *Event
	line     []byte
	again    bool // not the same as what the room's log has with that stamp
	received bool // not for the client's own doing, though it is: a message to oneself
}

// size is roughly what an item takes.
func (it *item) size() int {
	if it.ev != nil {
		return 64 + len(it.ev.Text)
	}
	return len(it.line)
}

// Identity returns who the client is; the zero Identity before Register. It may be
// called at any time.
func (c *Client) Identity() *Identity {
	if id := c.identity.Load(); id != nil {
		return id
	}
	return &Identity{}
}

// Info returns what is known of the connection. It may be called at any time.
func (c *Client) Info() *ConnInfo { return &c.info }

// Shape returns which form of events the client gets. It may be called at any time.
func (c *Client) Shape() Shape { return Shape(c.shape.Load()) }

// SetShape changes it for what is encoded from now on. To change it between two
// events, call it in a transaction after which nothing has been staged; it may be
// called at any time.
func (c *Client) SetShape(s Shape) { c.shape.Store(uint32(s)) }

// Registered reports whether the client has given its name and is still there.
func (c *Client) Registered() bool { return c.registered }

// Operator reports whether the client is logged in as an operator of the server.
func (c *Client) Operator() bool { return c.operator }

// Away returns why the client is away, or "" if it isn't.
func (c *Client) Away() string { return c.away }

// Invisible reports whether the client is listed only to those who share a room.
func (c *Client) Invisible() bool { return c.invisible }

// Since returns when the client connected.
func (c *Client) Since() time.Time { return time.Unix(c.since, 0) }

// Active returns when it last said something, or connected.
func (c *Client) Active() time.Time { return time.Unix(max(c.active, c.since), 0) }

// Rooms returns the rooms in which the client is, and as what. The slice is the
// hub's: it must not be changed, and not be kept.
func (c *Client) Rooms() []*Member { return c.rooms }

// Burst returns how many of its lines a transport may run in one transaction: at
// least 1. It may be called at any time.
func (c *Client) Burst() int { return max(1, int(c.burst.Load())) }

// Reply gives the client a line, encoded as its transport wants it, after all that
// has been published so far. It takes line over. It may be called at any time;
// within a transaction use [Tx.Reply], which keeps the order with its events.
func (c *Client) Reply(line []byte) {
	c.put(item{stamp: c.hub.published.Load(), line: line})
	c.hub.wake(c)
}

// put adds to the inbox. A client whose inbox has grown beyond the bound is ended:
// what is there can't be got in another way. One that is being closed has had its
// last line.
func (c *Client) put(it item) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.finished || c.closing {
		return
	}
	c.putLocked(it)
	if c.inboxBytes > c.hub.opts.SendQueue && c.block != nil {
		c.closeLocked(nil, ErrSendQ)
	}
}

func (c *Client) putLocked(it item) {
	if n := len(c.inbox); n > 0 {
		it.stamp = max(it.stamp, c.inbox[n-1].stamp)
	}
	c.inbox = append(c.inbox, it)
	c.inboxBytes += it.size()
}

// Close ends the connection after what there is for the client has been written,
// for which it has a second. Reason is what Err returns, and may be nil; if it isn't,
// the last that the client reads is its encoder's [Farewell]. The transport's reader
// is interrupted then; it has to call [Hub.Leave]. Close doesn't wait, and may be
// called at any time and several times: the first reason counts.
func (c *Client) Close(reason error) { c.CloseWith(c.farewell(reason), reason) }

// CloseWith is Close with another last line, which isn't written if the connection
// is being closed already. It takes line over.
func (c *Client) CloseWith(line []byte, reason error) {
	c.mu.Lock()
	c.closeLocked(line, reason)
	c.mu.Unlock()
	c.hub.wake(c)
}

// farewell returns the last line for a client that is closed for a reason.
func (c *Client) farewell(reason error) []byte {
	if f, ok := c.enc.(Farewell); ok && reason != nil {
		return f.Farewell(reason)
	}
	return nil
}

func (c *Client) closeLocked(line []byte, reason error) {
	if c.closing {
		return
	}
	c.closeStamp = c.hub.published.Load()
	if len(line) > 0 {
		c.putLocked(item{stamp: c.closeStamp, line: line})
	}
	c.closing = true
	c.err = reason
	by := time.Now().Add(lastWrite)
	c.closeBy = by.UnixNano()
	if c.block != nil {
		c.conn.SetWriteDeadline(by)
	}
}

// Err returns why the connection was ended by Close or by the hub; nil if it wasn't.
// It may be called at any time.
func (c *Client) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Done is closed when the hub has stopped writing to the connection: after Close,
// or an error. It may be called at any time.
func (c *Client) Done() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done == nil {
		c.done = make(chan struct{})
		if c.finished {
			close(c.done)
		}
	}
	return c.done
}

// finish ends delivery: nothing of the hub uses the connection afterwards.
func (c *Client) finish(reason error) {
	c.mu.Lock()
	c.state.Store(stateClosed)
	c.finished = true
	c.closing = true
	if c.err == nil {
		c.err = reason
	}
	c.inbox, c.subs = nil, nil
	c.unblockLocked()
	if c.done != nil {
		close(c.done)
	}
	reader := c.info.Reader
	c.mu.Unlock()
	if reader != nil {
		reader.Interrupt()
	} else {
		c.conn.SetReadDeadline(time.Unix(1, 0))
	}
}
