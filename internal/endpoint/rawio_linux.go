//go:build !386 && !s390x

package endpoint

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// write is [unix.Send] without telling the scheduler, for writes that don't wait.
// Around each system call the runtime makes ready to run something else in its
// place, and watches it from a thread that wakes up every 20 µs. For one goroutine
// that writes to thousands of connections that is a good part of the work. Writing
// to a socket as such spares the kernel what it does for files of all kinds.
func write(fd int, p []byte) (n int, err error) {
	written, _, errno := unix.RawSyscall6(unix.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)), unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL, 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return int(written), nil
}

// read is to [unix.Recvfrom] what write is to [unix.Send].
func read(fd int, p []byte) (n int, err error) {
	got, _, errno := unix.RawSyscall6(unix.SYS_RECVFROM, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)), unix.MSG_DONTWAIT, 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return int(got), nil
}
