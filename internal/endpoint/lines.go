package endpoint

import (
	"bytes"
	"errors"
	"io"
	"math"
	"net"
	"sync/atomic"
	"syscall"
	"time"

	"baton/internal/sysconn"
	"baton/serve"
)

// Errors of [Lines.Next].
var (
	// ErrLineTooLong says that a line has more than LineOptions.Max bytes. It is
	// left out: the next call goes on behind its end.
	ErrLineTooLong = errors.New("line too long")
	// ErrSlowLine says that the end of a line did not come in time.
	ErrSlowLine = errors.New("line took too long")
	// ErrIdle says that no line began in time. The next call waits again.
	ErrIdle = errors.New("idle for too long")
	// ErrNotYet says that the time given to [Lines.NextBefore] has come.
	ErrNotYet = errors.New("no line yet")
	// ErrInterrupted says that [Lines.Interrupt] was called.
	ErrInterrupted = errors.New("interrupted")
	// ErrQuiet says that nothing has come for a moment, so that it is worth while to
	// call [Lines.Park].
	ErrQuiet = errors.New("quiet for a moment")
)

// LineOptions bound lines. Zero fields mean the defaults.
type LineOptions struct {
	// Max is how many bytes a line may have, without its end; the default is 4096.
	Max int
	// Idle is the time until the first byte of a line; the default is for ever.
	Idle time.Duration
	// Line is the time from a line's first byte to its end; the default is 30 seconds.
	Line time.Duration
	// Cut, if not nil, makes lines of something else, such as frames: it returns how
	// many bytes the first of them has in what is unread, or 0 if that isn't whole.
	// Next then returns all of these bytes, and at the end of the input nothing
	// that isn't whole. A line of more than Max bytes is for the caller to give up:
	// there is no way to tell where the next one begins.
	Cut func(unread []byte) int
	// Park makes Next and Chunk return ErrQuiet in place of waiting for long, where
	// the connection can be parked. It is for handlers of [Serve].
	Park bool
	// Unread is what has been read from the connection already.
	Unread []byte
}

// Lines reads lines from a connection. While it waits for the first byte of a line
// it holds no buffer, where the system and the connection allow that: on Unix,
// without TLS.
//
// It sets the read deadlines of the connection, which nobody else should. Its
// methods are for one goroutine, except for Interrupt.
type Lines struct {
	conn net.Conn
	raw  syscall.RawConn // nil if conn has none to wait with

	idle, line time.Duration // as in the options, like the next two
	cut        func(unread []byte) int
	max        int32

	scanned int32              // how many of the unread bytes hold no newline
	buf     buffer             // has no memory while nothing is unread
	small   *[smallBuffer]byte // what reads wait with if raw is nil
	err     error              // of reading, once it has failed for good

	phase       phase
	skipping    bool        // in a line that was too long
	parks       bool        // and may be parked
	interrupted atomic.Bool // by another goroutine
	deadline    time.Time   // that is set on conn; zero for none
	by          time.Time   // when the phase has to end; zero for never
}

// NewLines returns the lines of conn. Close gives back what they hold.
func NewLines(conn net.Conn, opts LineOptions) *Lines {
	if opts.Max < 0 || opts.Max > math.MaxInt32/2 || opts.Idle < 0 || opts.Line < 0 {
		panic("endpoint: limit out of range")
	}
	if opts.Max == 0 {
		opts.Max = 4096
	}
	if opts.Line == 0 {
		opts.Line = defaultLine
	}
	l := &Lines{conn: conn, raw: sysconn.Raw(conn), idle: opts.Idle, line: opts.Line, cut: opts.Cut, max: int32(opts.Max)}
	l.parks = opts.Park && l.raw != nil && serve.CanPark(conn)
	if len(opts.Unread) > 0 {
		l.buf.add(copy(l.buf.room(max(l.need(), len(opts.Unread))), opts.Unread))
	}
	return l
}

