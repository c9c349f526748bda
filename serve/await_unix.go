//go:build unix

package serve

import (
	"net"
	"syscall"

	"baton/internal/sysconn"
)

// await waits until there is something to read, or reading would fail.
func await(conn net.Conn) {
	if raw := sysconn.Raw(conn); raw != nil {
		raw.Read(readable) // that it fails is for who reads next to find out
	}
}

// readable reports whether a read would not wait. What has come before the wait
// began isn't told again, so it has to look.
func readable(fd uintptr) bool {
	for {
		switch peek(int(fd)) {
		case syscall.EAGAIN:
			return false
		case syscall.EINTR:
		default:
			return true
		}
	}
}
