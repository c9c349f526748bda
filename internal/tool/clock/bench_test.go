package clock

import (
	"net"
	"slices"
	"testing"
	"time"

	"baton/internal/endpoint"
)

// BenchmarkSweep writes a line to 4,000 clients that read it when all have got it.
// Nothing else runs meanwhile, and so it tells what a client costs the server at
// the least: the write of the system and, on loopback, the receiving too. The
// fastest sweep is reported beside the mean.
func BenchmarkSweep(b *testing.B) {
	const n = 4000
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer ln.Close()
	var w writer
	var ends []net.Conn
	for range n {
		there, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		defer there.Close()
		here, err := ln.Accept()
		if err != nil {
			b.Fatal(err)
		}
		defer here.Close()
		raw := endpoint.Raw(here)
		if raw == nil {
			b.Skip("not possible on this system")
		}
		w.add(&client{conn: here, raw: raw})
		ends = append(ends, there)
	}
	line := []byte("15:04:05\n")
	buf := make([]byte, len(line))
	var all []time.Duration
	for b.Loop() {
		began := time.Now()
		w.write(line)
		all = append(all, time.Since(began))
		b.StopTimer()
		for _, c := range ends {
			if _, err := c.Read(buf); err != nil {
				b.Fatal(err)
			}
		}
		b.StartTimer()
	}
	slices.Sort(all)
	b.ReportMetric(float64(all[0])/n, "ns/client(min)")
	b.ReportMetric(float64(all[len(all)/2])/n, "ns/client(p50)")
}
