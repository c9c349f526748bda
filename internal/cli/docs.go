package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"baton/internal/exit"
	"baton/internal/ui"
)

// docs writes the documentation that is kept in the repository; it is hidden.
func (a *app) docs() *command {
	return &command{
		name:     "docs",
		args:     "man DIR",
		short:    "write the manual pages into a directory",
		examples: []example{{"baton docs man docs/man", "renew the pages of the repository"}},
		exits:    []exitCode{exitOK, exitFailed, exitUsage},
		seesAll:  true,
		run: func(_ context.Context, _ *ui.Streams, args []string) error {
			if len(args) != 2 || args[0] != "man" {
				return usagef("want man and a directory")
			}
			for name, page := range a.manPages() {
				if err := os.WriteFile(filepath.Join(args[1], name), page, 0o644); err != nil {
					return &exit.Error{Code: exit.Failed, Err: fmt.Errorf("write the pages: %w", err)}
				}
			}
			return nil
		},
	}
}
