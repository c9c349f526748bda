package clock

import (
	"context"
	"net"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"baton/fanout"
	"baton/internal/endpoint"
	"baton/serve"
)

// A press brings each line to all clients. Its writers share the clients between
// them; each follows the topic of lines, and never waits for a client. A writer
// that can't keep up with the seconds leaves some out.
type press struct {
	topic   *fanout.Topic[[]byte]
	writers []*writer
	turn    atomic.Uint32 // whose turn it is to get a client
	idle    time.Duration

	once  sync.Once
	undo  func() bool   // keeps the handlers' end from letting the clients go
	ended chan struct{} // closed when they have been let go
}

// watchEnd sees to the end of the handlers' contexts, which is the same for all.
func (p *press) watchEnd(ctx context.Context) {
	p.once.Do(func() {
		p.undo = context.AfterFunc(ctx, func() {
			defer close(p.ended)
			for _, w := range p.writers {
				w.close()
			}
		})
	})
}

// join waits for what watchEnd has started. No handler runs any more.
func (p *press) join() {
	if p.undo != nil && !p.undo() {
		<-p.ended
	}
}

// lead returns how long before a second its line is to be published.
func (p *press) lead() time.Duration {
	var longest time.Duration
	for _, w := range p.writers {
		longest = max(longest, w.took.lead())
	}
	return longest
}

// maxWriters is how many writers there are at most: the system does nearly all of
// the work, and more of it at once gains little.
const maxWriters = 4

// The room that the system has for a client, in bytes, which it rounds up. What
// waits there is old when it is read, and 10,000 clients shouldn't cost a megabyte
// each.
const (
	sendBuffer    = 4 << 10
	receiveBuffer = 4 << 10
)

func newPress(idle time.Duration) *press {
	p := &press{topic: fanout.New[[]byte](fanout.Options{Name: "lines", Log: 4}), idle: idle, ended: make(chan struct{})}
	for range min(runtime.GOMAXPROCS(0), maxWriters) {
		p.writers = append(p.writers, &writer{})
	}
	return p
}

// serve is the handler of a connection, which gets lines until ctx ends, or the
// client has gone. What the client sends isn't read. A writer has the connection
// meanwhile, which needs no goroutine of its own.
func (p *press) serve(ctx context.Context, conn net.Conn) error {
	raw := endpoint.Raw(conn)
	if raw == nil {
		return p.serveSlowly(ctx, conn)
	}
	w := p.writers[int(p.turn.Add(1))%len(p.writers)]
	p.watchEnd(ctx)
	return serve.Hold(func(resume func(func(context.Context) error)) {
		w.add(&client{conn: conn, raw: raw, idle: p.idle, resume: resume})
	})
}

// serveSlowly is serve for connections whose writes may have to wait: this
// goroutine, the client's own, does so.
func (p *press) serveSlowly(ctx context.Context, conn net.Conn) error {
	latest := p.topic.Subscribe(ctx, fanout.SubscribeOptions{Buffer: 1, WhenFull: fanout.DropOldest})
	defer context.AfterFunc(ctx, func() { conn.SetWriteDeadline(time.Now().Add(lingering)) })()
	for _, line := range latest.All() {
		if p.idle > 0 && ctx.Err() == nil {
			conn.SetWriteDeadline(time.Now().Add(p.idle))
		}
		if _, err := conn.Write(line); err != nil {
			return err
		}
	}
	return nil
}

// A writer writes the lines to its share of the clients.
type writer struct {
	mu      sync.Mutex
	clients []*client // guarded by mu, as are the clients' fields
	closed  bool      // clients are let go as they come
	first   int       // the one that gets the next line first
	took    sweep
	try     endpoint.TryWriter
}

func (w *writer) add(c *client) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		c.let()
		return
	}
	c.at = len(w.clients)
	w.clients = append(w.clients, c)
}

// close lets all clients go, and those that come later.
func (w *writer) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	for _, c := range w.clients {
		c.let()
	}
	w.clients = nil
}

// remove removes c. The mutex is held.
func (w *writer) remove(c *client) {
	last := len(w.clients) - 1
	w.clients[c.at] = w.clients[last]
	w.clients[c.at].at = c.at
	w.clients[last] = nil
	w.clients = w.clients[:last]
	if len(w.clients) < cap(w.clients)/4 {
		w.clients = slices.Clip(slices.Clone(w.clients))
	}
}

// write writes a line to all clients, each second from another one on, so that
// none is always the last. The lock is held for the whole round: nothing waits in
// it, and a client that comes meanwhile is in time for the next line.
func (w *writer) write(line []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := len(w.clients)
	if n == 0 {
		w.took.note(0)
		return
	}
	began := time.Now()
	w.first = (w.first + n*3/8 + 1) % n
	var gone []*client
	for i := range n {
		c := w.clients[(w.first+i)%n]
		if err := c.offer(&w.try, line); err != nil {
			c.err = err
			gone = append(gone, c)
		}
	}
	w.took.note(time.Since(began))
	for _, c := range gone {
		w.remove(c)
		c.let()
	}
}
