package room

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"baton/internal/endpoint"
	"baton/internal/tool/chat/store"
	"baton/monitor"
)

// A Hub is a chat server without its transports. It is made by [New].
type Hub struct {
	opts  Options
	store store.Store
	epoch string
	m     *monitor.Monitor[state]

	published atomic.Uint64 // all events up to this stamp are in their logs
	all       struct {
		mu       sync.Mutex
		clients  map[*Client]struct{}
		draining bool
	}
	queue    queue // clients that have something to get
	pressure pressure
	gather   gather
	flushers sync.WaitGroup // the goroutines that write to one client, on demand
	stats    stats
	ctx      context.Context // of the hub: ends reads of the store for clients
	cancel   context.CancelFunc
	spare    sync.Pool // of *scratch
	watchers []func(*Tx, *Identity, bool)
	trace    func(*staged) // for tests: sees what is published
}

// New returns a hub on a store, with the rooms that the store knows. The caller has
// to call [Hub.Run], and Close the hub, before it closes the store.
func New(ctx context.Context, opts Options, st store.Store) (*Hub, error) {
	opts.setDefaults()
	h := &Hub{opts: opts, store: st, epoch: st.Epoch()}
	h.all.clients = map[*Client]struct{}{}
	h.queue.init()
	h.pressure.init()
	h.gather.number = 2 // nobody has said anything before
	h.spare.New = func() any { return new(scratch) }
	s, err := newState(ctx, h)
	if err != nil {
		return nil, err
	}
	h.ctx, h.cancel = context.WithCancel(context.WithoutCancel(ctx))
	h.m = monitor.New(s, monitor.Options[state]{Name: "hub", Batch: maxCalls, Commit: (*state).commit, Gather: h.gather.wait})
	return h, nil
}

// maxCalls is how many transactions share a commit.
const maxCalls = 512

// Run delivers until ctx ends. It returns when its goroutines have: nil.
func (h *Hub) Run(ctx context.Context) error {
	var workers sync.WaitGroup
	for range h.opts.Workers {
		workers.Go(h.work) // ends when the queue is closed
	}
	tick := time.NewTicker(min(h.opts.KeepFor, 10*time.Second))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			h.cancel()
			h.queue.close()
			workers.Wait()
			h.flushers.Wait()
			return nil
		case <-tick.C:
			if err := h.Do(ctx, nil, func(tx *Tx) error { tx.s.tidy(tx.now()); return nil }); err != nil && ctx.Err() == nil {
				h.opts.Log.Error("tidying failed", "err", err)
			}
		}
	}
}

// Close ends the hub's goroutine after the transactions that wait. Run has to have
// returned, or never to have been called.
func (h *Hub) Close() error {
	h.cancel()
	return h.m.Close()
}

// Store returns the hub's store, to read history and accounts from.
func (h *Hub) Store() store.Store { return h.store }

// Epoch returns the store's epoch, for [FromStore].
func (h *Hub) Epoch() string { return h.epoch }

// Do runs fn on the hub and returns fn's error after what it did has been committed.
// Within fn nothing may block, and tx must not be kept. All that c has sent and that
// was read together is best run in one transaction, up to [Client.Burst] lines.
//
// If fn made c send more than the flood limits allow, Do returns later: the
// transport doesn't read in the meantime. Likewise it waits, for a short time, while
// much of what was published is still to be written. Events of messages that could
// not be stored are no error of Do, but reach their sender as events, [Failed].
//
// c is who the transaction is for, or nil.
func (h *Hub) Do(ctx context.Context, c *Client, fn func(tx *Tx) error) error {
	var wait time.Duration
	var said bool
	_, err := monitor.Call(ctx, h.m, func(s *state) (struct{}, error) {
		tx := &s.tx
		*tx = Tx{s: s, c: c}
		defer func() { s.tx = Tx{} }()
		if c != nil {
			if c.gone {
				return struct{}{}, ErrGone
			}
			s.meet(c)
		}
		err := fn(tx)
		wait, said = tx.wait, tx.said
		return struct{}{}, err
	})
	switch {
	case errors.Is(err, monitor.ErrClosed):
		return ErrDrained
	case errors.Is(err, monitor.ErrUnknown):
		// fn may be running, and use what is its caller's: one that comes after it
		// is done when it is.
		_, _ = monitor.Call(context.WithoutCancel(ctx), h.m, func(*state) (struct{}, error) { return struct{}{}, nil })
		return err
	}
	if said {
		h.pressure.hold(ctx, h)
	}
	if wait > 0 && ctx.Err() == nil {
		h.stats.delayed.Add(1)
		h.pause(ctx, c, wait)
	}
	return err
}

// pause waits, no longer than the client lives.
func (h *Hub) pause(ctx context.Context, c *Client, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	case <-c.Done():
	}
}

// Connect returns a client for a connection, which isn't registered yet. The caller
// has to call Leave before it closes the connection.
func (h *Hub) Connect(conn net.Conn, info ConnInfo, enc Encoder) *Client {
	if h.opts.SendBuffer > 0 {
		endpoint.SetBuffers(conn, 0, h.opts.SendBuffer)
	}
	c := &Client{hub: h, conn: conn, enc: enc, info: info, since: time.Now().Unix()}
	c.cursor = h.published.Load()
	c.burst.Store(maxBurst)
	h.all.mu.Lock()
	h.all.clients[c] = struct{}{}
	late := h.all.draining
	h.all.mu.Unlock()
	if late {
		c.Close(ErrDrained)
	}
	return c
}

// Leave makes the client quit, if it is registered, writes what there still is for
// it, for at most a second, and returns when nothing of the hub uses the connection
// any more. A transport calls it at the end of each connection.
func (h *Hub) Leave(c *Client, reason string) {
	err := h.Do(context.Background(), nil, func(tx *Tx) error {
		if c.registered {
			tx.Quit(c, reason)
		}
		c.gone = true
		tx.s.forget(c)
		return nil
	})
	if err != nil && !errors.Is(err, ErrDrained) {
		h.opts.Log.Error("leaving failed", "err", err)
	}
	c.Close(nil)
	<-c.Done()
	h.all.mu.Lock()
	delete(h.all.clients, c)
	h.all.mu.Unlock()
}

// Drain tells all clients that the server is going down and closes their
// connections, after what there is for them has been written, for which they have
// a second. Drain doesn't wait for the end of the connections.
func (h *Hub) Drain(ctx context.Context) error {
	h.all.mu.Lock()
	h.all.draining = true
	h.all.mu.Unlock()
	return h.Do(ctx, nil, func(tx *Tx) error {
		for c := range h.connected() {
			tx.End(c, ErrDrained)
		}
		return nil
	})
}

// connected returns all clients there are, registered or not.
func (h *Hub) connected() iter.Seq[*Client] {
	h.all.mu.Lock()
	defer h.all.mu.Unlock()
	return maps.Keys(maps.Clone(h.all.clients))
}

// clients returns how many there are, registered or not.
func (h *Hub) clients() int {
	h.all.mu.Lock()
	defer h.all.mu.Unlock()
	return len(h.all.clients)
}

// describe is what the hub is called in logs.
func (c *Client) describe() string {
	return fmt.Sprintf("%s from %s over %s", c.Identity().Nick, c.info.Addr, c.info.Transport)
}
