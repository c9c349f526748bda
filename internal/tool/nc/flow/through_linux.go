package flow

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// spliceThrough moves from a socket to a file or device, through a pipe, since one
// end of a splice has to be one.
func spliceThrough(to, from end, opts *Options) (done bool, err error) {
	r, w, err := newPipe()
	if err != nil {
		return false, nil // out of descriptors: copying needs none
	}
	defer r.Close()
	defer w.Close()
	in, out := endOf(w), endOf(r)
	if in.kind != pipe || out.kind != pipe {
		return false, nil
	}
	for {
		limit, err := opts.next()
		if err != nil {
			return true, err
		}
		n, err := spliceOnce(in, from, limit)
		switch {
		case err == nil && n == 0:
			return true, nil
		case unsupported(err):
			return false, nil
		case err != nil:
			return true, sided(err, false)
		}
		copied, err := drain(to, out, r, n)
		opts.moved(n)
		if err != nil {
			return true, writeError(err)
		}
		if copied {
			return false, nil // and so will the rest be
		}
	}
}

// drain moves n bytes from a pipe to a file or device, which may make it wait. What
// can't be spliced there is copied.
func drain(to, out end, r *os.File, n int) (copied bool, err error) {
	for n > 0 {
		var m int64
		var failed error
		err := to.raw.Control(func(dst uintptr) {
			cerr := out.raw.Control(func(src uintptr) {
				m, failed = splice64(int(src), int(dst), n)
			})
			if cerr != nil {
				failed = cerr
			}
		})
		if err == nil {
			err = failed
		}
		switch {
		case err == unix.EINTR:
		case unsupported(err):
			return true, drainCopy(to, r, n)
		case err != nil:
			return false, fmt.Errorf("write: %w", err)
		case m == 0:
			return false, fmt.Errorf("write: %w", unix.EIO) // a pipe that holds n bytes has not ended
		}
		n -= int(max(m, 0))
	}
	return false, nil
}

func splice64(in, out, n int) (int64, error) {
	m, err := unix.Splice(in, nil, out, nil, n, unix.SPLICE_F_MOVE)
	return int64(m), err
}

// drainCopy copies n bytes from a pipe to a file or device.
func drainCopy(to end, r *os.File, n int) error {
	buf := make([]byte, n)
	for filled := 0; filled < n; {
		m, err := r.Read(buf[filled:])
		if err != nil {
			return err
		}
		filled += m
	}
	for len(buf) > 0 {
		var m int
		var failed error
		if err := to.raw.Control(func(fd uintptr) { m, failed = unix.Write(int(fd), buf) }); err != nil {
			return err
		}
		if failed == unix.EINTR {
			continue
		}
		if failed != nil {
			return fmt.Errorf("write: %w", failed)
		}
		buf = buf[m:]
	}
	return nil
}

// newPipe returns a pipe that holds a whole step.
func newPipe() (r, w *os.File, err error) {
	r, w, err = os.Pipe()
	if err == nil {
		Enlarge(w)
	}
	return r, w, err
}

// Enlarge makes the pipe behind f hold a whole step, so that the two that use it
// take turns less often. What isn't a pipe, or a pipe for which the user has no
// more pages, it leaves as it is.
func Enlarge(f *os.File) {
	if raw, err := f.SyscallConn(); err == nil {
		raw.Control(func(fd uintptr) { unix.FcntlInt(fd, unix.F_SETPIPE_SZ, step) })
	}
}

// Reopen returns a file of its own for the pipe, terminal or device that f is open
// for, to read or to write as f is. The runtime can wait for it, so that it takes
// deadlines; f itself, which other processes share, stays as it is. The caller
// closes it. It fails where the file may not be opened, and for sockets.
func Reopen(f *os.File) (*os.File, error) {
	raw, err := f.SyscallConn()
	if err != nil {
		return nil, err
	}
	var path string
	var flags int
	var failed error
	err = raw.Control(func(fd uintptr) {
		path = fmt.Sprintf("/proc/self/fd/%d", fd)
		flags, failed = unix.FcntlInt(fd, unix.F_GETFL, 0)
	})
	if err == nil {
		err = failed
	}
	if err != nil {
		return nil, err
	}
	return os.OpenFile(path, flags&(unix.O_ACCMODE|unix.O_APPEND)|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
}
