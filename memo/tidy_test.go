package memo

import (
	"context"
	"testing"
)

// TestTidy keeps results with nobody asking for one that is there: no more than a
// batch of them is too many, and the next hit or look at the figures forgets those.
func TestTidy(t *testing.T) {
	same := func(_ context.Context, key int) (int, error) { return key, nil }
	for most, batch := range map[int]int{1: 1, 50: 1, 400: 4, 2000: 8} {
		c := New(Options[int, int]{MaxEntries: most}, same)
		defer c.Close()
		large := 0
		fill := func() {
			for key := range 3 * most {
				c.Get(t.Context(), key)
				large = max(large, c.store.EstimatedSize())
			}
			c.Get(t.Context(), -1)
		}
		fill()
		if large >= most+batch {
			t.Errorf("of %d: %d results kept", most, large)
		}
		if s := c.Stats(); s.Entries != most || s.Evictions != uint64(2*most+1) {
			t.Errorf("of %d: %+v", most, s)
		}
		for key := range 3 * most {
			c.Set(key, key)
			if n := c.store.EstimatedSize(); n > most {
				t.Fatalf("of %d: %d results set", most, n)
			}
		}
		fill()
		for key := range 3 * most {
			if _, ok := c.store.GetEntryQuietly(key); ok {
				c.Get(t.Context(), key)
				break
			}
		}
		if n := c.store.EstimatedSize(); n != most {
			t.Errorf("of %d: %d after a hit", most, n)
		}
	}
}
