package serve_test

import (
	"context"
	"errors"
	"io"
	"net"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"baton/internal/goroutines"
	"baton/serve"
	"baton/task"
	"baton/watch"
)

type (
	handler = func(context.Context) error
	resume  = func(next func(context.Context) error)
)

// TestHold holds connections, of which none has a goroutine then, and goes on with
// them: their handlers end, hold again, or fail in each way.
func TestHold(t *testing.T) {
	ends := map[string]struct {
		next func(again handler) handler
		is   func(error) bool
	}{
		"returns": {func(handler) handler { return func(context.Context) error { return nil } }, func(err error) bool { return err == nil }},
		"fails": {
			func(handler) handler { return func(context.Context) error { return errHandler } },
			func(err error) bool { return errors.Is(err, errHandler) },
		},
		"panics": {
			func(handler) handler { return func(context.Context) error { panic(errHandler) } },
			func(err error) bool {
				p, ok := errors.AsType[*task.PanicError](err)
				return ok && p.Value == errHandler
			},
		},
		"holds again": {func(again handler) handler { return again }, func(err error) bool { return err == nil }},
	}
	for name, tt := range ends {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newListener()
				ctx, cancel := context.WithCancel(t.Context())
				var resumes []resume
				var told []string
				got := errors.New("not called")
				opts := serve.Options{End: func(_ context.Context, _ net.Conn, err error) error {
					told, got = append(told, "end"), err
					return err
				}}
				hold := func(context.Context) error {
					return serve.Hold(func(r resume) {
						told = append(told, "take")
						resumes = append(resumes, r)
					})
				}
				ended := start(ctx, l, opts, func(ctx context.Context, _ net.Conn) error {
					defer func() { told = append(told, "deferred") }()
					return serve.After(hold(ctx), func(err error) error { told = append(told, "after"); return err })
				})
				client := l.dial("1.2.3.4:1")
				synctest.Wait()
				if n := nodes("serve")["parked"]; n != 1 {
					t.Errorf("%d connections are parked", n)
				}
				want := []string{"deferred", "take", "after", "end"}
				if name == "holds again" {
					resumes[0](hold)
					synctest.Wait()
					want = slices.Insert(want, 1, "take")
				}
				last := resumes[len(resumes)-1]
				last(tt.next(func(context.Context) error { return nil }))
				if _, err := io.ReadAll(client); err != nil {
					t.Error(err)
				}
				cancel()
				if err := <-ended; err != nil {
					t.Error(err)
				}
				if !slices.Equal(told, want) || !tt.is(got) {
					t.Errorf("told %v, %v; want %v", told, got, want)
				}
			})
		})
	}
}

// TestHoldTakeFails has take end otherwise than by returning, before and after it has
// gone on with the connection, which ends once in any case.
func TestHoldTakeFails(t *testing.T) {
	for name, take := range map[string]func(resume){
		"panic":              func(resume) { panic(errUser) },
		"Goexit":             func(resume) { runtime.Goexit() },
		"panic when resumed": func(r resume) { r(func(context.Context) error { return errHandler }); panic(errUser) },
		"resumed twice": func(r resume) {
			r(func(context.Context) error { return errHandler })
			r(func(context.Context) error { return errUser })
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newListener()
				ctx, cancel := context.WithCancel(t.Context())
				var got []error
				opts := serve.Options{End: func(_ context.Context, _ net.Conn, err error) error {
					got = append(got, err)
					return nil
				}}
				ended := start(ctx, l, opts, func(context.Context, net.Conn) error { return serve.Hold(take) })
				io.ReadAll(l.dial("1.2.3.4:1")) // until it is closed
				cancel()
				if err := <-ended; err != nil {
					t.Error(err)
				}
				want := map[string]error{"panic": errUser, "Goexit": task.ErrGoexit}[name]
				if want == nil {
					want = errHandler
				}
				if len(got) != 1 || !errors.Is(got[0], want) {
					t.Errorf("the server was told %v, want %v once", got, want)
				}
			})
		})
	}
}

// TestHoldDrain ends a server with a connection that is held: it waits for who holds
// it, closes the connection when that takes too long, and waits on.
func TestHoldDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newListener()
		ctx, cancel := context.WithCancel(t.Context())
		held := make(chan resume, 1)
		ended := start(ctx, l, serve.Options{Drain: time.Second}, func(context.Context, net.Conn) error {
			return serve.Hold(func(r resume) { held <- r })
		})
		client := l.dial("1.2.3.4:1")
		r := <-held
		cancel()
		if _, err := io.ReadAll(client); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		select {
		case err := <-ended:
			t.Errorf("ended while a connection is held: %v", err)
		default:
		}
		r(func(ctx context.Context) error { return context.Cause(ctx) })
		if err := <-ended; !errors.Is(err, serve.ErrCutOff) {
			t.Error(err)
		}
	})
}

// TestHoldLabels resumes from a goroutine of someone else: what goes on has the
// labels of the server.
func TestHoldLabels(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newListener()
		ctx, cancel := context.WithCancel(t.Context())
		held := make(chan resume, 1)
		ended := start(ctx, l, serve.Options{Name: "the-server"}, func(context.Context, net.Conn) error {
			return serve.Hold(func(r resume) { held <- r })
		})
		client := l.dial("1.2.3.4:1")
		r := <-held
		var label string
		r(func(context.Context) error {
			label = goroutines.Own(t).Labels[watch.Label]
			return nil
		})
		io.ReadAll(client)
		cancel()
		<-ended
		if label != "the-server" {
			t.Errorf("the label is %q, not the server's", label)
		}
	})
}