// Next returns the next line, without the "\n" or "\r\n" at its end. It waits for
// it within the bounds of the options. The line is valid until the next call.
//
// At the end of the input it returns what there is behind the last newline, if
// anything, and then io.EOF. Other errors are those above, and the connection's.
func (l *Lines) Next() (line []byte, err error) { return l.NextBefore(time.Time{}) }

// NextBefore is Next that waits no longer than until t, and returns ErrNotYet then.
// Nothing is lost by that: what has come of a line, and the time that it took,
// count in the next call. A zero t is never.
func (l *Lines) NextBefore(t time.Time) (line []byte, err error) {
	for {
		if line, ok := l.take(); ok {
			l.phase = nothing
			if l.skipping {
				l.skipping = false
				continue
			}
			if len(line) > int(l.max) {
				return nil, ErrLineTooLong
			}
			return line, nil
		}
		if l.tooLong() {
			l.rest()
			if !l.skipping {
				l.skipping = true
				return nil, ErrLineTooLong
			}
		}
		if l.err != nil {
			return l.last()
		}
		if err := l.read(t); err != nil {
			return nil, err
		}
	}
}

// SetIdle changes LineOptions.Idle, from the next call of Next that waits on.
func (l *Lines) SetIdle(d time.Duration) { l.idle = max(0, d) }

// Chunk returns what has come, whatever lines are in it, and waits until there is
// something, for LineOptions.Idle at most. What it returns is valid until the next
// call, and has no more bytes than fit a line of LineOptions.Max and its end,
// rounded up to a power of two.
func (l *Lines) Chunk() ([]byte, error) {
	for l.buf.empty() {
		if l.err != nil {
			return nil, l.err
		}
		if err := l.read(time.Time{}); err != nil {
			return nil, err
		}
	}
	l.phase = nothing
	return l.rest(), nil
}

// take takes a line from what is unread, if there is a whole one.
func (l *Lines) take() (line []byte, ok bool) {
	unread := l.buf.unread()
	if l.cut != nil {
		n := l.cut(unread)
		return l.buf.use(n), n > 0
	}
	i := bytes.IndexByte(unread[l.scanned:], '\n')
	if i < 0 {
		l.scanned = int32(len(unread))
		return nil, false
	}
	line = l.buf.use(int(l.scanned) + i + 1)
	l.scanned = 0
	return bytes.TrimSuffix(line[:len(line)-1], []byte{'\r'}), true
}

// tooLong reports whether the beginning of a line is too long already, or to be
// left out. A carriage return may belong to the line's end.
func (l *Lines) tooLong() bool {
	unread := l.buf.unread()
	n, limit := len(unread), int(l.max)
	return l.skipping && n > 0 || n > limit+1 || n == limit+1 && unread[n-1] != '\r'
}

// need is how many bytes have to fit into the buffer: a line and its end.
func (l *Lines) need() int { return int(l.max) + 2 }

// rest returns all that is unread, which then is unread no more.
func (l *Lines) rest() []byte {
	l.scanned = 0
	return l.buf.use(len(l.buf.unread()))
}

// last returns a last line without an end, and then the error.
func (l *Lines) last() ([]byte, error) {
	if l.err != io.EOF || l.buf.empty() || l.cut != nil {
		return nil, l.err
	}
	line := l.rest()
	if len(line) > int(l.max) { // its last byte is a carriage return
		return nil, ErrLineTooLong
	}
	return line, nil
}

// Lend gives back as much of the buffer as what is unread doesn't need, for who doesn't
// call Next for a while. The line that Next returned last is not valid any more.
func (l *Lines) Lend() { l.buf.shrink() }

// Buffered reports whether another line is there already, or something that Next
// can tell about without waiting.
func (l *Lines) Buffered() bool {
	unread := l.buf.unread()
	if l.cut != nil {
		return l.cut(unread) > 0 || l.err != nil
	}
	i := bytes.IndexByte(unread, '\n')
	if l.skipping && i >= 0 {
		i = bytes.IndexByte(unread[i+1:], '\n')
	}
	return i >= 0 || l.err != nil
}

// Close gives back the buffer. It does not close the connection. No method may be
// called after it.
func (l *Lines) Close() { l.buf.release() }
