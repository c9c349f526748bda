//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package spin

import (
	"cmp"
	"errors"
	"io"
	"os"
	"os/exec"
	"time"

	"baton/internal/ui"
	"github.com/creack/pty"
	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// A relay is a pseudo-terminal: what the command writes to one end is copied from
// the other to the real terminal.
type relay struct {
	streams *ui.Streams
	near    *os.File      // what is read here ...
	far     *os.File      // ... the command has written there
	ended   chan struct{} // closed when the command has ended
	done    chan struct{} // closed when copying has
}

// openRelay returns nil where there is no pseudo-terminal to be had.
func openRelay(s *ui.Streams) *relay {
	master, far, err := pty.Open()
	if err != nil {
		return nil
	}
	defer master.Close()
	near, err := pollable(master)
	if err != nil {
		far.Close()
		return nil
	}
	r := &relay{streams: s, near: near, far: far, ended: make(chan struct{})}
	// The real terminal turns newlines into line ends; here all stays as it is.
	if _, err := term.MakeRaw(int(far.Fd())); err != nil {
		r.close()
		return nil
	}
	r.resize()
	return r
}

// pollable returns a duplicate of f whose reads obey deadlines, which those of
// the pty package's files do not.
func pollable(f *os.File) (*os.File, error) {
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return nil, err
	}
	return os.NewFile(uintptr(fd), f.Name()), nil
}

// attach makes the relay the command's standard error, and its standard output
// too where that is the same terminal. Anything else is the command's own.
func (r *relay) attach(cmd *exec.Cmd) {
	cmd.Stderr = r.far
	if sameFile(r.streams.Out.File(), r.streams.Err.File()) {
		cmd.Stdout = r.far
	}
}

// resize gives the relay the size of the terminal.
func (r *relay) resize() {
	if size, err := pty.GetsizeFull(r.streams.Err.File()); err == nil {
		pty.Setsize(r.far, size)
	}
}

// start starts copying. It is called once the command has started.
func (r *relay) start() {
	r.done = make(chan struct{})
	go func() { // ends at the end of the relay's output, and is joined by finish
		defer close(r.done)
		r.copy()
	}()
}

// What the command leaves in the relay when it ends is less than lastBytes. Nothing
// that comes later than lastWait is waited for.
const (
	lastBytes = 256 << 10
	lastWait  = 100 * time.Millisecond
)

// copy copies the output until all that held the far end have closed it. Once the
// command has ended there is a limit to that: it may have left a process behind
// that holds the far end for ever, or even writes for ever.
func (r *relay) copy() {
	buf := make([]byte, 32<<10)
	for left := lastBytes; left > 0; {
		select {
		case <-r.ended:
			r.near.SetReadDeadline(time.Now().Add(lastWait))
		default:
		}
		n, err := r.near.Read(buf)
		if errors.Is(err, os.ErrDeadlineExceeded) { // perhaps before it was tried
			n, err = readNow(r.near, buf)
		}
		r.streams.Err.Write(buf[:n])
		if err != nil {
			return
		}
		select {
		case <-r.ended:
			left -= n
		default:
		}
	}
}

// readNow reads what is there, whatever deadline f has. That there is nothing is an
// error.
func readNow(f *os.File, p []byte) (n int, err error) {
	raw, err := f.SyscallConn()
	if err != nil {
		return 0, err
	}
	cerr := raw.Control(func(fd uintptr) {
		for {
			if n, err = unix.Read(int(fd), p); err != unix.EINTR {
				return
			}
		}
	})
	if n == 0 {
		err = cmp.Or(err, cerr, io.EOF)
	}
	return max(n, 0), err
}

// finish returns when what the command wrote is on the terminal.
func (r *relay) finish() {
	defer r.close()
	r.far.Close()
	if r.done == nil {
		return
	}
	close(r.ended)
	r.near.SetReadDeadline(time.Now().Add(lastWait)) // for a read that waits already
	<-r.done
}

func (r *relay) close() {
	r.near.Close()
	r.far.Close()
}
