package nc

import (
	"context"
	"io"
	"os"
	"time"

	"baton/internal/tool/nc/flow"
	"baton/internal/ui"
)

// near is our own end: standard input and output, so that what waits there can be
// interrupted.
type near struct {
	in    io.Reader // nil: nothing is read
	file  *os.File  // in, if it is a regular file
	start int64     // where in it we are
	size  int64     // what is left of it, from there
	typed bool      // in is a terminal
	live  bool      // in is anything but a file

	streams *ui.Streams
	out     io.Writer // nil: see output
	raw     bool

	opened []*os.File // to interrupt, and to close
	cancel func()     // interrupts in, where it is none of these; or nil
	stop   func()     // gives back what that took
}

// openNear prepares the standard streams as far as opts need them.
func openNear(ctx context.Context, opts *Options, s *ui.Streams) *near {
	n := &near{streams: s, raw: opts.Stream.Raw}
	if opts.Command != nil || opts.Server.Broker || opts.Server.Chat {
		n.out = io.Discard
		return n
	}
	switch f := s.Out.File(); {
	case opts.Stream.SendOnly:
		n.out = io.Discard
	case s.Out.Terminal:
	case f == nil:
		n.out = s.Out
	default:
		n.out = n.own(f)
	}
	if !opts.Stream.NoInput {
		n.openInput(ctx)
	}
	return n
}

// own returns a file of our own for a pipe that other processes share, or f itself.
func (n *near) own(f *os.File) *os.File {
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		return f
	}
	flow.Enlarge(f)
	own, err := flow.Reopen(f)
	if err != nil {
		return f // somebody else's pipe, say: it is copied, and not to be interrupted
	}
	n.opened = append(n.opened, own)
	return own
}

func (n *near) openInput(ctx context.Context) {
	f := n.streams.In.File()
	if f == nil {
		n.in, n.live = n.streams.In, true
		return
	}
	n.typed = n.streams.In.Terminal
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		n.in, n.file = f, f
		n.start, _ = f.Seek(0, io.SeekCurrent)
		n.size = max(0, info.Size()-n.start)
		return
	}
	n.live = true
	if own := n.own(f); own != f {
		n.in = own
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	n.cancel = cancel
	n.in, n.stop = untilEnd(ctx, f)
}

// output returns where a connection's bytes go. Each terminal has its own state of
// what was printed last.
func (n *near) output() io.Writer {
	switch {
	case n.out != nil:
		return n.out
	case n.raw:
		return n.streams.Out
	}
	return &escaper{w: n.streams.Out}
}

// interrupt ends what waits for the streams.
func (n *near) interrupt() {
	if n.cancel != nil {
		n.cancel()
	}
	for _, f := range n.opened {
		f.SetDeadline(time.Unix(1, 0))
	}
}

// close gives back what openNear took.
func (n *near) close() {
	n.interrupt()
	if n.stop != nil {
		n.stop()
	}
	for _, f := range n.opened {
		f.Close()
	}
}
