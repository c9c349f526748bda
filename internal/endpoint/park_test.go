package endpoint

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/serve"
)

// A talk is a handler that notes what it reads, and parks whenever it can.
type talk struct {
	lines  *Lines
	next   func(*Lines) ([]byte, error)
	events chan string
	parked chan *Lines
}

func (k *talk) run(context.Context) error {
	for {
		line, err := k.next(k.lines)
		switch {
		case errors.Is(err, ErrQuiet):
			k.events <- "quiet"
			k.parked <- k.lines
			return k.lines.Park(k.run)
		case err != nil:
			return err
		}
		k.events <- string(line)
	}
}

// TestPark parks the lines of a connection, and wakes them by what they wait for.
func TestPark(t *testing.T) {
	next := func(l *Lines) ([]byte, error) { return l.Next() }
	chunk := func(l *Lines) ([]byte, error) { return l.Chunk() }
	for name, tc := range map[string]struct {
		next func(*Lines) ([]byte, error)
		idle time.Duration
		wake func(client net.Conn, l *Lines)
		want []string
	}{
		"a line":                    {next, 0, func(client net.Conn, _ *Lines) { io.WriteString(client, "again\nla"); client.Close() }, []string{"again", "la", "EOF"}},
		"bytes":                     {chunk, 0, func(client net.Conn, _ *Lines) { io.WriteString(client, "again"); client.Close() }, []string{"again", "EOF"}},
		"the end":                   {next, 0, func(client net.Conn, _ *Lines) { client.Close() }, []string{"EOF"}},
		"silence":                   {next, 2 * quiet, func(net.Conn, *Lines) {}, []string{ErrIdle.Error()}},
		"silence in place of bytes": {chunk, 2 * quiet, func(net.Conn, *Lines) {}, []string{ErrIdle.Error()}},
		"an interruption":           {next, 0, func(_ net.Conn, l *Lines) { l.Interrupt() }, []string{ErrInterrupted.Error()}},
	} {
		t.Run(name, func(t *testing.T) {
			ln, err := Listen(t.Context(), "tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			k := &talk{next: tc.next, events: make(chan string, 20), parked: make(chan *Lines, 20)}
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { // ends with ctx
				ended <- Serve(ctx, ln, Options{}, func(ctx context.Context, conn net.Conn) error {
					if !serve.CanPark(conn) {
						close(k.events)
						return nil
					}
					k.lines = NewLines(conn, LineOptions{Idle: tc.idle, Park: true})
					return serve.After(k.run(ctx), func(err error) error {
						k.lines.Close()
						k.events <- err.Error()
						close(k.events)
						return nil
					})
				})
			}()
			defer func() {
				cancel()
				if err := <-ended; err != nil {
					t.Error(err)
				}
			}()
			client, err := net.Dial("tcp", ln.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			io.WriteString(client, "hello\n")
			first, second := <-k.events, <-k.events
			if first == "" {
				t.Skip("not possible on this system: connections can't be parked")
			}
			tc.wake(client, <-k.parked)
			var rest []string
			for e := range k.events {
				rest = append(rest, e)
			}
			rest = slices.DeleteFunc(rest, func(e string) bool { return e == "quiet" }) // on a slow machine
			if diff := cmp.Diff(append([]string{"hello", "quiet"}, tc.want...), append([]string{trim(first), second}, rest...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func trim(s string) string {
	if n := len(s); n > 0 && s[n-1] == '\n' {
		return s[:n-1]
	}
	return s
}

// TestUnread reads what was read before, and then what comes.
func TestUnread(t *testing.T) {
	server, client := net.Pipe()
	go func() { // ends with the write
		io.WriteString(client, "cond\nthird")
		client.Close()
	}()
	l := NewLines(server, LineOptions{Unread: []byte("first\nse")})
	defer l.Close()
	if diff := cmp.Diff([]string{`"first"`, `"second"`, `"third"`, "EOF"}, all(l)); diff != "" {
		t.Error(diff)
	}
}
