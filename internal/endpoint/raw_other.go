//go:build !unix

package endpoint

import (
	"errors"
	"syscall"
)

func (l *Lines) fillRaw() (int, error) { return 0, errors.ErrUnsupported }

func tryWrite(syscall.RawConn, []byte) (int, error) { return 0, errors.ErrUnsupported }

func writeNow(uintptr, []byte) (int, error) { return 0, errors.ErrUnsupported }
