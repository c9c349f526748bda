package clock

import (
	"io"
	"net"
	"time"
)

const (
	// patience is how long a client has to take the one answer that it gets.
	patience = 10 * time.Second
	// lingering is how long, and mostLeft how many bytes, the end of a connection
	// waits for what the client still sends.
	lingering = time.Second
	mostLeft  = 64 << 10
)

// hangUp ends a connection from this side, and waits a moment for the other: a
// system that closes a connection with something in it that wasn't read breaks it
// off, and then the answer may be lost on its way.
func hangUp(conn net.Conn) error {
	half, ok := conn.(interface{ CloseWrite() error })
	if !ok {
		return nil
	}
	if err := half.CloseWrite(); err != nil {
		return err
	}
	conn.SetReadDeadline(time.Now().Add(lingering))
	io.CopyN(io.Discard, conn, mostLeft) // whatever comes of it, the answer is sent
	return nil
}
