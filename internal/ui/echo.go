//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package ui

import "golang.org/x/sys/unix"

// EchoOff reports whether the terminal does not show what is typed: a program is
// asking for a password, or has taken over the whole screen.
func (o *Output) EchoOff() bool {
	if !o.Terminal || o.file == nil {
		return false
	}
	t, err := unix.IoctlGetTermios(int(o.file.Fd()), getTermios)
	return err == nil && t.Lflag&unix.ECHO == 0
}
