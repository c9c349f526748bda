//go:build linux && !386 && !s390x

package serve

import (
	"syscall"
	"unsafe"
)

// peek looks for a byte to read. [syscall.Recvfrom] does that too, and takes half of
// a new goroutine's stack for the sender's address.
func peek(fd int) error {
	var b [1]byte
	_, _, errno := syscall.RawSyscall6(syscall.SYS_RECVFROM, uintptr(fd), uintptr(unsafe.Pointer(&b)), 1, syscall.MSG_PEEK|syscall.MSG_DONTWAIT, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}
