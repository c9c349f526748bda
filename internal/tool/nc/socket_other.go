//go:build !unix

package nc

import (
	"net"
	"syscall"
)

const errReset = syscall.ECONNRESET

// waitGone can't be told here: a write will fail.
func waitGone(net.Conn) bool { return false }

// socketsAreFiles says that a command can't have a socket for its standard streams.
const socketsAreFiles = false

func unblock(net.Conn) {}
