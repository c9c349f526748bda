//go:build !unix

// Package sysconn finds the connections whose descriptors can be read and written
// directly, by system calls that don't wait. It stands below the blocks.
package sysconn

import (
	"net"
	"syscall"
)

// Raw returns nil: here a connection cannot be waited on without a buffer.
func Raw(net.Conn) syscall.RawConn { return nil }
