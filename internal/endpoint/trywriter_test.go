package endpoint

import (
	"net"
	"testing"
)

func BenchmarkTryWriter(b *testing.B) {
	client, server := joined(b)
	go drain(client) // ends when the connection is closed
	raw := Raw(server)
	if raw == nil {
		b.Skip("not possible on this system")
	}
	var w TryWriter
	b.ReportAllocs()
	for b.Loop() {
		if _, err := w.TryWrite(raw, []byte("15:04:05\n")); err != nil {
			b.Fatal(err)
		}
	}
}

// TestTryWriter fills a connection that nobody reads.
func TestTryWriter(t *testing.T) {
	client, server := joined(t)
	SetBuffers(client, 4096, 0)
	SetBuffers(server, 0, 4096)
	raw := Raw(server)
	if raw == nil {
		t.Skip("not possible on this system")
	}
	var w TryWriter
	total := 0
	for {
		n, err := w.TryWrite(raw, make([]byte, 1000))
		if err != nil {
			t.Fatal(err)
		}
		if total += n; n == 0 {
			break
		}
		if total > 100<<20 {
			t.Fatal("it is never full")
		}
	}
	if n, err := client.Read(make([]byte, 100)); n != 100 || err != nil {
		t.Errorf("read %d, %v", n, err)
	}
	server.Close()
	if _, err := w.TryWrite(raw, []byte("x")); err == nil {
		t.Error("a closed connection is written to")
	}
}

func TestTryWriterAllocatesNothing(t *testing.T) {
	client, server := joined(t)
	raw := Raw(server)
	if raw == nil {
		t.Skip("not possible on this system")
	}
	var w TryWriter
	line := []byte("15:04:05\n")
	buf := make([]byte, 100)
	if n := testing.AllocsPerRun(100, func() {
		w.TryWrite(raw, line)
		client.Read(buf)
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// joined returns the two ends of a TCP connection, which are closed at the test's end.
func joined(tb testing.TB) (client, server net.Conn) {
	tb.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer ln.Close()
	if client, err = net.Dial("tcp", ln.Addr().String()); err != nil {
		tb.Fatal(err)
	}
	if server, err = ln.Accept(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		client.Close()
		server.Close()
	})
	return client, server
}

func drain(c net.Conn) {
	buf := make([]byte, 64<<10)
	for {
		if _, err := c.Read(buf); err != nil {
			return
		}
	}
}
