package lazy_test

import (
	"context"
	"sync/atomic"
	"testing"

	"baton/lazy"
)

// BenchmarkGet is the cost of a value that is there, beside that of an atomic load.
func BenchmarkGet(b *testing.B) {
	ctx := context.Background()
	b.Run("lazy.Value", func(b *testing.B) {
		v := lazy.New(func(context.Context) (int, error) { return 1, nil })
		sum := 0
		for b.Loop() {
			x, _ := v.Get(ctx)
			sum += x
		}
	})
	b.Run("atomic.Pointer", func(b *testing.B) {
		var p atomic.Pointer[int]
		p.Store(new(int))
		sum := 0
		for b.Loop() {
			sum += *p.Load()
		}
	})
}
