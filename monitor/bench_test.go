package monitor_test

import (
	"context"
	"testing"

	"baton/monitor"
)

// BenchmarkCall is the cost of a call, beside that of the request and response
// channels of a goroutine written by hand.
func BenchmarkCall(b *testing.B) {
	ctx := context.Background()
	b.Run("monitor", func(b *testing.B) {
		b.ReportAllocs()
		m := monitor.New(0, monitor.Options[int]{})
		defer m.Close()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				monitor.Call(ctx, m, func(n *int) (int, error) { *n++; return *n, nil })
			}
		})
	})
	b.Run("channels", func(b *testing.B) {
		b.ReportAllocs()
		type request struct{ response chan int }
		requests := make(chan request)
		go func() {
			n := 0
			for r := range requests {
				n++
				r.response <- n
			}
		}()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				response := make(chan int)
				requests <- request{response}
				<-response
			}
		})
		close(requests)
	})
}
