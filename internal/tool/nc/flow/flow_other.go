//go:build !linux

package flow

import (
	"errors"
	"io"
	"net"
	"os"
)

// move moves from a file to a TCP connection in the way that the standard library
// knows for this system. It reports whether it did all there is to do.
func move(dst io.Writer, src io.Reader, opts *Options) (done bool, err error) {
	conn, ok := dst.(*net.TCPConn)
	file, isFile := src.(*os.File)
	if !ok || !isFile {
		return false, nil
	}
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return false, nil
	}
	for {
		limit, err := opts.next()
		if err != nil {
			return true, err
		}
		n, err := io.CopyN(conn, file, int64(limit))
		opts.moved(int(n))
		switch {
		case errors.Is(err, io.EOF):
			return true, nil
		case err != nil:
			return true, writeError(err)
		}
	}
}

// Enlarge makes the pipe behind f hold more, where the system can.
func Enlarge(*os.File) {}

// Reopen returns a second, independent way to what f is open for, where the system can.
func Reopen(*os.File) (*os.File, error) { return nil, errors.ErrUnsupported }
