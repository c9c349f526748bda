package serve_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"baton/serve"
	"baton/watch"
)

var (
	errHandler = errors.New("bad request")
	errUser    = errors.New("stopped by the user")
)

// A fakeListener hands out what is sent to it, so that time in a test is virtual.
type fakeListener struct {
	conns  chan net.Conn
	errs   chan error
	closed chan struct{}
	once   sync.Once
	calls  atomic.Int32
}

func newListener() *fakeListener {
	return &fakeListener{conns: make(chan net.Conn), errs: make(chan error), closed: make(chan struct{})}
}

func (l *fakeListener) Accept() (net.Conn, error) {
	l.calls.Add(1)
	select {
	case c := <-l.conns:
		return c, nil
	case err := <-l.errs:
		return nil, err
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *fakeListener) Close() error   { l.once.Do(func() { close(l.closed) }); return nil }
func (l *fakeListener) Addr() net.Addr { return &net.TCPAddr{} }

// A fakeConn is an end of a pipe with an address.
type fakeConn struct {
	net.Conn
	from string
}

func (c fakeConn) RemoteAddr() net.Addr { return addr(c.from) }

type addr string

func (addr) Network() string  { return "tcp" }
func (a addr) String() string { return string(a) }

// dial connects to l and returns the client's end.
func (l *fakeListener) dial(from string) net.Conn {
	server, client := net.Pipe()
	l.conns <- fakeConn{server, from}
	return client
}

// start runs a server in a bubble and returns how it ends.
func start(ctx context.Context, l net.Listener, opts serve.Options, handle func(context.Context, net.Conn) error) <-chan error {
	ended := make(chan error, 1)
	go func() { ended <- serve.Listener(ctx, l, opts, handle) }()
	return ended
}

func echo(_ context.Context, conn net.Conn) error {
	_, err := io.Copy(conn, conn)
	return err
}

// TestHandlerEndings has handlers end in each way. None harms another.
func TestHandlerEndings(t *testing.T) {
	for _, procs := range []int{1, 2, 8} {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		synctest.Test(t, func(t *testing.T) {
			var logged bytes.Buffer
			var mu sync.Mutex
			l := newListener()
			ctx, cancel := context.WithCancelCause(t.Context())
			ended := start(ctx, l, serve.Options{Log: slog.New(slog.NewTextHandler(lockedWriter{&mu, &logged}, nil))}, func(ctx context.Context, conn net.Conn) error {
				line, _ := bufio.NewReader(conn).ReadString('\n')
				switch line {
				case "error\n":
					return errHandler
				case "panic\n":
					panic(errHandler)
				case "goexit\n":
					runtime.Goexit()
				case "wait\n":
					<-ctx.Done()
					fmt.Fprint(conn, context.Cause(ctx))
					return context.Cause(ctx)
				}
				return nil
			})
			waiting := l.dial("1.2.3.4:1")
			fmt.Fprint(waiting, "wait\n")
			for _, how := range []string{"ok", "error", "panic", "goexit"} {
				conn := l.dial("1.2.3.4:1")
				fmt.Fprintln(conn, how)
				if _, err := io.ReadAll(conn); err != nil {
					t.Errorf("%s: %v", how, err)
				}
			}
			cancel(errUser)
			if said, err := io.ReadAll(waiting); string(said) != errUser.Error() || err != nil {
				t.Errorf("the handler that waited saw %q, %v", said, err)
			}
			if err := <-ended; err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			for _, want := range []string{"handler failed\" remote=1.2.3.4:1 err=\"bad request", "handler panicked", "TestHandlerEndings", "runtime.Goexit"} {
				if !strings.Contains(logged.String(), want) {
					t.Errorf("log lacks %q:\n%s", want, &logged)
				}
			}
		})
	}
}

type lockedWriter struct {
	mu *sync.Mutex
	w  io.Writer
}

func (w lockedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.w.Write(p)
}

// TestDrain stops a server with a handler that finishes in time, one that is
// stuck in a read, and one that ignores that its connection was closed.
func TestDrain(t *testing.T) {
	for name, tc := range map[string]struct {
		handle func(context.Context, net.Conn) error
		took   time.Duration
		cut    bool
	}{
		"idle":     {nil, 0, false},
		"finishes": {func(ctx context.Context, _ net.Conn) error { <-ctx.Done(); time.Sleep(time.Second); return nil }, time.Second, false},
		"stuck":    {echo, 10 * time.Second, true},
		"ignores":  {func(ctx context.Context, _ net.Conn) error { <-ctx.Done(); time.Sleep(time.Minute); return nil }, time.Minute, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newListener()
				ctx, cancel := context.WithCancel(t.Context())
				handle := tc.handle
				if handle == nil {
					handle = echo
				}
				ended := start(ctx, l, serve.Options{Drain: 10 * time.Second}, handle)
				if tc.handle != nil {
					defer l.dial("1.2.3.4:1").Close()
				}
				synctest.Wait()
				begin := time.Now()
				cancel()
				err := <-ended
				if took := time.Since(begin); took != tc.took || errors.Is(err, serve.ErrCutOff) != tc.cut || !tc.cut && err != nil {
					t.Errorf("ended after %v with %v", took, err)
				}
				select {
				case <-l.closed:
				default:
					t.Error("the listener is open")
				}
			})
		})
	}
}

func TestContextEndedBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := serve.Listener(ctx, newListener(), serve.Options{}, echo); err != nil {
			t.Error(err)
		}
	})
}

