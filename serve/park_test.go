package serve_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"baton/serve"
	"baton/task"
	"baton/watch"
)

// listen returns a listener on loopback, and skips where its connections can't be
// parked.
func listen(t *testing.T) net.Listener {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("not possible on this system: connections can't be parked")
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return ln
}

func connect(t *testing.T, ln net.Listener) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// TestParkEndings has handlers that have parked end in each way, and looks at who is
// told, in which order, and what.
func TestParkEndings(t *testing.T) {
	ln := listen(t)
	ctx, cancel := context.WithCancel(t.Context())
	var mu sync.Mutex
	var told []string
	var got error
	note := func(who string) func(error) error {
		return func(err error) error {
			mu.Lock()
			defer mu.Unlock()
			told, got = append(told, who), err
			return err
		}
	}
	opts := serve.Options{End: func(_ context.Context, _ net.Conn, err error) error { return note("server")(err) }}
	ended := start(ctx, ln, opts, func(_ context.Context, conn net.Conn) error {
		var next func(context.Context) error
		turns := 0
		next = func(context.Context) error {
			var b [1]byte
			if _, err := io.ReadFull(conn, b[:]); err != nil {
				return err
			}
			switch b[0] {
			case 'e':
				return errHandler
			case 'p':
				panic(errHandler)
			case 'g':
				runtime.Goexit()
			case 'o':
				return nil
			}
			turns++
			conn.Write(b[:])
			return serve.Park(next)
		}
		err := serve.After(next(t.Context()), note("inner"))
		return serve.After(err, note("outer"))
	})
	for how, is := range map[string]func(error) bool{
		"o":    func(err error) bool { return err == nil },
		"..o":  func(err error) bool { return err == nil },
		"..e":  func(err error) bool { return errors.Is(err, errHandler) },
		".p":   func(err error) bool { var p *task.PanicError; return errors.As(err, &p) && p.Value == errHandler },
		".g":   func(err error) bool { return errors.Is(err, task.ErrGoexit) },
		"....": func(err error) bool { return errors.Is(err, io.EOF) },
	} {
		mu.Lock()
		told, got = nil, nil
		mu.Unlock()
		conn := connect(t, ln)
		for i := range how {
			conn.Write([]byte{how[i]})
			if how[i] == '.' {
				if _, err := io.ReadFull(conn, make([]byte, 1)); err != nil {
					t.Errorf("%s: %v", how, err)
				}
			}
		}
		conn.(*net.TCPConn).CloseWrite()
		io.Copy(io.Discard, conn) // until it is closed
		mu.Lock()
		if want := []string{"inner", "outer", "server"}; !slices.Equal(told, want) || !is(got) {
			t.Errorf("%s: told %v, %v", how, told, got)
		}
		mu.Unlock()
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestParkWakes wakes a parked connection by all that does.
func TestParkWakes(t *testing.T) {
	for name, wake := range map[string]struct {
		do   func(client, server net.Conn)
		want error
	}{
		"data":             {func(client, _ net.Conn) { client.Write([]byte("x")) }, nil},
		"data before":      {nil, nil},
		"the client's end": {func(client, _ net.Conn) { client.Close() }, io.EOF},
		"a deadline":       {func(_, server net.Conn) { server.SetReadDeadline(time.Unix(1, 0)) }, os.ErrDeadlineExceeded},
		"a close":          {func(_, server net.Conn) { server.Close() }, net.ErrClosed},
	} {
		t.Run(name, func(t *testing.T) {
			ln := listen(t)
			ctx, cancel := context.WithCancel(t.Context())
			parked, woken := make(chan net.Conn, 1), make(chan error, 1)
			ended := start(ctx, ln, serve.Options{}, func(_ context.Context, conn net.Conn) error {
				if wake.do == nil { // what has come with it is there, and isn't told again
					conn.Read(make([]byte, 1))
				}
				parked <- conn
				return serve.Park(func(context.Context) error {
					_, err := conn.Read(make([]byte, 1))
					woken <- err
					return nil
				})
			})
			client := connect(t, ln)
			if wake.do == nil {
				client.Write([]byte("xx"))
			}
			server := <-parked
			if wake.do != nil {
				until(func() bool { return nodes("serve")["parked"] == 1 })
				wake.do(client, server)
			}
			if err := <-woken; !errors.Is(err, wake.want) {
				t.Errorf("got %v, want %v", err, wake.want)
			}
			cancel()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
	}
}

// until waits for a condition that another goroutine brings about in a moment.
func until(ok func() bool) {
	for !ok() {
		runtime.Gosched()
	}
}

// nodes returns the states of the nodes of a kind, added up.
func nodes(kind string) map[string]int {
	sum := map[string]int{}
	for _, n := range watch.Snapshot().All {
		if n.Kind == kind {
			for state, k := range n.State {
				sum[state] += k
			}
		}
	}
	return sum
}

// TestParkCutOff drains a server whose connections are parked: they are cut off like
// others, and what they have parked with runs once more.
func TestParkCutOff(t *testing.T) {
	ln := listen(t)
	ctx, cancel := context.WithCancel(t.Context())
	errs := make(chan error, 3)
	ended := start(ctx, ln, serve.Options{Drain: time.Millisecond}, func(_ context.Context, conn net.Conn) error {
		return serve.After(serve.Park(func(context.Context) error {
			_, err := conn.Read(make([]byte, 1))
			return err
		}), func(err error) error {
			errs <- err
			return nil
		})
	})
	for range cap(errs) {
		connect(t, ln)
	}
	until(func() bool { return nodes("serve")["parked"] == cap(errs) })
	cancel()
	if err := <-ended; !errors.Is(err, serve.ErrCutOff) {
		t.Error(err)
	}
	for range cap(errs) {
		if err := <-errs; !errors.Is(err, net.ErrClosed) {
			t.Error(err)
		}
	}
}

// TestParkAtOnce parks a connection that can't be: what it parks with runs at once.
func TestParkAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newListener()
		ctx, cancel := context.WithCancel(t.Context())
		ended := start(ctx, l, serve.Options{}, func(_ context.Context, conn net.Conn) error {
			if serve.CanPark(conn) {
				t.Error("can park a pipe")
			}
			left := 3
			var next func(context.Context) error
			next = func(context.Context) error {
				if left--; left > 0 {
					return serve.Park(next)
				}
				_, err := fmt.Fprint(conn, "done")
				return err
			}
			return serve.Park(next)
		})
		client := l.dial("1.2.3.4:1")
		if said, err := io.ReadAll(client); string(said) != "done" || err != nil {
			t.Errorf("%q, %v", said, err)
		}
		cancel()
		<-ended
	})
}

// TestEndPanics has what is called at the end of a connection panic: the rest of the
// end comes all the same.
func TestEndPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newListener()
		ctx, cancel := context.WithCancel(t.Context())
		var got error
		ended := start(ctx, l, serve.Options{End: func(_ context.Context, _ net.Conn, err error) error {
			got = err
			panic("again")
		}}, func(_ context.Context, _ net.Conn) error {
			return serve.After(serve.Park(func(context.Context) error { return errHandler }), func(error) error { panic(errUser) })
		})
		if said, err := io.ReadAll(l.dial("1.2.3.4:1")); len(said) > 0 || err != nil {
			t.Errorf("%q, %v", said, err)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if !errors.Is(got, errHandler) || !errors.Is(got, errUser) {
			t.Errorf("the server was told %v", got)
		}
	})
}
