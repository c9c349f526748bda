//go:build !linux

package nc

import "net"

// unsent is not known on this system.
func unsent(net.Conn) (n int, ok bool) { return 0, false }
