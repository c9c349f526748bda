//go:build !unix

package serve

import (
	"net"
	"syscall"
)

func rawConn(net.Conn) syscall.RawConn { return nil }

func await(net.Conn) {}
