//go:build unix

package endpoint

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// A rawReader is what one read needs, which would be garbage after each.
type rawReader struct {
	l    *Lines
	n    int
	err  error
	read func(fd uintptr) bool
}

var rawReaders = sync.Pool{New: func() any {
	r := new(rawReader)
	r.read = r.readNow
	return r
}}

// readNow reads into the buffer's room, and reports whether reading is done. The
// buffer keeps no memory for who still has to wait for the beginning of a line.
func (r *rawReader) readNow(fd uintptr) bool {
	buf := &r.l.buf
	room := buf.room(r.l.need())
	for {
		r.n, r.err = read(int(fd), room)
		if r.err != unix.EINTR {
			break
		}
	}
	r.n = max(r.n, 0)
	if r.n == 0 && buf.empty() {
		buf.release()
	}
	return r.err != unix.EAGAIN
}

// fillRaw is fill by the system's calls.
func (l *Lines) fillRaw() (int, error) {
	r := rawReaders.Get().(*rawReader)
	r.l, r.n, r.err = l, 0, nil
	werr := l.raw.Read(r.read)
	n, err := r.n, r.err
	r.l, r.err = nil, nil
	rawReaders.Put(r)
	switch {
	case werr != nil:
		return 0, werr
	case err != nil:
		return 0, &net.OpError{Op: "read", Net: l.conn.LocalAddr().Network(), Source: l.conn.LocalAddr(), Addr: l.conn.RemoteAddr(), Err: os.NewSyscallError("read", err)}
	case n == 0:
		return 0, io.EOF
	}
	return n, nil
}

// tryWrite is TryWrite for a connection that can be written to directly.
func tryWrite(raw syscall.RawConn, p []byte) (n int, err error) {
	werr := raw.Write(func(fd uintptr) bool {
		n, err = writeNow(fd, p)
		return true
	})
	if werr != nil {
		return 0, werr
	}
	return n, err
}

// writeNow writes to a descriptor that doesn't wait, and may write less than all.
func writeNow(fd uintptr, p []byte) (n int, err error) {
	for {
		n, err = write(int(fd), p)
		if err != unix.EINTR {
			break
		}
	}
	n = max(n, 0)
	switch err {
	case nil:
		return n, nil
	case unix.EAGAIN:
		return 0, nil
	}
	return n, os.NewSyscallError("write", err)
}
