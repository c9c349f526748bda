// Package reverb is a server that shouts lines back, ever more quietly, or, with
// Options.Plain, the echo of RFC 862.
//
// A client costs one goroutine, with the smallest of stacks while it says nothing.
// It waits for the client's next line and for the next shout that is due at once, by
// reading with that moment as the deadline, so that shouts need no timers and no
// goroutines, and nothing is written from two sides.
package reverb

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"baton/internal/endpoint"
	"baton/serve"
)

// Options configure the server.
type Options struct {
	// Delay is the time from one shout of a line to the next.
	Delay time.Duration
	// Times is how often a line is shouted, 1 or more.
	Times int
	// Pending is how many lines of a client are answered at once, 1 or more. More
	// are left unread meanwhile.
	Pending int
	// Plain sends back what comes, as it comes.
	Plain bool
	// Server has the limits. Those of Idle and Line hold for each client.
	Server endpoint.Options
}

// MaxLine is how many bytes a line may have.
const MaxLine = 4096

// Serve serves the connections of ln until ctx ends. Then no more lines are read,
// and shouts that are due within the time of Drain are still heard.
func Serve(ctx context.Context, ln net.Listener, o Options) error {
	if o.Server.Limits.Drain == 0 {
		o.Server.Limits.Drain = 5 * time.Second
	}
	s := &server{o: o, clients: map[*endpoint.Lines]struct{}{}}
	defer context.AfterFunc(ctx, s.stop)()
	return endpoint.Serve(ctx, ln, o.Server, s.handle)
}

// ServePackets sends datagrams back until ctx ends.
func ServePackets(ctx context.Context, conn *net.UDPConn, o Options) error {
	return endpoint.ServePackets(ctx, conn, o.Server.Log, func(d endpoint.Datagram) []byte { return d.Payload })
}

// A server is one call of Serve.
type server struct {
	o Options

	mu      sync.Mutex
	stopped bool                         // guarded by mu, as is the next
	clients map[*endpoint.Lines]struct{} // whose reading is to be interrupted
}

// stop ends the reading of all clients.
func (s *server) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopped = true
	for lines := range s.clients {
		lines.Interrupt()
	}
}

func (s *server) add(lines *endpoint.Lines) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clients[lines] = struct{}{}
	if s.stopped {
		lines.Interrupt()
	}
}

func (s *server) remove(lines *endpoint.Lines) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.clients, lines)
}

func (s *server) handle(ctx context.Context, conn net.Conn) error {
	opts := endpoint.LineOptions{Park: true, Max: MaxLine, Idle: s.o.Server.Limits.Idle, Line: s.o.Server.Limits.Line}
	if s.o.Plain {
		opts.Max = plainBuffer
	}
	c := &client{o: &s.o, conn: conn, lines: endpoint.NewLines(conn, opts)}
	s.add(c.lines)
	run := c.run
	if s.o.Plain {
		run = c.echo
	}
	return serve.After(run(ctx), func(err error) error {
		s.remove(c.lines)
		c.lines.Close()
		if errors.Is(err, endpoint.ErrInterrupted) {
			linger(conn)
			return nil
		}
		return err
	})
}

// plainBuffer leads to buffers of 32 KiB.
const plainBuffer = 32<<10 - 2

// echo sends back what comes, until its end, or parks when nothing comes.
func (c *client) echo(context.Context) error {
	raw := endpoint.Raw(c.conn)
	w := writers.Get().(*endpoint.TryWriter)
	defer writers.Put(w)
	for {
		chunk, err := c.lines.Chunk()
		switch {
		case err == io.EOF:
			return nil
		case errors.Is(err, endpoint.ErrQuiet):
			return c.lines.Park(c.echo)
		case err != nil:
			return err
		}
		if raw != nil { // nearly always there is room for all, and no deadline is needed
			n, err := w.TryWrite(raw, chunk)
			if err != nil {
				return err
			}
			chunk = chunk[n:]
		}
		if len(chunk) == 0 {
			continue
		}
		if err := write(c.conn, chunk, c.o.Server.Limits.Idle); err != nil {
			return err
		}
	}
}

// writers are for the clients that are at it: one that has parked needs none.
var writers = sync.Pool{New: func() any { return new(endpoint.TryWriter) }}

// write writes p, within limit unless that is 0: a client that doesn't read is as
// silent as one that doesn't write.
func write(conn net.Conn, p []byte, limit time.Duration) error {
	if limit > 0 {
		conn.SetWriteDeadline(time.Now().Add(limit))
	}
	_, err := conn.Write(p)
	return err
}

// lingerTime is how long a client has to close its side once the server has.
const lingerTime = 250 * time.Millisecond

// linger ends a connection whose client may still be sending. To close it at once
// would make the system reset it, and the client lose answers that are on their way.
func linger(conn net.Conn) {
	half, ok := conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	conn.SetReadDeadline(time.Now().Add(lingerTime))
	io.Copy(io.Discard, io.LimitReader(conn, 1<<20)) // however it ends, that is all
}
