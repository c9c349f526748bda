//go:build !race

package serve_test

import (
	"context"
	"net"
	"runtime"
	"syscall"
	"testing"
	"time"

	"baton/serve"
)

// TestMemoryOfIdleConnections measures what a connection takes that waits for its
// client, in all: the goroutine (a stack of 2 kB and 440 bytes), package net's part
// (300 bytes) and that of this package. The clients are bare sockets, which take
// no memory of the process.
func TestMemoryOfIdleConnections(t *testing.T) {
	const clients, atMost = 400, 3500
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	serving := make(chan bool)
	before := memory()
	ended := start(ctx, ln, serve.Options{Drain: time.Nanosecond}, func(_ context.Context, conn net.Conn) error {
		serving <- true
		var b [1]byte
		_, err := conn.Read(b[:])
		return err
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
	if each := (memory() - before) / clients; each > atMost {
		t.Errorf("%d bytes for each connection, want at most %d", each, atMost)
	} else {
		t.Logf("%d bytes for each connection", each)
	}
	cancel()
	<-ended
}

// memory returns the bytes of the live heap and of stacks.
func memory() uint64 {
	runtime.GC()
	runtime.GC() // frees the stacks that the first has found too large
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}
