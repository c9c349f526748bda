//go:build !unix

package serve

import "net"

func await(net.Conn) {}
