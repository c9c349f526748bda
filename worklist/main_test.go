package worklist_test

import (
	"context"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"baton/worklist"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var orders = map[string]worklist.Order{"depth": worklist.DepthFirst, "breadth": worklist.BreadthFirst}

// countdown is a visit of a binary tree of depth n that counts its items.
func countdown(n *atomic.Int64) func(context.Context, int, func(...int)) error {
	return func(_ context.Context, depth int, add func(...int)) error {
		n.Add(1)
		if depth > 1 {
			add(depth-1, depth-1)
		}
		return nil
	}
}

// catch returns what fn panics with.
func catch(fn func()) (value any) {
	defer func() { value = recover() }()
	fn()
	return nil
}
