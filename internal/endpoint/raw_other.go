//go:build !unix

package endpoint

import (
	"errors"
	"net"
	"syscall"
)

// rawConn returns nil: here a connection cannot be waited on without a buffer.
func rawConn(net.Conn) syscall.RawConn { return nil }

func (l *Lines) fillRaw() (int, error) { return 0, errors.ErrUnsupported }

func tryWrite(syscall.RawConn, []byte) (int, error) { return 0, errors.ErrUnsupported }

func writeNow(uintptr, []byte) (int, error) { return 0, errors.ErrUnsupported }
