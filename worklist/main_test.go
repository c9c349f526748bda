package worklist_test

import (
	"testing"

	"go.uber.org/goleak"

	"baton/worklist"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var orders = map[string]worklist.Order{"depth": worklist.DepthFirst, "breadth": worklist.BreadthFirst}

// catch returns what fn panics with.
func catch(fn func()) (value any) {
	defer func() { value = recover() }()
	fn()
	return nil
}
