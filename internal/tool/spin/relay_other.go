//go:build !linux && !darwin && !freebsd && !netbsd && !openbsd && !dragonfly

package spin

import (
	"os/exec"

	"baton/internal/ui"
)

// Without pseudo-terminals the spinner turns only where the command's output is
// kept back.
type relay struct{}

func openRelay(*ui.Streams) *relay { return nil }
func (*relay) attach(*exec.Cmd)    {}
func (*relay) resize()             {}
func (*relay) start()              {}
func (*relay) finish()             {}
