package endpoint

import (
	"errors"
	"os"
	"time"
)

// A phase is what Lines wait for.
type phase uint8

const (
	nothing phase = iota
	lineStart
	lineEnd
)

// read reads more, within the deadline that now holds. It returns an error that is
// to be told at once, and keeps others in l.err.
func (l *Lines) read(t time.Time) error {
	l.setDeadline(t)
	// Interrupt sets its deadline after the flag: either it is seen here, or its
	// deadline comes after ours.
	if l.interrupted.Load() {
		return ErrInterrupted
	}
	n, err := l.fill()
	l.buf.add(n)
	switch {
	case err == nil || n > 0: // an error will come again
	case !errors.Is(err, os.ErrDeadlineExceeded):
		l.err = err
	case l.interrupted.Load():
		return ErrInterrupted
	case !t.IsZero() && (l.by.IsZero() || t.Before(l.by)):
		return ErrNotYet
	case l.parks && l.phase == lineStart && (l.by.IsZero() || time.Now().Before(l.by)):
		return ErrQuiet
	case l.phase == lineStart:
		l.phase = nothing
		return ErrIdle
	default:
		return ErrSlowLine
	}
	return nil
}

// setDeadline sets the deadline for what is waited for, but no later than t.
func (l *Lines) setDeadline(t time.Time) {
	now, limit := lineStart, l.idle
	if !l.buf.empty() || l.skipping {
		now, limit = lineEnd, l.line
	}
	if l.phase != now {
		l.phase, l.by = now, time.Time{}
		if limit > 0 {
			l.by = time.Now().Add(limit)
		}
	}
	at := l.by
	if at.IsZero() || !t.IsZero() && t.Before(at) {
		at = t
	}
	if l.parks && now == lineStart && t.IsZero() {
		at = l.moment(at)
	}
	if at != l.deadline {
		l.conn.SetReadDeadline(at)
		l.deadline = at
	}
}

// fill reads into the buffer's room, and returns how much. Who waits for the
// beginning of a line keeps no memory.
func (l *Lines) fill() (int, error) {
	if l.buf.empty() {
		l.buf.release()
	}
	switch {
	case l.raw != nil:
		return l.fillRaw()
	case !l.buf.empty():
		return l.conn.Read(l.buf.room(l.need()))
	case l.small == nil:
		l.small = new([smallBuffer]byte)
	}
	n, err := l.conn.Read(l.small[:])
	if n > 0 {
		copy(l.buf.room(l.need()), l.small[:n])
	}
	return n, err
}

// Interrupt makes a call of Next that waits, and all that would, return
// ErrInterrupted. Lines that have been read already are still returned. It may be
// called from any goroutine, and as the function of [context.AfterFunc].
func (l *Lines) Interrupt() {
	l.interrupted.Store(true)
	l.conn.SetReadDeadline(time.Unix(1, 0))
}
