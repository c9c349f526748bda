package monitor_test

import (
	"context"
	"testing"

	"baton/monitor"
)

// BenchmarkCall is the cost of a call with callers on all processors, without and with
// a commit. How it compares with channels: bench/speed.
func BenchmarkCall(b *testing.B) {
	for name, commit := range map[string]func(*int) error{"no commit": nil, "commit": func(*int) error { return nil }} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			m := monitor.New(0, monitor.Options[int]{Commit: commit})
			defer m.Close()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					monitor.Call(context.Background(), m, func(n *int) (int, error) { *n++; return *n, nil })
				}
			})
		})
	}
}
