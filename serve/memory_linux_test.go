//go:build !race

package serve_test

import (
	"context"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"baton/internal/goroutines"
	"baton/serve"
)

// TestMemoryOfIdleConnections measures what a connection takes that waits for its
// client, in all: the goroutine (a stack of 2 kB and 440 bytes), package net's part
// (300 bytes) and that of this package. The clients are bare sockets, which take
// no memory of the process.
func TestMemoryOfIdleConnections(t *testing.T) {
	wait := func(conn net.Conn) error {
		var b [1]byte
		_, err := conn.Read(b[:])
		return err
	}
	for name, tc := range map[string]struct {
		most   uint64
		handle func(context.Context, net.Conn) error
		ready  func(t *testing.T, clients int) bool
	}{
		"waiting": {3500, func(_ context.Context, conn net.Conn) error { return wait(conn) }, allWait},
		// Without parking, this one keeps 32 kB.
		"parked after much work": {3800, func(_ context.Context, conn net.Conn) error {
			work(20)
			return serve.Park(func(context.Context) error { return wait(conn) })
		}, allWait},
		"held after much work": {1500, holding(), func(_ *testing.T, clients int) bool { return nodes("serve")["parked"] == clients }},
	} {
		t.Run(name, func(t *testing.T) {
			if each := perConnection(t, tc.handle, tc.ready); each > tc.most {
				t.Errorf("%d bytes for each connection, want at most %d", each, tc.most)
			} else {
				t.Logf("%d bytes for each connection", each)
			}
		})
	}
}

// work needs about a kilobyte of stack for each of its depths.
func work(depth int) byte {
	var b [1000]byte
	if depth > 0 {
		b[depth] = work(depth - 1)
	}
	return b[depth/2]
}

// holding returns a handler whose connections are held until its context ends.
func holding() func(context.Context, net.Conn) error {
	var mu sync.Mutex
	var held []resume
	return func(ctx context.Context, _ net.Conn) error {
		work(20)
		return serve.Hold(func(r resume) {
			mu.Lock()
			defer mu.Unlock()
			if held = append(held, r); len(held) > 1 {
				return
			}
			context.AfterFunc(ctx, func() {
				mu.Lock()
				defer mu.Unlock()
				for _, r := range held {
					r(func(context.Context) error { return nil })
				}
			})
		})
	}
}

// perConnection returns what each of many connections takes, once they are ready.
func perConnection(t *testing.T, handle func(context.Context, net.Conn) error, ready func(t *testing.T, clients int) bool) uint64 {
	const clients = 400
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	serving := make(chan bool)
	before := memory()
	ended := start(ctx, ln, serve.Options{Drain: time.Nanosecond}, func(ctx context.Context, conn net.Conn) error {
		serving <- true
		return handle(ctx, conn)
	})
	for range clients {
		fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer syscall.Close(fd)
		to := &syscall.SockaddrInet4{Port: ln.Addr().(*net.TCPAddr).Port, Addr: [4]byte{127, 0, 0, 1}}
		if err := syscall.Connect(fd, to); err != nil {
			t.Fatal(err)
		}
		<-serving
	}
	until(func() bool { return ready(t, clients) })
	each := (memory() - before) / clients
	cancel()
	<-ended
	return each
}

// allWait reports whether so many goroutines wait for their connections.
func allWait(t *testing.T, n int) bool {
	return slices.ContainsFunc(goroutines.All(t), func(e goroutines.Entry) bool {
		return e.Count == n && strings.Contains(e.Stack, "poll.(*pollDesc).waitRead")
	})
}

// memory returns the bytes of the live heap and of stacks.
func memory() uint64 {
	runtime.GC()
	runtime.GC() // frees the stacks that the first has found too large
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}
