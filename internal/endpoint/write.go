package endpoint

import (
	"crypto/tls"
	"net"
	"syscall"

	"baton/internal/sysconn"
)

// TryWrite writes what fits into the send buffer of the system, and never waits for
// room: n is less than len(p), without an error, when it is full. It does wait for
// another Write of the same connection that waits.
//
// ok is false, and nothing is written, where that is not possible: with TLS, with
// connections that are none of the system's, and elsewhere than on Unix.
func TryWrite(conn net.Conn, p []byte) (n int, ok bool, err error) {
	raw := sysconn.Raw(conn)
	if raw == nil {
		return 0, false, nil
	}
	if len(p) == 0 {
		return 0, true, nil
	}
	n, err = tryWrite(raw, p)
	return n, true, err
}

// Raw returns what a [TryWriter] writes to, or nil where [TryWrite] isn't possible.
func Raw(conn net.Conn) syscall.RawConn { return sysconn.Raw(conn) }

// A TryWriter is [TryWrite] for a goroutine that writes to many connections often:
// it allocates nothing, and what the many have for it is no more than [Raw]. It waits
// for no other Write of the connection, and so nobody else may write meanwhile. The
// zero value is ready. It is for one goroutine.
type TryWriter struct {
	p     []byte
	n     int
	err   error
	write func(fd uintptr)
}

// TryWrite is the function of that name, for a connection that nobody else writes to.
func (w *TryWriter) TryWrite(raw syscall.RawConn, p []byte) (n int, err error) {
	if w.write == nil {
		w.write = func(fd uintptr) { w.n, w.err = writeNow(fd, w.p) }
	}
	w.p, w.n, w.err = p, 0, nil
	err = raw.Control(w.write)
	w.p = nil
	if err == nil {
		err = w.err
	}
	return w.n, err
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
