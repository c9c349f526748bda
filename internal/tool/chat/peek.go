package chat

import (
	"io"
	"net"
)

// A peeker looks at the first bytes that come, without taking them.
type peeker interface {
	// protocol waits until what has come tells the protocol. It fails with the
	// read deadline of the connection, or its end without a byte.
	protocol(sniff func(head []byte, whole bool) protocol) (protocol, error)
	// any reports whether something has come.
	any() bool
	// conn returns the connection, with nothing taken.
	conn() net.Conn
}

func newPeeker(conn net.Conn) peeker {
	if p := rawPeeker(conn); p != nil {
		return p
	}
	return &reading{inner: conn}
}

// reading is a peeker that reads, and gives what it has read back with a connection
// of its own. It is for TLS, and for systems without a way to look ahead.
type reading struct {
	inner net.Conn
	head  []byte
}

func (r *reading) protocol(sniff func([]byte, bool) protocol) (protocol, error) {
	if p := sniff(r.head, false); p != unknown {
		return p, nil
	}
	buf := make([]byte, 512)
	for {
		n, err := r.inner.Read(buf)
		r.head = append(r.head, buf[:n]...)
		if p := sniff(r.head, err == io.EOF); p != unknown {
			return p, nil
		}
		if err != nil {
			return unknown, err
		}
	}
}

func (r *reading) any() bool { return len(r.head) > 0 }

func (r *reading) conn() net.Conn { return replay(r.inner, r.head) }

// replay returns a connection whose first bytes are head.
func replay(conn net.Conn, head []byte) net.Conn {
	if len(head) == 0 {
		return conn
	}
	return &replayed{Conn: conn, head: head}
}

type replayed struct {
	net.Conn
	head []byte
}

func (r *replayed) Read(p []byte) (int, error) {
	if len(r.head) > 0 {
		n := copy(p, r.head)
		if r.head = r.head[n:]; len(r.head) == 0 {
			r.head = nil
		}
		return n, nil
	}
	return r.Conn.Read(p)
}
