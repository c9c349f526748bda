// Clock tells each client the time, once a second (section 8.2).
//
// The book's server starts a goroutine for every client that comes, without a
// bound; each sleeps on its own, so that the lines drift; and it spins when it
// runs out of file descriptors. Here one ticker writes each line once for all, a
// client that doesn't read misses some and holds nobody up, and Ctrl-C ends it.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"time"

	"baton/fanout"
	"baton/serve"
	"baton/task"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ln, err := net.Listen("tcp", "127.0.0.1:8000")
	if err == nil {
		err = run(ctx, ln)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "clock:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, ln net.Listener) error {
	lines := fanout.New[string](fanout.Options{Name: "clock"})
	defer lines.Close()
	return task.Run(ctx, task.Options{}, func(ctx context.Context, g *task.Group) error {
		done, stop := context.WithCancel(ctx)
		defer stop()
		g.Go(func(context.Context) error {
			tick(done, lines)
			return nil
		})
		return serve.Listener(ctx, ln, serve.Options{Name: "clock", Drain: time.Second}, func(ctx context.Context, conn net.Conn) error {
			sub := lines.Subscribe(ctx, fanout.SubscribeOptions{Buffer: 5, WhenFull: fanout.DropOldest})
			for _, line := range sub.All() {
				conn.SetWriteDeadline(time.Now().Add(10 * time.Second))
				if _, err := io.WriteString(conn, line); err != nil {
					return nil // the client has gone
				}
			}
			return nil
		})
	})
}

// tick publishes the time at each full second until ctx ends.
func tick(ctx context.Context, lines *fanout.Topic[string]) {
	for {
		now := time.Now()
		timer := time.NewTimer(now.Truncate(time.Second).Add(time.Second).Sub(now))
		select {
		case t := <-timer.C:
			lines.Publish(ctx, t.Format("15:04:05\n"))
		case <-ctx.Done():
			timer.Stop()
			return
		}
	}
}
