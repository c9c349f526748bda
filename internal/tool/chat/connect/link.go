package connect

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"time"

	"baton/internal/endpoint"
	"baton/internal/tool/chat/web/wire"
	"baton/internal/wsframe"
	"baton/task"
)

// A news is one of: a new connection, an event on it, or its end.
type news struct {
	conn  *conn
	event *wire.Event
	raw   []byte // the event's JSON
	err   error
}

// A link is a connection that is made again when it breaks.
type link struct {
	opts Options
	news chan<- news
}

const (
	firstPause = 500 * time.Millisecond
	maxPause   = 30 * time.Second
	// silence is how long the server may be silent: it asks each minute whether we
	// are still there.
	silence = 3 * time.Minute
)

// run keeps a connection up until ctx ends.
func (l *link) run(ctx context.Context) error {
	pause := firstPause
	for {
		began := time.Now()
		if err := l.tell(ctx, news{err: l.once(ctx)}); err != nil {
			return nil // that the context has ended is known to whom it concerns
		}
		if time.Since(began) > time.Minute {
			pause = firstPause
		}
		select {
		case <-time.After(pause/2 + rand.N(pause)): // not all clients of a server at once
		case <-ctx.Done():
			return nil
		}
		pause = min(2*pause, maxPause)
	}
}

func (l *link) tell(ctx context.Context, n news) error {
	select {
	case l.news <- n:
		return nil
	case <-ctx.Done():
		return task.Cause(ctx)
	}
}

// once makes one connection and reads until it ends.
func (l *link) once(ctx context.Context) error {
	nc, in, err := l.dial(ctx)
	if err != nil {
		return err
	}
	c := &conn{conn: nc}
	defer c.close()
	undo := context.AfterFunc(ctx, c.close)
	defer undo()
	if err := l.tell(ctx, news{conn: c}); err != nil {
		return err
	}
	reader := wsframe.Reader{In: in, From: wsframe.Server, Limit: maxMessage}
	for {
		c.conn.SetReadDeadline(time.Now().Add(silence))
		op, payload, err := reader.Next()
		if err != nil {
			return cmp.Or(c.failure(), ended(err))
		}
		switch op {
		case wsframe.Ping:
			c.write(wsframe.Pong, payload)
		case wsframe.Close:
			code, text, err := wsframe.ParseClose(payload)
			if err != nil {
				return err
			}
			if text == "" {
				text = fmt.Sprintf("closed by the server, code %d", code)
			}
			return errors.New(text)
		case wsframe.Text:
			e := new(wire.Event)
			if err := json.Unmarshal(payload, e); err != nil {
				return fmt.Errorf("the server sent what is no event: %w", err)
			}
			if err := l.tell(ctx, news{event: e, raw: payload}); err != nil {
				return err
			}
		}
	}
}

// dial connects and upgrades.
func (l *link) dial(ctx context.Context) (net.Conn, *bufio.Reader, error) {
	d := net.Dialer{Timeout: 15 * time.Second}
	conn, err := d.DialContext(ctx, "tcp", l.opts.Address)
	if err != nil {
		return nil, nil, err
	}
	conn.SetDeadline(time.Now().Add(15 * time.Second))
	tcp := conn
	undo := context.AfterFunc(ctx, func() { tcp.Close() }) // ends what the server is waited for
	defer undo()
	origin := "http://" + l.opts.Address
	if l.opts.TLS != nil {
		secure := tls.Client(conn, l.opts.TLS)
		if err := endpoint.Handshake(ctx, secure, 15*time.Second); err != nil {
			conn.Close()
			return nil, nil, err
		}
		conn, origin = secure, "https://"+l.opts.Address
	}
	in, err := wsframe.Dial(conn, l.opts.Address, "/ws", origin)
	if err != nil {
		conn.Close()
		return nil, nil, fmt.Errorf("%s is no baton chat: %w", l.opts.Address, err)
	}
	conn.SetDeadline(time.Time{})
	return conn, in, nil
}

// A conn is one connection to write to. Its methods may be called concurrently.
type conn struct {
	conn net.Conn
	once sync.Once

	mu  sync.Mutex // held to write
	err error      // of writing; guarded by mu
}

// maxMessage is the largest event that is taken.
const maxMessage = 4 << 20

func ended(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("closed by the server")
	}
	return err
}

// send sends a request. When that fails, the connection is closed, which its reader
// notices.
func (c *conn) send(req wire.Request) {
	b, err := json.Marshal(req)
	if err != nil {
		panic(err) // there is nothing in it that can't be marshalled
	}
	c.write(wsframe.Text, b)
}

func (c *conn) write(op wsframe.Op, payload []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conn.SetWriteDeadline(time.Now().Add(15 * time.Second))
	_, err := c.conn.Write(wsframe.AppendMasked(nil, op, payload, newMask()))
	switch {
	case err == nil:
		return
	case errors.Is(err, os.ErrDeadlineExceeded):
		err = errors.New("the server takes nothing")
	}
	c.err = cmp.Or(c.err, err)
	c.close()
}

// failure returns why writing has failed, if it has.
func (c *conn) failure() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// newMask returns a mask that whoever chose the payload can't know.
func newMask() (mask [4]byte) {
	binary.NativeEndian.PutUint32(mask[:], rand.Uint32())
	return mask
}

func (c *conn) close() { c.once.Do(func() { c.conn.Close() }) }
