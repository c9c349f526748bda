// Chat lets everybody who connects talk to everybody else (section 8.10).
//
// The book's broadcaster and all clients stand still when one doesn't read; nobody
// times out, or learns who is there. Here the room is a topic, which cuts off who is
// too slow; a monitor knows the members; and five silent minutes end a connection.
package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"os/signal"
	"slices"
	"time"

	"baton/fanout"
	"baton/monitor"
	"baton/serve"
	"baton/task"
)

type room struct {
	lines   *fanout.Topic[string]
	members *monitor.Monitor[map[string]bool]
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ln, err := net.Listen("tcp", "127.0.0.1:8000")
	if err == nil {
		r := room{fanout.New[string](fanout.Options{}), monitor.New(map[string]bool{}, monitor.Options[map[string]bool]{})}
		err = serve.Listener(ctx, ln, serve.Options{Drain: time.Second}, r.handle)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "chat:", err)
		os.Exit(1)
	}
}

// handle serves one client: it reads what they say, a task writes what is said.
func (r room) handle(ctx context.Context, conn net.Conn) error {
	who := conn.RemoteAddr().String()
	return task.Run(ctx, task.Options{Name: who}, func(ctx context.Context, g *task.Group) error {
		sub := r.lines.Subscribe(ctx, fanout.SubscribeOptions{Buffer: 100, WhenFull: fanout.Kick})
		fmt.Fprintf(conn, "You are %s. Here are: %v\n", who, r.announce(who, "arrived"))
		defer r.announce(who, "left")
		g.Go(func(context.Context) error {
			for _, line := range sub.All() {
				conn.SetWriteDeadline(time.Now().Add(10 * time.Second))
				if _, err := fmt.Fprintln(conn, line); err != nil {
					return err
				}
			}
			return sub.Err()
		})
		defer context.AfterFunc(ctx, func() { conn.Close() })() // ends a read that waits
		lines := bufio.NewScanner(conn)
		for conn.SetReadDeadline(time.Now().Add(5*time.Minute)) == nil && lines.Scan() {
			r.lines.Publish(ctx, who+": "+lines.Text())
		}
		return io.EOF // has the task end too
	})
}

// announce says that somebody has arrived or left, and returns who was here before.
func (r room) announce(who, what string) (names []string) {
	monitor.Call(context.Background(), r.members, func(m *map[string]bool) (uint64, error) {
		names = slices.Sorted(maps.Keys(*m))
		if delete(*m, who); what == "arrived" {
			(*m)[who] = true
		}
		return r.lines.Publish(context.Background(), who+" has "+what)
	})
	return names
}
