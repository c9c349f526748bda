package flight_test

import (
	"context"
	"testing"

	"baton/flight"
)

// BenchmarkDo is the cost of a call that nobody shares.
func BenchmarkDo(b *testing.B) {
	cancellable := b.Context()
	for name, ctx := range map[string]context.Context{"background": context.Background(), "cancellable": cancellable} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var g flight.Group[string, int]
			for b.Loop() {
				g.Do(ctx, "key", func(context.Context) (int, error) { return 1, nil })
			}
		})
	}
}
