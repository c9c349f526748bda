package ui

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// prepareTerminal makes the console interpret escape sequences, and reports
// whether it does.
func prepareTerminal(f *os.File) bool {
	var mode uint32
	h := windows.Handle(f.Fd())
	if windows.GetConsoleMode(h, &mode) != nil {
		return false
	}
	return windows.SetConsoleMode(h, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}

func isClosedPipe(err error) bool {
	return errors.Is(err, windows.ERROR_BROKEN_PIPE) || errors.Is(err, windows.ERROR_NO_DATA)
}

// Windows has no Ctrl-Z that stops a program.
func notifySuspend(chan<- os.Signal) {}
func suspend()                       {}
