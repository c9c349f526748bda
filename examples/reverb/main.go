// Reverb shouts each line back three times, ever more quietly (section 8.3).
//
// The book's server closes the connection when the client has no more to say,
// while echoes are still under way, and starts a goroutine for each line without
// a bound. Here the shouts of a connection are a group of tasks: it ends when all
// have been heard, and a client who types on gets no more than eight at once.
package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strings"
	"sync"
	"time"

	"baton/serve"
	"baton/task"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ln, err := net.Listen("tcp", "127.0.0.1:8000")
	if err == nil {
		err = serve.Listener(ctx, ln, serve.Options{Name: "reverb"}, func(ctx context.Context, conn net.Conn) error {
			return handle(ctx, conn, time.Second)
		})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "reverb:", err)
		os.Exit(1)
	}
}

// handle answers a client until it has no more to say, and all is answered.
func handle(ctx context.Context, conn net.Conn, delay time.Duration) error {
	// The server stops: let the shouts under way finish, but read no more.
	defer context.AfterFunc(ctx, func() { conn.SetReadDeadline(time.Now()) })()
	var mu sync.Mutex // one line at a time
	say := func(line string) error {
		mu.Lock()
		defer mu.Unlock()
		_, err := fmt.Fprintf(conn, "\t%s\n", line)
		return err
	}
	opts := task.Options{Limit: 8}
	return task.Run(context.WithoutCancel(ctx), opts, func(_ context.Context, g *task.Group) error {
		lines := bufio.NewScanner(conn)
		for lines.Scan() {
			line := lines.Text()
			g.Go(func(ctx context.Context) error {
				for i, shout := range []string{strings.ToUpper(line), line, strings.ToLower(line)} {
					if i > 0 && !sleep(ctx, delay) {
						return ctx.Err()
					}
					if err := say(shout); err != nil {
						return err
					}
				}
				return nil
			})
		}
		return nil // why the client has no more to say doesn't matter
	})
}

// sleep waits and reports whether ctx lives on.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}
