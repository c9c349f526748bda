package endpoint

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/serve"
)

// A talk is a handler that notes what it reads, and parks whenever it can.
type talk struct {
	lines  *Lines
	next   func(*Lines) ([]byte, error)
	idle   time.Duration // from the first line on
	events chan string
}

func (k *talk) run(context.Context) error {
	for {
		line, err := k.next(k.lines)
		switch {
		case errors.Is(err, ErrQuiet):
			k.events <- "quiet"
			return k.lines.Park(k.run)
		case err != nil:
			return err
		}
		k.lines.SetIdle(k.idle)
		k.events <- strings.TrimSpace(string(line))
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
			k := &talk{next: tc.next, idle: tc.idle, events: make(chan string)}
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { // ends with ctx
				ended <- Serve(ctx, ln, Options{}, func(ctx context.Context, conn net.Conn) error {
					if !serve.CanPark(conn) {
						close(k.events)
						return nil
					}
					k.lines = NewLines(conn, LineOptions{Line: time.Hour, Park: true})
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
			// On a slow machine it may be quiet more often, and for so long that Next only
			// learns of it when its time is over.
			var heard []string
			said, quiet := false, false
			for e := range k.events {
				switch {
				case e != "quiet":
					said = true
					heard = append(heard, e)
				case said && !quiet:
					quiet = true
					tc.wake(client, k.lines)
				}
			}
			if !said {
				t.Skip("not possible on this system: connections can't be parked")
			}
			if diff := cmp.Diff(append([]string{"hello"}, tc.want...), heard); diff != "" || !quiet && tc.idle == 0 {
				t.Errorf("quiet: %v; %s", quiet, diff)
			}
		})
	}
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
