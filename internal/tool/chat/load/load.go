// Package load is the load generator of baton chat: many clients in one room, and
// what a server makes of it. It speaks IRC, plain lines and the protocol of the web
// page, so that it measures other servers with the same yardstick.
//
// A run has up to four phases: the clients connect and get their names, all of them
// join the room at once, the senders send, and the clients hold still. Each message
// carries a number, by which every client knows it whatever its transport looks
// like.
package load

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"sync/atomic"
	"time"

	"baton/internal/exit"
	"baton/internal/ui"
	"baton/task"
)

// Options say what to do to which server. Zero numbers mean none.
type Options struct {
	Address  string // host:port
	Protocol string // "irc", "lines" or "websocket"
	Dial     func(ctx context.Context, from net.Addr) (net.Conn, error)
	Clients  int
	Senders  int           // how many of the clients send
	Stuck    int           // more clients, which stop reading when they are in the room
	Messages int           // in all
	Rate     float64       // messages a second in all; 0 is as fast as they are taken
	Window   int           // messages that a sender may have without their echo; 0 is any number
	Size     int           // bytes of a message's text
	Room     string        // "": the clients join none
	Hold     time.Duration // after the messages, before the clients go
	Patience time.Duration // without any progress, after which the rest is lost
	PID      int           // of the server, to measure it; 0 is not to
	JSON     bool
}

// ErrIncomplete is the error of a run in which deliveries are missing.
var ErrIncomplete = &exit.Error{Code: exit.Partial, Err: errors.New("not everything was delivered")}

// Run runs the load and prints the figures. When ctx ends first, or deliveries are
// missing, it prints what there is, marked as partial.
func Run(ctx context.Context, opts Options, s *ui.Streams) error {
	r := newRun(opts)
	progress := s.StartProgress(r.status)
	err := r.all(ctx)
	progress.Stop()
	if r.phase.Load() < sending && r.opts.Messages > 0 || r.phase.Load() < joining {
		return err // there are no figures yet
	}
	r.report.Partial = err != nil
	if perr := r.report.print(s, opts.JSON); perr != nil {
		return perr
	}
	return err
}

// The phases of a run.
const (
	connecting = iota
	joining
	sending
	holding
)

// A run is one run of the load.
type run struct {
	opts    Options
	family  string // what the clients' names begin with, another one in each run
	clients []*client
	board   *board // what has arrived
	server  *process
	report  report

	phase atomic.Int32
	ready atomic.Int64 // clients that have finished the phase
}

func newRun(opts Options) *run {
	r := &run{opts: opts, board: newBoard(opts.Messages)}
	// Some servers have names of nine characters at most.
	r.family = "b" + strconv.FormatInt(36*36+rand.Int64N(35*36*36), 36)
	for i := range opts.Clients + opts.Stuck {
		r.clients = append(r.clients, newClient(r, i))
	}
	return r
}

// all runs the phases. The clients' goroutines end with it.
func (r *run) all(ctx context.Context) error {
	if r.opts.PID > 0 {
		var err error
		if r.server, err = openProcess(r.opts.PID); err != nil {
			return err
		}
	}
	return task.Run(ctx, task.Options{Name: "chat bench"}, func(ctx context.Context, g *task.Group) error {
		undo := context.AfterFunc(ctx, r.hangUp) // ends reads and writes
		defer undo()
		defer r.hangUp()
		before, err := r.server.sample()
		if err != nil {
			return err
		}
		if err := r.connect(ctx, g); err != nil {
			return err
		}
		if r.opts.Room != "" {
			if err := r.join(ctx); err != nil {
				return err
			}
		}
		joined, err := r.server.sample()
		if err != nil {
			return err
		}
		r.report.begin(r.opts, before, joined)
		if r.opts.Messages > 0 {
			err = r.send(ctx)
		}
		if err == nil && r.opts.Hold > 0 {
			err = r.hold(ctx)
		}
		return err
	})
}

func (r *run) hangUp() {
	for _, c := range r.clients {
		c.close()
	}
}

// connect opens the connections, some at a time, and starts their readers.
func (r *run) connect(ctx context.Context, g *task.Group) error {
	r.begin(connecting)
	start := time.Now()
	err := task.Run(ctx, task.Options{Name: "connect", Limit: 64}, func(_ context.Context, dialing *task.Group) error {
		for _, c := range r.clients {
			dialing.Go(func(dctx context.Context) error {
				if err := c.open(dctx); err != nil {
					if c.closed.Load() {
						return nil // for another one's failure
					}
					return fmt.Errorf("client %d of %d: %w", c.number+1, len(r.clients), err)
				}
				g.Go(func(context.Context) error { return c.read() }) // ends when the connection is closed
				return c.await(dctx, c.registered, "the end of its registration")
			})
		}
		return nil
	})
	r.report.Connect = time.Since(start)
	if err == nil && ctx.Err() != nil {
		err = task.Cause(ctx) // some may have no connection
	}
	return err
}

// join lets all clients join the room at once.
func (r *run) join(ctx context.Context) error {
	r.begin(joining)
	start := time.Now()
	for _, c := range r.clients {
		if err := c.write(c.talk.join(nil, r.opts.Room)); err != nil {
			return fmt.Errorf("join %s: %w", r.opts.Room, err)
		}
	}
	for _, c := range r.clients {
		if err := c.await(ctx, c.joined, "its place in "+r.opts.Room); err != nil {
			return err
		}
		r.ready.Add(1)
	}
	r.report.Join = time.Since(start)
	return nil
}

// hold does nothing for a while, and takes the last sample.
func (r *run) hold(ctx context.Context) error {
	r.begin(holding)
	select {
	case <-time.After(r.opts.Hold):
	case <-ctx.Done():
		return task.Cause(ctx)
	}
	end, err := r.server.sample()
	r.report.held(end)
	return err
}

func (r *run) begin(phase int32) {
	r.ready.Store(0)
	r.phase.Store(phase)
}

// status is the line of progress.
func (r *run) status() string {
	switch r.phase.Load() {
	case connecting, joining:
		what := [...]string{"connected", "joined"}[r.phase.Load()]
		return fmt.Sprintf("%d of %d clients %s", r.ready.Load(), len(r.clients), what)
	case sending:
		return fmt.Sprintf("%d of %d messages sent, %d deliveries", r.board.sent.Load(), r.opts.Messages, r.board.arrived.Load())
	}
	return "holding still"
}
