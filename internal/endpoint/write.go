package endpoint

import (
	"crypto/tls"
	"net"
)

// TryWrite writes what fits into the send buffer of the system, and never waits for
// room: n is less than len(p), without an error, when it is full. It does wait for
// another Write of the same connection that waits.
//
// ok is false, and nothing is written, where that is not possible: with TLS, with
// connections that are none of the system's, and elsewhere than on Unix.
func TryWrite(conn net.Conn, p []byte) (n int, ok bool, err error) {
	raw := rawConn(conn)
	if raw == nil {
		return 0, false, nil
	}
	if len(p) == 0 {
		return 0, true, nil
	}
	n, err = tryWrite(raw, p)
	return n, true, err
}

// SetBuffers sets how much the system holds of what was received and not read, and
// of what was written and not sent, in bytes; 0 leaves a buffer as it is. The
// system may choose to differ, and connections that have no such buffers ignore it.
func SetBuffers(conn net.Conn, read, write int) {
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	c, ok := conn.(interface {
		SetReadBuffer(bytes int) error
		SetWriteBuffer(bytes int) error
	})
	if !ok {
		return
	}
	// A system that refuses keeps its own sizes, which work too.
	if read > 0 {
		c.SetReadBuffer(read)
	}
	if write > 0 {
		c.SetWriteBuffer(write)
	}
}
