// Chat lets everybody who connects talk to everybody else (section 8.10).
//
// The book's broadcaster stands still when one client doesn't read, and all the
// others with it; clients never time out; who is there is not told. Here the room
// is a topic: a message is written once, and a client too slow to follow it is
// disconnected. The members are state of a monitor. A client that is silent for
// five minutes is asked to leave.
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
	"strings"
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
		fmt.Fprintf(conn, "You are %s. Here are: %s\n", who, strings.Join(r.announce(who, true), ", "))
		defer r.announce(who, false)
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

// announce says that somebody has come or gone, and returns who was here before.
func (r room) announce(who string, here bool) []string {
	names, _ := monitor.Call(context.Background(), r.members, func(m *map[string]bool) (names []string, err error) {
		names = slices.Sorted(maps.Keys(*m))
		what := " has left"
		if delete(*m, who); here {
			(*m)[who], what = true, " has arrived"
		}
		_, err = r.lines.Publish(context.Background(), who+what)
		return names, err
	})
	return names
}
