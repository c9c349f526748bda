package flight_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"baton/flight"
)

// TestCancel ends the contexts of executions from outside: those who wait get
// what they make of it.
func TestCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		errOver := errors.New("it is over")
		var g flight.Group[int, int]
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var waiting sync.WaitGroup
		for key := range 3 {
			for range 2 {
				waiting.Go(func() {
					v, _, err := g.Do(ctx, key, func(ctx context.Context) (int, error) {
						<-ctx.Done()
						return key, context.Cause(ctx)
					})
					if v != key || !errors.Is(err, errOver) {
						t.Errorf("key %d: %d, %v", key, v, err)
					}
				})
			}
		}
		waiting.Go(func() { // not affected: its caller can't leave
			if v, _, err := g.Do(context.Background(), 9, func(context.Context) (int, error) { time.Sleep(time.Second); return 9, nil }); v != 9 || err != nil {
				t.Errorf("without an end: %d, %v", v, err)
			}
		})
		synctest.Wait()
		g.Cancel(errOver)
		waiting.Wait()
	})
}

// TestForgotten has functions ask whether they have been forgotten.
func TestForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[string, int]
		for what, forget := range map[string]func(){
			"key":     func() { g.Forget("key") },
			"all":     func() { g.ForgetAll() },
			"another": func() { g.Forget("another") },
			"nothing": func() {},
		} {
			g.Do(t.Context(), "key", func(context.Context) (int, error) {
				if g.Forgotten("key") {
					t.Errorf("%s: forgotten at the beginning", what)
				}
				forget()
				if got, want := g.Forgotten("key"), what == "key" || what == "all"; got != want {
					t.Errorf("%s: forgotten is %v", what, got)
				}
				return 0, nil
			})
		}
		if g.Forgotten("key") {
			t.Error("forgotten, but nothing runs")
		}
	})
}

// TestGo starts executions in goroutines of the group's owner.
func TestGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		started := 0
		g := flight.Group[string, int]{Go: func(run func()) { started++; go run() }}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		for range 3 {
			if v, _, err := g.Do(ctx, "key", func(context.Context) (int, error) { return 1, nil }); v != 1 || err != nil {
				t.Errorf("%d, %v", v, err)
			}
		}
		if started != 3 {
			t.Errorf("%d goroutines", started)
		}
		g.Wait(ctx)
	})
}
