package flight_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"baton/flight"
)

type name struct{}

// TestContextAfterwards keeps the contexts of executions, whose calls are used again: each
// stays ended, and keeps the values of its own first caller.
func TestContextAfterwards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[int, int]
		var kept []context.Context
		look := func() {
			for i, ctx := range kept {
				if ctx.Err() == nil || ctx.Value(name{}) != i {
					t.Errorf("context %d of %d: %v, with the value %v", i, len(kept), ctx.Err(), ctx.Value(name{}))
				}
				select {
				case <-ctx.Done():
				default:
					t.Errorf("context %d is not done", i)
				}
			}
		}
		for i := range 40 { // more than are kept to be used again
			ctx, leave := context.WithCancel(context.WithValue(t.Context(), name{}, i))
			deaf := make(chan struct{})
			v, shared, err := g.Do(ctx, i%3, func(ctx context.Context) (int, error) {
				look()
				kept = append(kept, ctx)
				if i%4 == 0 {
					leave() // its caller goes, and the call with it
					<-deaf
				}
				return i, nil
			})
			switch {
			case i%4 == 0:
				if !errors.Is(err, context.Canceled) {
					t.Errorf("%d left with %v", i, err)
				}
				close(deaf)
				g.Wait(t.Context())
			case v != i || shared || err != nil:
				t.Errorf("%d: got %d, %v, %v", i, v, shared, err)
			}
			leave()
			look()
		}
	})
}
