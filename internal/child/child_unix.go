//go:build unix

package child

import (
	"errors"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// forwarded lists the signals that are passed on, without those that are ignored:
// catching these would undo nohup for the command, which inherits them.
func forwarded(opts Options) []os.Signal {
	var list []os.Signal
	for _, s := range []os.Signal{
		syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT,
		syscall.SIGUSR1, syscall.SIGUSR2,
	} {
		if !signal.Ignored(s) || s == syscall.SIGINT && opts.CatchIgnored {
			list = append(list, s)
		}
	}
	if opts.Resized != nil {
		list = append(list, syscall.SIGWINCH)
	}
	return list
}

// forward passes s on to p.
func forward(p *os.Process, s os.Signal, opts Options) {
	switch s {
	case syscall.SIGINT, syscall.SIGQUIT:
		// The terminal sends these to all processes in the foreground. The command
		// has it already; a second one would make it quit at once. Nothing tells
		// such a signal from one that was sent with kill to this process alone.
		if inForeground() {
			return
		}
	case syscall.SIGWINCH:
		opts.Resized()
	}
	p.Signal(s) // fails only when p has ended, which Run sees anyway
}

// inForeground reports whether this process is in the group that gets the signals
// of its terminal's keys.
func inForeground() bool {
	tty, err := os.OpenFile("/dev/tty", os.O_RDONLY|syscall.O_NOCTTY, 0)
	if err != nil {
		return false
	}
	defer tty.Close()
	group, err := unix.IoctlGetInt(int(tty.Fd()), unix.TIOCGPGRP)
	if err != nil {
		return false
	}
	own, err := unix.Getpgid(0)
	return err == nil && group == own
}

func terminate(p *os.Process) error { return p.Signal(syscall.SIGTERM) }

func isNotExecutable(err error) bool {
	return errors.Is(err, syscall.ENOEXEC) || errors.Is(err, syscall.EISDIR)
}

func exitCode(state *os.ProcessState) int {
	if ws, ok := state.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return 128 + int(ws.Signal()) // as shells have it
	}
	return state.ExitCode()
}
