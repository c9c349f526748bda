package fanout_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"baton/fanout"
)

// BenchmarkPublish is the cost of a message by the number of subscribers and by what
// happens to those who are behind. How it compares with channels: bench/speed.
func BenchmarkPublish(b *testing.B) {
	for name, policy := range map[string]fanout.Policy{"wait": fanout.Wait, "drop oldest": fanout.DropOldest} {
		for _, subscribers := range []int{1, 10, 300} {
			b.Run(fmt.Sprintf("%s/%d", name, subscribers), func(b *testing.B) {
				b.ReportAllocs()
				ctx := context.Background()
				topic := fanout.New[int](fanout.Options{})
				var wg sync.WaitGroup
				for range subscribers {
					sub := topic.Subscribe(ctx, fanout.SubscribeOptions{Buffer: 256, WhenFull: policy})
					wg.Go(func() {
						for range sub.All() {
						}
					})
				}
				for b.Loop() {
					topic.Publish(ctx, 1)
				}
				topic.Close()
				wg.Wait()
			})
		}
	}
}
