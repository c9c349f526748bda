package load

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"

	"baton/task"
)

// A talk is how a client of one protocol speaks. Its methods are for one goroutine,
// but for those that only append.
type talk interface {
	// open does what comes before the first line, such as asking for an upgrade.
	open(ctx context.Context, conn net.Conn) error
	// hello appends what gets the client its name.
	hello(dst []byte, nick string) []byte
	// join appends what makes it join a room.
	join(dst []byte, room string) []byte
	// say appends a message.
	say(dst []byte, room, text string) []byte
	// feed takes apart what came, tells c about it, and returns how much of it was
	// whole.
	feed(c *client, data []byte, now int64) (used int, err error)
}

// A client is one connection to the server.
type client struct {
	run    *run
	number int
	nick   string
	conn   net.Conn
	talk   talk

	registered chan struct{} // closed when it has its name
	joined     chan struct{} // closed when it is in the room
	ended      chan struct{} // closed when reading has ended, for why
	why        error         // set before ended is closed
	acks       chan struct{} // a token for each of its own messages that came back
	closed     atomic.Bool
	released   chan struct{} // closed with closed, for one that is stuck; nil for others

	mu sync.Mutex // held to write
}

func newClient(r *run, number int) *client {
	c := &client{
		run: r, number: number, nick: fmt.Sprintf("%s%d", r.family, number),
		registered: make(chan struct{}), joined: make(chan struct{}), ended: make(chan struct{}),
	}
	echo := number < r.opts.Senders && r.opts.Window > 0
	if echo {
		c.acks = make(chan struct{}, r.opts.Window)
	}
	if number >= r.opts.Clients {
		c.released = make(chan struct{})
	}
	switch r.opts.Protocol {
	case "lines":
		c.talk = &lines{}
	case "websocket":
		c.talk = &webSocket{address: r.opts.Address}
	default:
		c.talk = &irc{echo: echo}
	}
	return c
}

// perSource is how many connections come from one local address: there are some
// 28,000 ports to an address.
const perSource = 20_000

// open connects and says hello.
func (c *client) open(ctx context.Context) error {
	var from net.Addr
	if c.number >= perSource {
		from = &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(1+c.number/perSource))}
	}
	conn, err := c.run.opts.Dial(ctx, from)
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.conn = conn
	c.mu.Unlock()
	if c.closed.Load() {
		conn.Close()
	}
	if err := c.talk.open(ctx, conn); err != nil {
		return err
	}
	return c.write(c.talk.hello(nil, c.nick))
}

func (c *client) write(b []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := c.conn.Write(b)
	return err
}

// close hangs up. It may be called more than once, and at any time.
func (c *client) close() {
	first := !c.closed.Swap(true)
	c.mu.Lock()
	defer c.mu.Unlock()
	if first && c.released != nil {
		close(c.released)
	}
	if c.conn != nil {
		c.conn.Close()
	}
}

// read reads until the connection is closed, by which side ever.
func (c *client) read() error {
	err := c.readAll()
	if c.closed.Load() {
		err = nil // it was us
	}
	c.why = err
	close(c.ended)
	if err != nil {
		return fmt.Errorf("%s: %w", c.nick, err)
	}
	return nil
}

func (c *client) readAll() error {
	size := 32 << 10
	if len(c.run.clients) > 2000 {
		size = 4 << 10
	}
	buf := make([]byte, size)
	end := 0
	for {
		if c.stuck() {
			<-c.released
			return nil
		}
		n, err := c.conn.Read(buf[end:])
		end += n
		if n > 0 {
			used, ferr := c.talk.feed(c, buf[:end], c.run.board.now())
			if ferr != nil {
				return ferr
			}
			if end = copy(buf, buf[used:end]); end == len(buf) {
				buf = append(buf, make([]byte, len(buf))...)
			}
		}
		if err != nil {
			return err
		}
	}
}

// stuck reports whether the client is one that reads no more.
func (c *client) stuck() bool {
	if c.released == nil {
		return false
	}
	select {
	case <-c.joined:
		return true
	default:
		return false
	}
}

// await waits until ready is closed.
func (c *client) await(ctx context.Context, ready <-chan struct{}, what string) error {
	select {
	case <-ready:
		if c.run.phase.Load() == connecting {
			c.run.ready.Add(1)
		}
		return nil
	case <-c.ended:
		if c.why != nil {
			return nil // read tells
		}
		return fmt.Errorf("%s waited for %s: %w", c.nick, what, errHungUp)
	case <-ctx.Done():
		return task.Cause(ctx)
	}
}

var errHungUp = errors.New("the connection was closed")

// ended channels are closed once.
func closeOnce(ch chan struct{}) {
	select {
	case <-ch:
	default:
		close(ch)
	}
}

// got notes a message of which text is part, if it is one of this run.
func (c *client) got(text []byte, now int64) {
	i, ok := number(text)
	if !ok || !c.run.board.arrive(i, now) {
		return
	}
	if c.acks != nil && c.run.sender(i) == c.number {
		select {
		case c.acks <- struct{}{}:
		default: // twice the same: the count will tell
		}
	}
}
