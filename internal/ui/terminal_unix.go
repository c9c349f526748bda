//go:build unix

package ui

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

// prepareTerminal reports whether escape sequences may be sent to f.
func prepareTerminal(*os.File) bool { return os.Getenv("TERM") != "dumb" }

func isClosedPipe(error) bool { return false }

// notifySuspend makes c receive Ctrl-Z, where that would stop the process.
func notifySuspend(c chan<- os.Signal) {
	if !signal.Ignored(syscall.SIGTSTP) {
		signal.Notify(c, syscall.SIGTSTP)
	}
}

// suspend lets a Ctrl-Z that was caught have its usual effect, and returns when
// the process goes on. The signal is raised again rather than SIGSTOP sent: where
// no shell could continue the process, the kernel then drops it.
func suspend() {
	cont := make(chan os.Signal, 1)
	signal.Notify(cont, syscall.SIGCONT)
	defer signal.Stop(cont)
	signal.Reset(syscall.SIGTSTP)
	syscall.Kill(syscall.Getpid(), syscall.SIGTSTP)
	// The signal may come a moment after Kill returns, or never.
	select {
	case <-cont:
	case <-time.After(100 * time.Millisecond):
	}
}
