package fanout_test

import (
	"context"
	"sync"
	"testing"

	"baton/fanout"
)

// BenchmarkPublish is the cost of a message to 300 subscribers, beside that of a
// loop over as many buffered channels.
func BenchmarkPublish(b *testing.B) {
	const subscribers = 300
	b.Run("fanout", func(b *testing.B) {
		b.ReportAllocs()
		ctx := context.Background()
		topic := fanout.New[int](fanout.Options{})
		var wg sync.WaitGroup
		for range subscribers {
			sub := topic.Subscribe(ctx, fanout.SubscribeOptions{Buffer: 256})
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
	b.Run("channels", func(b *testing.B) {
		b.ReportAllocs()
		var wg sync.WaitGroup
		var channels []chan int
		for range subscribers {
			ch := make(chan int, 256)
			channels = append(channels, ch)
			wg.Go(func() {
				for range ch {
				}
			})
		}
		for b.Loop() {
			for _, ch := range channels {
				ch <- 1
			}
		}
		for _, ch := range channels {
			close(ch)
		}
		wg.Wait()
	})
}
