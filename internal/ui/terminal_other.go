//go:build !unix && !windows

package ui

import "os"

func prepareTerminal(*os.File) bool  { return os.Getenv("TERM") != "dumb" }
func isClosedPipe(error) bool        { return false }
func notifySuspend(chan<- os.Signal) {}
func suspend()                       {}
