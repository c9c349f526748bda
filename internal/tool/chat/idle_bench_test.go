//go:build linux

package chat

import (
	"context"
	"fmt"
	"net"
	"os"
	"runtime"
	"runtime/pprof"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"baton/internal/endpoint"
)

// BenchmarkIdle measures the user memory of clients that say nothing. Their own ends
// are sockets without anything of Go's around them.
func BenchmarkIdle(b *testing.B) {
	for _, n := range []int{4000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				idle(b, n)
			}
		})
	}
}

func idle(b *testing.B, n int) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	st, err := OpenStore(b.Context(), "")
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { // ends with cancel
		ended <- Run(ctx, ln, Options{Store: st, Name: "bench", Endpoint: endpoint.Options{Limits: endpoint.Limits{MaxConns: n + 1}}})
	}()
	before := memory()
	var fds []int
	port := ln.Addr().(*net.TCPAddr).Port
	for i := range n {
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
		if err != nil {
			b.Fatal(err)
		}
		fds = append(fds, fd)
		if err := unix.Connect(fd, &unix.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}); err != nil {
			b.Fatal(err)
		}
		if _, err := unix.Write(fd, fmt.Appendf(nil, "client%d\n", i)); err != nil {
			b.Fatal(err)
		}
	}
	buf := make([]byte, 64<<10)
	for quiet := 0; quiet < 3; {
		time.Sleep(100 * time.Millisecond)
		quiet++
		for _, fd := range fds {
			for {
				k, _, err := unix.Recvfrom(fd, buf, unix.MSG_DONTWAIT)
				if err != nil || k == 0 {
					break
				}
				quiet = 0
			}
		}
	}
	after := memory()
	b.ReportMetric(float64(after.heap-before.heap)/float64(n), "heap-B/client")
	b.ReportMetric(float64(after.stack-before.stack)/float64(n), "stack-B/client")
	if path := os.Getenv("IDLE_PROFILE"); path != "" {
		f, _ := os.Create(path)
		pprof.Lookup("heap").WriteTo(f, 0)
		f.Close()
	}
	for _, fd := range fds {
		unix.Close(fd)
	}
	cancel()
	if err := <-ended; err != nil {
		b.Error(err)
	}
}

type used struct{ heap, stack int }

// memory returns what is in use after garbage collection.
func memory() used {
	var m runtime.MemStats
	for range 12 { // stacks shrink by half each time
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return used{int(m.HeapAlloc), int(m.StackInuse)}
}
