package load

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"baton/internal/pipenet"
	"baton/internal/ui"
	"baton/serve"
	"go.uber.org/goleak"
)

// A server is the least IRC server that a load can be put on: one room, everybody
// gets every line. It loses the message that lose names, if that isn't 0.
type server struct {
	lose string
	said chan struct{} // if not nil, closed at the first message
	mu   sync.Mutex
	all  map[net.Conn]bool // guarded by mu
}

func (s *server) handle(_ context.Context, conn net.Conn) error {
	echo := false
	nick := ""
	// There has to be room for what a client says before it listens, which a pipe
	// doesn't have.
	lines := make(chan string, 1000)
	go func() { // ends with the connection
		defer close(lines)
		for in := bufio.NewScanner(conn); in.Scan(); {
			lines <- in.Text()
		}
	}()
	for line := range lines {
		command, rest, _ := strings.Cut(line, " ")
		switch command {
		case "CAP":
			echo = true
		case "NICK":
			nick = rest
		case "USER":
			fmt.Fprintf(conn, ":s 001 %s :hi\r\nPING :x\r\n", nick)
		case "JOIN":
			s.mu.Lock()
			s.all[conn] = true
			s.mu.Unlock()
			fmt.Fprintf(conn, ":%s JOIN %s\r\n:s 366 %s %s :end\r\n", nick, rest, nick, rest)
		case "PRIVMSG":
			if s.lose != "" && strings.Contains(rest, s.lose) {
				continue
			}
			s.mu.Lock()
			if s.said != nil {
				closeOnce(s.said)
			}
			for other := range s.all {
				if other != conn || echo {
					fmt.Fprintf(other, ":%s PRIVMSG %s\r\n", nick, rest)
				}
			}
			s.mu.Unlock()
		}
	}
	s.mu.Lock()
	delete(s.all, conn)
	s.mu.Unlock()
	return nil
}

// noLeak checks at the end of the test that no goroutine is left behind.
func noLeak(t *testing.T) {
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before) })
}

// start starts the server and returns its address.
func start(t *testing.T, s *server) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serveOn(t, ln, s)
	return ln.Addr().String()
}

func serveOn(t *testing.T, ln net.Listener, s *server) {
	s.all = map[net.Conn]bool{}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- serve.Listener(ctx, ln, serve.Options{}, s.handle) }() // ends with ctx
	t.Cleanup(func() { cancel(); <-done })
}

func options(address string) Options {
	return Options{
		Address: address, Protocol: "irc", Clients: 5, Senders: 2, Messages: 40, Size: 30, Room: "#load",
		Patience: time.Hour,
		Dial: func(ctx context.Context, _ net.Addr) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", address)
		},
	}
}

// TestRun is in a bubble, where patience is at an end only when nothing comes any more.
func TestRun(t *testing.T) {
	for _, tt := range []struct {
		name       string
		set        func(*Options)
		lose       string
		deliveries int64
		want       error
	}{
		{"full speed", func(*Options) {}, "", 40 * 4, nil},
		{"paced", func(o *Options) { o.Rate = 2000 }, "", 40 * 4, nil},
		{"window", func(o *Options) { o.Window = 1 }, "", 40 * 5, nil},
		{"one sender", func(o *Options) { o.Senders = 1; o.Window = 3 }, "", 40 * 5, nil},
		{"loss", func(*Options) {}, "~b7~", 39 * 4, ErrIncomplete},
		{"no messages", func(o *Options) { o.Messages = 0 }, "", 0, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := pipenet.Listen()
				serveOn(t, l, &server{lose: tt.lose})
				opts := options("")
				opts.Dial = func(context.Context, net.Addr) (net.Conn, error) { return l.Dial(), nil }
				tt.set(&opts)
				r := newRun(opts)
				time.Sleep(time.Millisecond) // the time of no arrival is 0
				if err := r.all(t.Context()); !errors.Is(err, tt.want) {
					t.Fatalf("error %v, want %v", err, tt.want)
				}
				if r.report.Deliveries != tt.deliveries {
					t.Errorf("%d deliveries, want %d", r.report.Deliveries, tt.deliveries)
				}
				if all := r.board.toAll(); tt.want == nil && len(all) != opts.Messages {
					t.Errorf("%d messages complete, want %d", len(all), opts.Messages)
				}
			})
		})
	}
}

func TestServerRefuses(t *testing.T) {
	noLeak(t)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { // ends with ctx
		done <- serve.Listener(ctx, ln, serve.Options{}, func(_ context.Context, conn net.Conn) error {
			fmt.Fprint(conn, ":s 433 * load0 :in use\r\n")
			_, err := conn.Read(make([]byte, 100))
			return err
		})
	}()
	r := newRun(options(ln.Addr().String()))
	if err := r.all(t.Context()); err == nil || !strings.Contains(err.Error(), "433") {
		t.Errorf("error %v", err)
	}
	cancel()
	<-done
}

func TestCancelled(t *testing.T) {
	noLeak(t)
	fake := &server{said: make(chan struct{})}
	opts := options(start(t, fake))
	opts.Rate = 0.001 // the second message is due in a quarter of an hour
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	stopped := make(chan struct{})
	go func() { // ends when the first message has arrived
		defer close(stopped)
		<-fake.said
		cancel(cause)
	}()
	if err := newRun(opts).all(ctx); !errors.Is(err, cause) {
		t.Errorf("error %v, want %v", err, cause)
	}
	<-stopped
}

func TestPrint(t *testing.T) {
	r := &report{Clients: 3, Messages: 10, Deliveries: 20, Took: time.Second, Known: true, CPU: time.Millisecond}
	s, out, _ := ui.Test(ui.Terminal{Out: true})
	if err := r.print(s, false); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"deliveries a second", "CPU per delivery"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}
