// Package clock tells clients the time: a line at each full second, or one answer
// by the Daytime Protocol (RFC 867) or the Time Protocol (RFC 868).
//
// Lines are written by a few goroutines for all clients, with writes that never
// wait. A goroutine for each client that writes its own was measured too: with
// 10,000 clients it takes as much of the processor, but several times the memory,
// since the stack that a write needs stays with each, and the last line of a second
// comes half as late again.
//
// To write to many takes a while: on loopback the system needs 7 to 9 µs for each,
// 40 ms for 10,000 on two cores. So with many clients the writing begins half that
// long before the second, and the lines come as much before it as after it. They
// tell the second that begins. Where it takes less than 10 ms, no line is early.
package clock

import (
	"context"
	"log/slog"
	"net"
	"time"

	"baton/fanout"
	"baton/internal/endpoint"
	"baton/task"
)

// Options configure a server.
type Options struct {
	Protocol Protocol
	Format   *Format
	// Server has the limits for clients over TCP. Its Idle is how long a client may
	// take nothing of the lines that it is sent; 0 is for ever.
	Server endpoint.Options

	now func() time.Time // time.Now, but for tests
}

func (o *Options) log() *slog.Logger {
	if o.Server.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return o.Server.Log
}

// Run serves the clients of ln, and answers the datagrams of udp unless that is
// nil, until ctx ends or one of the two fails. Both are closed then, and the
// connections that ln had too. The error is that of [endpoint.Serve].
func Run(ctx context.Context, ln net.Listener, udp net.PacketConn, opts Options) error {
	if opts.now == nil {
		opts.now = time.Now
	}
	return task.Run(ctx, task.Options{Name: "clock"}, func(ctx context.Context, g *task.Group) error {
		// What serves the lines ends with this function, which isn't the group's end.
		done, stop := context.WithCancel(ctx)
		defer stop()
		if udp != nil {
			g.Go(func(context.Context) error { return answer(done, udp, opts) })
		}
		handle := func(_ context.Context, conn net.Conn) error { return tell(conn, opts) }
		if opts.Protocol == Lines {
			p := lines(done, g, opts)
			defer p.join()
			handle = p.serve
		}
		return endpoint.Serve(ctx, ln, opts.Server, handle)
	})
}

// lines starts what writes the lines, until ctx ends.
func lines(ctx context.Context, g *task.Group, opts Options) *press {
	p := newPress(opts.Server.Limits.Idle)
	g.Go(func(context.Context) error {
		defer p.topic.Close()
		ticks(ctx, opts.now, p.lead, func(second time.Time) {
			// Nobody is waited for, and so there is no error but that of the end.
			p.topic.Publish(ctx, opts.Format.Append(nil, second))
		})
		return nil
	})
	for _, w := range p.writers {
		latest := p.topic.Subscribe(ctx, fanout.SubscribeOptions{Name: "writer", Buffer: 1, WhenFull: fanout.DropOldest})
		g.Go(func(context.Context) error {
			for _, line := range latest.All() {
				w.write(line)
			}
			return nil
		})
	}
	return p
}

// tell tells one client the time, once.
func tell(conn net.Conn, opts Options) error {
	conn.SetDeadline(time.Now().Add(patience))
	if _, err := conn.Write(opts.Format.Append(nil, opts.now())); err != nil {
		return err
	}
	return hangUp(conn)
}
