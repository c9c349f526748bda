//go:build unix

package nc

import (
	"context"
	"io"
	"os"

	"baton/internal/ui"
)

// untilEnd returns a reader of f whose Read ends with ctx. stop gives back what that
// takes, and closes nothing.
func untilEnd(ctx context.Context, f *os.File) (r io.Reader, stop func()) {
	until, stop, err := ui.Until(ctx, f)
	if err != nil { // out of descriptors
		return f, func() {}
	}
	return until, stop
}