// TestAcceptErrors fails to accept for a minute, as without file descriptors:
// that must not be a busy loop, and ends when it is over.
func TestAcceptErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newListener()
		ctx, cancel := context.WithCancel(t.Context())
		ended := start(ctx, l, serve.Options{}, echo)
		for begin := time.Now(); time.Since(begin) < time.Minute; {
			l.errs <- &net.OpError{Op: "accept", Err: syscall.EMFILE}
		}
		if n := l.calls.Load(); n > 80 {
			t.Errorf("%d calls of Accept in a minute", n)
		}
		conn := l.dial("1.2.3.4:1")
		fmt.Fprint(conn, "x")
		conn.Read(make([]byte, 1))
		conn.Close()
		for _, err := range []error{
			syscall.ENOMEM, &net.OpError{Op: "accept", Err: os.NewSyscallError("accept4", syscall.EHOSTUNREACH)}, syscall.ECONNABORTED,
		} {
			l.errs <- err
		}
		synctest.Wait()
		cancel() // while it pauses
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// TestAcceptFails for good, with a handler still at work.
func TestAcceptFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newListener()
		finished := false
		ended := start(t.Context(), l, serve.Options{}, func(ctx context.Context, _ net.Conn) error {
			<-ctx.Done()
			time.Sleep(time.Second)
			finished = true
			return nil
		})
		defer l.dial("1.2.3.4:1").Close()
		l.errs <- errHandler
		if err := <-ended; !errors.Is(err, errHandler) || !finished {
			t.Errorf("ended with %v, handler finished: %v", err, finished)
		}
	})
}

func TestLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newListener()
		ctx, cancel := context.WithCancel(t.Context())
		ended := start(ctx, l, serve.Options{MaxConns: 5, MaxConnsPerIP: 2, Drain: time.Nanosecond}, echo)
		defer func() { cancel(); <-ended }()
		const busy, yours = "refused: too many connections\r\n", "refused: too many connections from your address\r\n"
		var open []net.Conn
		for _, tc := range []struct{ from, refused string }{
			{"1.2.3.4:1", ""},
			{"1.2.3.4:2", ""},
			{"1.2.3.4:3", yours},
			{"[::ffff:1.2.3.4]:4", yours},
			{"[2001:db8::1]:1", ""},
			{"[2001:db8::2]:1", ""},
			{"[2001:db8::ffff:1:2%eth0]:1", yours}, // same network
			{"@", ""},                              // no IP address
			{"5.6.7.8:1", busy},
		} {
			conn := l.dial(tc.from)
			if tc.refused != "" {
				if said, err := io.ReadAll(conn); string(said) != tc.refused || err != nil {
					t.Errorf("%s was told %q, %v", tc.from, said, err)
				}
				continue
			}
			open = append(open, conn)
		}
		for _, conn := range open {
			conn.Close()
		}
		synctest.Wait()
		again := l.dial("1.2.3.4:9")
		defer again.Close()
		fmt.Fprint(again, "x")
		if said := make([]byte, 1); !readsBack(again, said) {
			t.Errorf("there was room again, but: %s", said)
		}
	})
}

// readsBack reports whether the echo of "x" comes.
func readsBack(conn net.Conn, buf []byte) bool {
	_, err := io.ReadFull(conn, buf)
	return err == nil && string(buf) == "x"
}

// TestRefusalsDontBlock refuses clients that don't read what they are told.
func TestRefusalsDontBlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newListener()
		ctx, cancel := context.WithCancel(t.Context())
		ended := start(ctx, l, serve.Options{MaxConns: 1, Drain: time.Nanosecond}, echo)
		defer func() { cancel(); <-ended }()
		begin := time.Now()
		for range 100 {
			defer l.dial("1.2.3.4:1").Close()
		}
		if took := time.Since(begin); took != 0 {
			t.Errorf("accepting took %v", took)
		}
	})
}

func TestVisible(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newListener()
		ctx, cancel := context.WithCancel(t.Context())
		ended := start(ctx, l, serve.Options{Name: "echo"}, echo)
		client := l.dial("1.2.3.4:5")
		synctest.Wait()
		found := 0
		for depth, n := range watch.Snapshot().All {
			if n.Kind == "serve" && n.Name == "echo" && n.State["serving"] == 1 && n.In == 1 && n.Limit == 10_000 {
				found++
			}
			if n.Kind == "conn" && n.Name == "1.2.3.4:5" && depth > 0 {
				found++
			}
		}
		if found != 2 {
			t.Errorf("nodes:\n%v", watch.Snapshot())
		}
		client.Close()
		cancel()
		<-ended
	})
}

// TestTCP serves real connections, of which there are as many as can be where a process
// may have 1024 files open, and stops while they are open.
func TestTCP(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := start(ctx, ln, serve.Options{Drain: time.Nanosecond}, echo)
	var clients []net.Conn
	var wg sync.WaitGroup
	var mu sync.Mutex
	for range 10 {
		wg.Go(func() {
			for range 45 {
				conn, err := net.Dial("tcp", ln.Addr().String())
				if err != nil {
					t.Error(err)
					return
				}
				fmt.Fprint(conn, "hello")
				if _, err := io.ReadFull(conn, make([]byte, 5)); err != nil {
					t.Error(err)
				}
				mu.Lock()
				clients = append(clients, conn)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	cancel()
	if err := <-ended; !errors.Is(err, serve.ErrCutOff) {
		t.Error(err)
	}
	for _, conn := range clients {
		conn.Close()
	}
}

func TestMisuse(t *testing.T) {
	for want, misuse := range map[string]func(){
		"serve: nil function":   func() { serve.Listener(t.Context(), newListener(), serve.Options{}, nil) },
		"serve: negative limit": func() { serve.Listener(t.Context(), newListener(), serve.Options{MaxConns: -1}, echo) },
	} {
		func() {
			defer func() {
				if r := recover(); r != want {
					t.Errorf("recovered %v, want %s", r, want)
				}
			}()
			misuse()
		}()
	}
}
