// Clockwall shows the times of several clock servers in one line each
// (exercise 8.1):
//
//	clockwall NewYork=localhost:8010 London=localhost:8020
//
// With the book's means, one goroutine for each server prints when it likes, and
// a server that fails ends its goroutine in silence. Here the servers are sources
// that are merged into one sequence, which one loop prints; an error comes along
// in the place of a line, and the loop's end hangs up on all servers.
package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strings"

	"baton/pipe"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "clockwall:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, servers []string) error {
	var clocks []pipe.Seq[string]
	for _, server := range servers {
		name, addr, ok := strings.Cut(server, "=")
		if !ok {
			return fmt.Errorf("%s: want NAME=HOST:PORT", server)
		}
		clocks = append(clocks, clock(ctx, name, addr))
	}
	var last error
	for line, err := range pipe.Merge(ctx, clocks...) {
		if err != nil {
			last = err
			line = err.Error()
		}
		fmt.Fprintln(out, line)
	}
	return last
}

// clock is the sequence of a server's lines, with its name before each.
func clock(ctx context.Context, name, addr string) pipe.Seq[string] {
	return func(yield func(string, error) bool) {
		var dialer net.Dialer
		conn, err := dialer.DialContext(ctx, "tcp", addr)
		if err != nil {
			yield("", fmt.Errorf("%s: %w", name, err))
			return
		}
		defer conn.Close()
		defer context.AfterFunc(ctx, func() { conn.Close() })() // ends a read that waits
		lines := bufio.NewScanner(conn)
		for lines.Scan() {
			if !yield(name+" "+lines.Text(), nil) {
				return
			}
		}
		if err := lines.Err(); err != nil && ctx.Err() == nil {
			yield("", fmt.Errorf("%s: %w", name, err))
		}
	}
}
