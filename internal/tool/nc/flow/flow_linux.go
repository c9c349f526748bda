package flow

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// move chooses the fast way from src to dst. It reports whether there was one that
// did all there is to do; otherwise the rest is to be copied.
func move(dst io.Writer, src io.Reader, opts *Options) (done bool, err error) {
	from, to := endOf(src), endOf(dst)
	switch {
	case from.kind == file && to.kind == socket:
		return sendfile(to.raw, from, opts)
	case from.kind == pipe && to.kind == socket, from.kind == socket && to.kind == pipe:
		return splice(to, from, opts)
	case from.kind == socket && (to.kind == file && !to.appends || to.kind == device):
		return spliceThrough(to, from, opts)
	}
	return false, nil
}

// A kind is what an end of a flow is, as far as there is a fast way to or from it.
type kind int

const (
	other  kind = iota
	file        // a regular one
	pipe        // that can be waited for without blocking a thread
	socket      // a stream
	device
)

// An end is one side of a flow.
type end struct {
	kind    kind
	raw     syscall.RawConn
	section *Section // of a file, or nil
	appends bool
}

func endOf(side any) end {
	var e end
	switch s := side.(type) {
	case *net.TCPConn:
		e.kind = socket
	case *net.UnixConn:
		if s.LocalAddr().Network() != "unix" { // datagrams have bounds
			return end{}
		}
		e.kind = socket
	case *Section:
		e.section = s
		side = s.File
		e.kind = kindOf(s.File)
	case *os.File:
		e.kind = kindOf(s)
	}
	if e.kind == other {
		return end{}
	}
	raw, err := side.(syscall.Conn).SyscallConn()
	if err != nil {
		return end{}
	}
	e.raw = raw
	if e.kind == file {
		raw.Control(func(fd uintptr) {
			flags, err := unix.FcntlInt(fd, unix.F_GETFL, 0)
			e.appends = err != nil || flags&unix.O_APPEND != 0
		})
	}
	return e
}

func kindOf(f *os.File) kind {
	info, err := f.Stat()
	if err != nil {
		return other
	}
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return file
	case mode&os.ModeNamedPipe != 0 && pollable(f):
		return pipe
	case mode&os.ModeCharDevice != 0 && !pollable(f): // a terminal can't be spliced to
		return device
	}
	return other
}

// pollable reports whether the runtime can wait for f without a thread: it does for
// what doesn't block. (Setting a deadline would tell too, but undo another's.)
func pollable(f *os.File) bool {
	raw, err := f.SyscallConn()
	if err != nil {
		return false
	}
	nonblocking := false
	raw.Control(func(fd uintptr) {
		flags, err := unix.FcntlInt(fd, unix.F_GETFL, 0)
		nonblocking = err == nil && flags&unix.O_NONBLOCK != 0
	})
	return nonblocking
}

// sendfile moves from a file to a socket.
func sendfile(to syscall.RawConn, from end, opts *Options) (done bool, err error) {
	for {
		limit, err := opts.next()
		if err != nil {
			return true, err
		}
		var n int
		var failed error
		err = to.Write(func(out uintptr) bool {
			cerr := from.raw.Control(func(in uintptr) {
				if s := from.section; s != nil {
					n, failed = unix.Sendfile(int(out), int(in), &s.Offset, limit)
				} else {
					n, failed = unix.Sendfile(int(out), int(in), nil, limit)
				}
			})
			if cerr != nil {
				failed = readError(cerr)
			}
			return failed != unix.EAGAIN
		})
		if err == nil {
			err = failed
		}
		switch {
		case err == nil && n == 0:
			return true, nil
		case err == nil:
			opts.moved(n)
		case err == unix.EINTR:
		case unsupported(err):
			return false, nil
		default:
			return true, sided(err, true)
		}
	}
}

// splice moves between a pipe and a socket.
func splice(to, from end, opts *Options) (done bool, err error) {
	for {
		limit, err := opts.next()
		if err != nil {
			return true, err
		}
		n, err := spliceOnce(to, from, limit)
		switch {
		case err == nil && n == 0:
			return true, nil
		case err == nil:
			opts.moved(n)
		case unsupported(err):
			return false, nil
		default:
			// The system doesn't say which side failed. A pipe that is read can't,
			// and one that is written has only one way to.
			return true, sided(err, from.kind == pipe || errors.Is(err, unix.EPIPE))
		}
	}
}

// spliceOnce moves what it can, once there is something to move and room for it.
func spliceOnce(to, from end, limit int) (n int, err error) {
	var waitFor end
	try := func(in, out uintptr) {
		for {
			n, err = spliceNow(int(in), int(out), limit)
			if err != unix.EINTR {
				break
			}
		}
		waitFor = end{}
		if err == unix.EAGAIN {
			// For want of what? If there is something to read, it is for room.
			if waitFor = from; readable(int(in)) {
				waitFor = to
			}
		}
	}
	for {
		rerr := from.raw.Read(func(in uintptr) bool {
			if cerr := to.raw.Control(func(out uintptr) { try(in, out) }); cerr != nil {
				err = writeError(cerr)
			}
			return waitFor.raw != from.raw
		})
		if rerr != nil {
			return 0, readError(rerr)
		}
		if waitFor.raw == nil {
			return n, err
		}
		werr := to.raw.Write(func(out uintptr) bool {
			if cerr := from.raw.Control(func(in uintptr) { try(in, out) }); cerr != nil {
				err = readError(cerr)
			}
			return waitFor.raw != to.raw
		})
		if werr != nil {
			return 0, writeError(werr)
		}
		if waitFor.raw == nil {
			return n, err
		}
	}
}

func spliceNow(in, out, limit int) (int, error) {
	n, err := unix.Splice(in, nil, out, nil, limit, unix.SPLICE_F_MOVE|unix.SPLICE_F_NONBLOCK)
	return int(n), err
}

// readable reports whether there is something to read, or an end or error to find.
func readable(fd int) bool {
	fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	for {
		n, err := unix.Poll(fds, 0)
		if err != unix.EINTR {
			return n > 0
		}
	}
}

// unsupported reports whether err says that these two ends can't do it this way.
func unsupported(err error) bool {
	return errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EOPNOTSUPP)
}

// sided returns err as an error of a side, unless it is one already.
func sided(err error, write bool) error {
	if _, ok := errors.AsType[*Error](err); ok {
		return err
	}
	return &Error{Write: write, Err: err}
}
