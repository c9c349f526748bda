//go:build unix && (!linux || 386 || s390x)

package endpoint

import "golang.org/x/sys/unix"

func write(fd int, p []byte) (n int, err error) { return unix.Write(fd, p) }

func read(fd int, p []byte) (n int, err error) { return unix.Read(fd, p) }
