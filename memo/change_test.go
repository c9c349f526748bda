package memo

import (
	"context"
	"testing"
	"testing/synctest"
)

// TestForgottenBeforeChanged looks at a change from the inside: when the store changes,
// nobody may join a load any more that began before. If one could, somebody would see
// the change, miss it again because its time is up, and then get what was before it;
// no schedule shows that, because under one no time passes in between.
func TestForgottenBeforeChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		c := New(Options[string, int]{}, func(context.Context, string) (int, error) { <-release; return 1, nil })
		defer c.Close()
		go c.Get(t.Context(), "key") // ends when released
		synctest.Wait()

		forgotten := func() bool { return c.flight.Forgotten("key") }
		if forgotten() {
			t.Fatal("forgotten before any change")
		}
		changed := 0
		c.changeKey("other", func() {
			if changed++; forgotten() {
				t.Error("forgotten by a change of another key")
			}
		})
		c.changeKey("key", func() {
			if changed++; !forgotten() {
				t.Error("the load could be joined while its key was changed")
			}
		})
		close(release)
		synctest.Wait()

		release = make(chan struct{})
		c.changeKey("key", func() { c.store.Invalidate("key") })
		go c.Get(t.Context(), "key") // likewise
		synctest.Wait()
		c.change(c.flight.ForgetAll, func() {
			if changed++; !forgotten() {
				t.Error("the load could be joined while all keys were changed")
			}
		})
		close(release)
		if changed != 3 {
			t.Errorf("%d changes", changed)
		}
	})
}
