//go:build !unix

package countdown

import (
	"context"
	"os"
)

// waitReturn returns an error when ctx ends. A read of the console could not be
// interrupted then, so that Return does not count here, only Ctrl-C.
func waitReturn(ctx context.Context, _ *os.File) error {
	<-ctx.Done()
	return context.Cause(ctx)
}
