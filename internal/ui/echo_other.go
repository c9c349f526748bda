//go:build !linux && !darwin && !freebsd && !netbsd && !openbsd && !dragonfly

package ui

// EchoOff reports whether the terminal does not show what is typed, where that
// can be known.
func (o *Output) EchoOff() bool { return false }
