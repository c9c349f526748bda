package nc

import (
	"net"

	"golang.org/x/sys/unix"
)

// unsent returns how much of what was sent the other side has not acknowledged; ok is
// false where that is not known.
func unsent(conn net.Conn) (n int, ok bool) {
	raw := rawOf(conn)
	if raw == nil {
		return 0, false
	}
	var err error
	if cerr := raw.Control(func(fd uintptr) { n, err = unix.IoctlGetInt(int(fd), unix.TIOCOUTQ) }); cerr != nil {
		return 0, false
	}
	return n, err == nil
}
