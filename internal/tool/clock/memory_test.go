package clock

import (
	"context"
	"net"
	"runtime"
	"testing"

	"baton/internal/endpoint"
)

// TestMemory has many clients that wait for the next line, and looks at what the
// server has for each, which is less than a stack.
func TestMemory(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("not possible on this system: a goroutine for each client writes")
	}
	ln, err := endpoint.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Run(ctx, ln, nil, Options{Protocol: Lines, Format: format(t, Lines)}) }()
	const n = 500
	var ends []net.Conn
	for range n {
		c, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		ends = append(ends, c)
	}
	for range 3 { // each has been written to, three times
		for _, c := range ends {
			if _, err := c.Read(make([]byte, 9)); err != nil {
				t.Fatal(err)
			}
		}
	}
	with := memory()
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	without := memory()
	heap := (int64(with.HeapAlloc) - int64(without.HeapAlloc)) / n
	stack := (int64(with.StackInuse) - int64(without.StackInuse)) / n
	t.Logf("for each client %d bytes of heap, %d of stack", heap, stack)
	if heap+stack > 2000 {
		t.Error("more than 2,000 bytes")
	}
}

// memory collects garbage and tells what is left.
func memory() (m runtime.MemStats) {
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m
}
