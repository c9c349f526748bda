package memo_test

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"

	"baton/memo"
)

// TestLoadsThatExit has more loads at once than goroutines are kept, with every
// third ending its goroutine, and looks that the next still work and that Close
// leaves none. The leak check sees who waits for work after that.
func TestLoadsThatExit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := memo.New(memo.Options[int, int]{}, func(_ context.Context, key int) (int, error) {
			if key%3 == 0 {
				runtime.Goexit()
			}
			return key, nil
		})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		for range 3 {
			var wg sync.WaitGroup
			for key := range 100 {
				wg.Go(func() {
					if v, err := c.Get(ctx, key); v != key && key%3 != 0 || (err == nil) != (key%3 != 0) {
						t.Errorf("key %d: %d, %v", key, v, err)
					}
				})
			}
			wg.Wait()
			c.InvalidateAll()
		}
		c.Close()
		if _, err := c.Get(ctx, 1); err != memo.ErrClosed {
			t.Errorf("after Close: %v", err)
		}
	})
}
