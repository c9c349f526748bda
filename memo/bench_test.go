package memo_test

import (
	"context"
	"testing"

	"github.com/maypok86/otter/v2"
	"github.com/maypok86/otter/v2/stats"

	"baton/memo"
)

// BenchmarkHit is the cost of a result that is there, beside that of otter alone,
// with and without counting, which a memo always does.
func BenchmarkHit(b *testing.B) {
	ctx := context.Background()
	b.Run("memo", func(b *testing.B) {
		c := memo.New(memo.Options[int, int]{}, func(_ context.Context, key int) (int, error) { return key, nil })
		defer c.Close()
		for i := range 1024 {
			c.Get(ctx, i)
		}
		b.RunParallel(func(pb *testing.PB) {
			for i := 0; pb.Next(); i++ {
				c.Get(ctx, i&1023)
			}
		})
	})
	for name, recorder := range map[string]stats.Recorder{"otter": nil, "otter counting": stats.NewCounter()} {
		b.Run(name, func(b *testing.B) {
			c := otter.Must(&otter.Options[int, int]{MaximumSize: 10_000, StatsRecorder: recorder})
			for i := range 1024 {
				c.Set(i, i)
			}
			b.RunParallel(func(pb *testing.PB) {
				for i := 0; pb.Next(); i++ {
					c.GetIfPresent(i & 1023)
				}
			})
		})
	}
}

// BenchmarkMiss is the cost of a load that takes no time, beside that of otter's.
func BenchmarkMiss(b *testing.B) {
	cancellable := b.Context()
	for name, ctx := range map[string]context.Context{"background": context.Background(), "cancellable": cancellable} {
		b.Run("memo/"+name, func(b *testing.B) {
			b.ReportAllocs()
			c := memo.New(memo.Options[int, int]{MaxEntries: 1000}, func(_ context.Context, key int) (int, error) { return key, nil })
			defer c.Close()
			i := 0
			for b.Loop() {
				c.Get(ctx, i)
				i++
			}
		})
	}
	b.Run("otter", func(b *testing.B) {
		b.ReportAllocs()
		c := otter.Must(&otter.Options[int, int]{MaximumSize: 1000})
		load := otter.LoaderFunc[int, int](func(_ context.Context, key int) (int, error) { return key, nil })
		i := 0
		for b.Loop() {
			c.Get(cancellable, i, load)
			i++
		}
	})
}
