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

// kinds are what an idle client of each transport says when it comes.
var kinds = []struct {
	name  string
	hello func(i int) string
}{
	{"plain", func(i int) string { return fmt.Sprintf("client%d\n", i) }},
	{"irc", func(i int) string { return fmt.Sprintf("NICK client%d\r\nUSER u 0 * :u\r\n", i) }},
	{"websocket", func(i int) string {
		payload := fmt.Sprintf(`{"op":"hello","nick":"client%d","resume":{}}`, i)
		return "GET /ws HTTP/1.1\r\nHost: localhost\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) of some length, as browsers have it\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
			string([]byte{0x81, 0x80 | byte(len(payload)), 0, 0, 0, 0}) + payload
	}},
}

// BenchmarkIdle measures the user memory of clients that say nothing. Their own ends
// are sockets without anything of Go's around them. With IDLE_PROFILE it writes the
// profiles of the heap and of the goroutines there.
func BenchmarkIdle(b *testing.B) {
	for _, k := range kinds {
		b.Run(k.name, func(b *testing.B) {
			for b.Loop() {
				const n = 4000
				before, stop := crowded(b, n, k.hello)
				heap, stack := before.each(n)
				b.ReportMetric(heap, "heap-B/client")
				b.ReportMetric(stack, "stack-B/client")
				b.ReportMetric(float64(runtime.NumGoroutine())/n, "goroutines/client")
				if path := os.Getenv("IDLE_PROFILE"); path != "" {
					profile(b, "heap", path)
					profile(b, "goroutine", path+".goroutines")
				}
				stop()
			}
		})
	}
}

func profile(b *testing.B, name, path string) {
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	pprof.Lookup(name).WriteTo(f, 0)
}

// crowded starts a server and has n clients say hello to it, and read what they get
// for that. It returns what memory was in use without them.
func crowded(tb testing.TB, n int, hello func(i int) string) (before used, stop func()) {
	tb.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	st, err := OpenStore(tb.Context(), "")
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { // ends with cancel
		ended <- Run(ctx, ln, Options{Store: st, Name: "bench", Endpoint: endpoint.Options{Limits: endpoint.Limits{MaxConns: n + 1}}})
	}()
	before = memory()
	fds := make([]int, n)
	for i := range fds {
		fds[i] = dial(tb, ln.Addr().(*net.TCPAddr).Port, hello(i))
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
	return before, func() {
		for _, fd := range fds {
			unix.Close(fd)
		}
		cancel()
		if err := <-ended; err != nil {
			tb.Error(err)
		}
	}
}

// dial connects to a port and writes something.
func dial(tb testing.TB, port int, text string) (fd int) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err == nil {
		err = unix.Connect(fd, &unix.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}})
	}
	if err == nil {
		_, err = unix.Write(fd, []byte(text))
	}
	if err != nil {
		tb.Fatal(err)
	}
	return fd
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

// each returns what each of n clients takes.
func (u used) each(n int) (heap, stack float64) {
	now := memory()
	return float64(now.heap-u.heap) / float64(n), float64(now.stack-u.stack) / float64(n)
}
