//go:build unix && (!linux || 386 || s390x)

package serve

import "syscall"

// peek looks for a byte to read.
func peek(fd int) error {
	var b [1]byte
	_, _, err := syscall.Recvfrom(fd, b[:], syscall.MSG_PEEK)
	return err
}
