package endpoint

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// write is [unix.Write] without telling the scheduler, for writes that don't wait.
// Around each system call the runtime makes ready to run something else in its
// place, and watches it from a thread that wakes up every 20 µs. For one goroutine
// that writes to thousands of connections that is a good part of the work.
func write(fd int, p []byte) (n int, err error) {
	written, _, errno := unix.RawSyscall(unix.SYS_WRITE, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)))
	if errno != 0 {
		return 0, errno
	}
	return int(written), nil
}
