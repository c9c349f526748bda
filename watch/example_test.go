package watch_test

import (
	"context"
	"fmt"
	"sync/atomic"

	"baton/watch"
)

// A program gives its own work a place in the tree with Start. The counters are
// read only when somebody takes a snapshot.
func ExampleStart() {
	var files, failed atomic.Uint64
	ctx, end := watch.Start(context.Background(), "import", "photos", func(n *watch.Node) {
		n.Out = files.Load()
		n.Errors = failed.Load()
		n.In = n.Out + n.Errors
	})
	defer end()
	files.Store(40)
	failed.Store(2)

	// What is started with ctx hangs below.
	_, endChild := watch.Start(ctx, "thumbnails", "", nil)
	defer endChild()

	for depth, n := range watch.Snapshot().All {
		fmt.Println(depth, n.Path, n.Kind, n.In, n.Out, n.Errors)
	}
	// Output:
	// 0 photos import 42 40 2
	// 1 photos/thumbnails thumbnails 0 0 0
}
