//go:build unix

package ui

import (
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
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

// suspend stops this process as a Ctrl-Z that it had not caught would have, and
// returns when it goes on. It is not enough to release the signal and raise it
// again: the runtime keeps its handler, and so drops it.
func suspend() {
	// In the session's first group nobody could continue the process: that is a
	// command that runs on a terminal without a shell in between. The kernel does
	// not stop such a group at Ctrl-Z.
	group, err := unix.Getpgid(0)
	if err != nil {
		return
	}
	if session, err := unix.Getsid(0); err != nil || group == session {
		return
	}
	cont := make(chan os.Signal, 1)
	signal.Notify(cont, syscall.SIGCONT)
	defer signal.Stop(cont)
	if unix.Kill(unix.Getpid(), unix.SIGSTOP) == nil {
		<-cont // Kill may return before the process stops
	}
}
