package ncdu

import (
	"context"
	"fmt"
	"io"
)

// readSize is how much a scanner asks of its source at a time.
const readSize = 64 << 10

// A SyntaxError says where an export is not one: invalid JSON, a value of the
// wrong kind, or the end of the file in the middle.
type SyntaxError struct {
	Offset int64 // of the byte that was not expected, in the uncompressed text
	Reason string
	Err    error // io.ErrUnexpectedEOF when the text is truncated
}

func (e *SyntaxError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("truncated at byte %d: %s", e.Offset, e.Reason)
	}
	return fmt.Sprintf("byte %d: %s", e.Offset, e.Reason)
}

// Unwrap returns e.Err.
func (e *SyntaxError) Unwrap() error { return e.Err }

// scanner takes JSON text apart. The first error sticks: afterwards every method
// returns zero, and peek does too, so that callers look at err only where they
// loop without it.
type scanner struct {
	ctx    context.Context // lives as long as one call of Read
	src    io.Reader
	srcErr error // that ended src
	buf    []byte
	pos    int   // buf[pos:end] has not been taken yet
	end    int   // at most len(buf)
	base   int64 // offset of buf[0] in the text
	err    error

	scratch []byte // key or other string that is used at once
	nest    []byte // the brackets that skip has to see closed
}

// peek returns the next byte without taking it, zero at the end.
func (s *scanner) peek() byte {
	if s.pos < s.end {
		return s.buf[s.pos]
	}
	return s.refill()
}

// refill reads into the empty buffer and returns its first byte, zero at the end.
func (s *scanner) refill() byte {
	for tries := 0; s.err == nil && s.srcErr == nil; tries++ {
		if s.ctx.Err() != nil {
			s.stop(context.Cause(s.ctx))
			break
		}
		s.base += int64(s.end)
		s.pos = 0
		s.end, s.srcErr = s.src.Read(s.buf)
		if s.end > 0 {
			return s.buf[0]
		}
		if tries == 100 && s.srcErr == nil {
			s.srcErr = io.ErrNoProgress
		}
	}
	return 0
}

// stop ends the scan with err, unless err is nil or an error came before.
func (s *scanner) stop(err error) {
	if s.err == nil && err != nil {
		s.err = err
		s.base += int64(s.pos)
		s.pos, s.end = 0, 0
	}
}

// fail ends the scan at the next byte. Where there is none, the reason is that.
func (s *scanner) fail(reason string) {
	off := s.base + int64(s.pos)
	switch {
	case s.pos < s.end || s.srcErr == nil:
		s.stop(&SyntaxError{Offset: off, Reason: reason})
	case s.srcErr == io.EOF:
		s.stop(&SyntaxError{Offset: off, Reason: reason, Err: io.ErrUnexpectedEOF})
	default:
		s.stop(fmt.Errorf("byte %d: %w", off, s.srcErr))
	}
}

// space takes white space and returns the byte after it without taking it.
func (s *scanner) space() byte {
	for {
		c := s.peek()
		if c > ' ' || c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return c
		}
		s.pos++
	}
}

// expect takes white space and then c.
func (s *scanner) expect(c byte) {
	if s.space() != c {
		s.fail("want '" + string(rune(c)) + "'")
		return
	}
	s.pos++
}

// comma takes a comma and the white space around it.
func (s *scanner) comma() {
	s.expect(',')
	s.space()
}
