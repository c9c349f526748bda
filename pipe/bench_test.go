package pipe_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"baton/pipe"
)

// count is a source of n items.
func count(n int) pipe.Seq[int] {
	return func(yield func(int, error) bool) {
		for i := range n {
			if !yield(i, nil) {
				return
			}
		}
	}
}

func double(_ context.Context, i int) (int, error) { return 2 * i, nil }

func drain[T any](b *testing.B, src pipe.Seq[T]) {
	b.ReportAllocs()
	b.ResetTimer()
	for _, err := range src {
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMap is the cost of an item in a stage that does nothing, beside that
// of a pool of goroutines with a channel on either side.
func BenchmarkMap(b *testing.B) {
	ctx := context.Background()
	b.Run("ordered", func(b *testing.B) { drain(b, pipe.Map(ctx, count(b.N), pipe.Options{Workers: 4}, double)) })
	b.Run("unordered", func(b *testing.B) {
		drain(b, pipe.Map(ctx, count(b.N), pipe.Options{Workers: 4, Unordered: true}, double))
	})
	b.Run("channels", func(b *testing.B) {
		b.ReportAllocs()
		in, out := make(chan int, 128), make(chan int, 128)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for i := range in {
					out <- 2 * i
				}
			})
		}
		go func() {
			for i := range b.N {
				in <- i
			}
			close(in)
			wg.Wait()
			close(out)
		}()
		for range out {
		}
	})
	b.Run("channels unbuffered", func(b *testing.B) {
		in, out := make(chan int), make(chan int)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for i := range in {
					out <- 2 * i
				}
			})
		}
		go func() {
			for i := range b.N {
				in <- i
			}
			close(in)
			wg.Wait()
			close(out)
		}()
		for range out {
		}
	})
}

// BenchmarkFused is the cost of an item in three stages without workers.
func BenchmarkFused(b *testing.B) {
	ctx := context.Background()
	src := count(b.N)
	for range 3 {
		src = pipe.Map(ctx, src, pipe.Options{}, double)
	}
	drain(b, src)
}

func BenchmarkBuffer(b *testing.B) { drain(b, pipe.Buffer(context.Background(), count(b.N), 128)) }

// BenchmarkWork is the cost of an item that takes 50 µs.
func BenchmarkWork(b *testing.B) {
	work := func(_ context.Context, i int) (int, error) {
		for begin := time.Now(); time.Since(begin) < 50*time.Microsecond; {
		}
		return i, nil
	}
	drain(b, pipe.Map(context.Background(), count(b.N), pipe.Options{Workers: 4}, work))
}

// BenchmarkLatency is the time from one item to its result, when there is only
// one at a time, beside that of two channels.
func BenchmarkLatency(b *testing.B) {
	b.Run("pipe", func(b *testing.B) {
		next := make(chan int, 1)
		next <- 0
		i := 0
		for range pipe.Map(context.Background(), pipe.FromChan(context.Background(), next), pipe.Options{Workers: 4}, double) {
			if i++; i == b.N {
				break
			}
			next <- i
		}
	})
	b.Run("channels", func(b *testing.B) {
		in, mid, out := make(chan int, 1), make(chan int, 1), make(chan int, 1)
		go func() {
			for i := range in {
				mid <- i
			}
			close(mid)
		}()
		go func() {
			for i := range mid {
				out <- i
			}
		}()
		for i := range b.N {
			in <- i
			<-out
		}
		close(in)
	})
}
