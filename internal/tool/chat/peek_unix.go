//go:build unix

package chat

import (
	"io"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// peeking is a peeker that asks the system what it has, without reading it.
type peeking struct {
	inner net.Conn
	raw   syscall.RawConn
	seen  int
}

func rawPeeker(conn net.Conn) peeker {
	c, ok := conn.(*net.TCPConn)
	if !ok {
		return nil
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return nil
	}
	return &peeking{inner: conn, raw: raw}
}

func (k *peeking) protocol(sniff func([]byte, bool) protocol) (p protocol, err error) {
	var buf [longest]byte
	werr := k.raw.Read(func(fd uintptr) bool {
		n, _, e := unix.Recvfrom(int(fd), buf[:], unix.MSG_PEEK)
		for e == unix.EINTR {
			n, _, e = unix.Recvfrom(int(fd), buf[:], unix.MSG_PEEK)
		}
		switch {
		case e == unix.EAGAIN:
			return false
		case e != nil:
			err = os.NewSyscallError("recvfrom", e)
			return true
		case n == 0:
			err = io.EOF
			return true
		}
		// With no more than before, either nothing has come or nothing will.
		whole := n == k.seen
		k.seen = n
		p = sniff(buf[:n], whole)
		return p != unknown
	})
	if werr != nil {
		return unknown, werr
	}
	return p, err
}

func (k *peeking) any() bool { return k.seen > 0 }

func (k *peeking) conn() net.Conn { return k.inner }
