package nc

import (
	"errors"
	"io"
	"os"
	"time"

	"baton/internal/tool/nc/flow"
)

// A commandOutput is what a command writes.
type commandOutput interface {
	// SetReadDeadline ends reads that wait at a moment.
	SetReadDeadline(time.Time) error
	// ready reports whether there is something to read.
	ready() bool
}

const (
	// grace is how long the output of a command that has ended is waited for, since
	// those that it started and left behind may hold it open.
	grace = time.Second
	// mostLeft is how much a command may have left in its output at its end: more than
	// a pipe holds.
	mostLeft = 1 << 20
)

// isOver reports whether the source of a flow had nothing more until its deadline.
func isOver(err error) bool {
	f, ok := errors.AsType[*flow.Error](err)
	return ok && !f.Write && errors.Is(err, os.ErrDeadlineExceeded)
}

// sendRest moves what a command has left in its output, however long that takes. There
// may be something where the connection takes no more than the client does.
func (s *session) sendRest(opts flow.Options) error {
	s.output.SetReadDeadline(time.Time{}) // only what is there is read
	left, next, moved := mostLeft, opts.Next, opts.Moved
	opts.Next = func() (int, error) {
		switch {
		case left == 0 || !s.output.ready():
			return 0, io.EOF
		case next == nil:
			return left, nil
		}
		n, err := next()
		return min(n, left), err
	}
	opts.Moved = func(n int) {
		left -= n
		moved(n)
	}
	if err := flow.Move(s.conn, s.in, opts); err != io.EOF {
		return err
	}
	return nil
}
