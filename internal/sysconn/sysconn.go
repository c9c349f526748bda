//go:build unix

// Package sysconn finds the connections whose descriptors can be read and written
// directly, by system calls that don't wait. It stands below the blocks.
package sysconn

import (
	"net"
	"syscall"
)

// Raw returns what conn can be waited on with, and read and written directly, or nil:
// it is for TCP and Unix connections of package net, on Unix.
func Raw(conn net.Conn) syscall.RawConn {
	switch c := conn.(type) {
	case *net.TCPConn, *net.UnixConn:
		if raw, err := c.(syscall.Conn).SyscallConn(); err == nil {
			return raw
		}
	}
	return nil
}
