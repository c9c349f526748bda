//go:build linux && !amd64 && !portable

package fsdir

import (
	"syscall"
	"unsafe"
)

// statxAll calls statx for the names of n looks, the first of which is given.
func statxAll(fd, flags int, first *look, n int) {
	looks := unsafe.Slice(first, n)
	for i := range looks {
		l := &looks[i]
		_, _, l.errno = syscall.RawSyscall6(sysStatx, uintptr(fd), uintptr(unsafe.Pointer(l.name)), uintptr(flags),
			statxMask, uintptr(unsafe.Pointer(&l.x)), 0)
	}
}
