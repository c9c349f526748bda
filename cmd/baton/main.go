// Baton runs everyday tools that own every goroutine they start.
package main

import (
	"os"

	"baton/internal/cli"
	"baton/internal/ui"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], ui.System()))
}
