// Baton runs everyday tools that own every goroutine they start.
package main

import (
	"os"
	"runtime"

	"baton/internal/cli"
	"baton/internal/ui"
)

func main() {
	// Nobody can ask for a heap profile, and each sample for it takes a walk up the
	// stack, through tables that nothing else needs.
	runtime.MemProfileRate = 0

	os.Exit(cli.Main(os.Args[1:], ui.System()))
}
