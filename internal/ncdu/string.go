package ncdu

import (
	"unicode/utf16"
	"unicode/utf8"
)

// str takes a string and appends its bytes to b: those of escapes as UTF-8, all
// others as they are.
func (s *scanner) str(b []byte) []byte {
	s.quote()
	for s.err == nil {
		run := s.buf[s.pos:s.end]
		n := plain(run)
		b = append(b, run[:n]...)
		s.pos += n
		if len(b) > maxString {
			s.fail("string too long")
			return b
		}
		switch c := s.peek(); {
		case c == '"':
			s.pos++
			return b
		case c == '\\':
			s.pos++
			b = s.escape(b)
		case c < ' ':
			s.fail("unescaped control character or missing quote")
		}
	}
	return b
}

// skipString takes a string of any length without keeping it.
func (s *scanner) skipString() {
	s.quote()
	for s.err == nil {
		s.pos += plain(s.buf[s.pos:s.end])
		switch c := s.peek(); {
		case c == '"':
			s.pos++
			return
		case c == '\\':
			s.pos++
			s.scratch = s.escape(s.scratch[:0])
		case c < ' ':
			s.fail("unescaped control character or missing quote")
		}
	}
}

// quote takes the quote that begins a string.
func (s *scanner) quote() {
	if s.peek() != '"' {
		s.fail("want a string")
		return
	}
	s.pos++
}

// plain returns how many bytes at the start of b stand for themselves.
func plain(b []byte) int {
	for i, c := range b {
		if c == '"' || c == '\\' || c < ' ' {
			return i
		}
	}
	return len(b)
}

// escape takes what follows a backslash and appends what it stands for.
func (s *scanner) escape(b []byte) []byte {
	switch c := s.peek(); c {
	case '"', '\\', '/':
		b = append(b, c)
	case 'b':
		b = append(b, '\b')
	case 'f':
		b = append(b, '\f')
	case 'n':
		b = append(b, '\n')
	case 'r':
		b = append(b, '\r')
	case 't':
		b = append(b, '\t')
	case 'u':
		s.pos++
		return s.unicode(b)
	default:
		s.fail("unknown escape in a string")
		return b
	}
	s.pos++
	return b
}

// unicode takes the hexadecimal digits of an escape, and the escape after it if
// the two are a surrogate pair. A surrogate alone is no character; it becomes the
// three bytes that UTF-8 would give it, which is what ncdu does.
func (s *scanner) unicode(b []byte) []byte {
	unit := s.hex4()
	for 0xd800 <= unit && unit < 0xdc00 && s.peek() == '\\' && len(b) <= maxString {
		s.pos++
		if s.peek() != 'u' {
			return s.escape(appendUnit(b, unit))
		}
		s.pos++
		low := s.hex4()
		if r := utf16.DecodeRune(unit, low); r != utf8.RuneError {
			return utf8.AppendRune(b, r)
		}
		b, unit = appendUnit(b, unit), low
	}
	return appendUnit(b, unit)
}

// appendUnit appends one UTF-16 code unit.
func appendUnit(b []byte, unit rune) []byte {
	if utf16.IsSurrogate(unit) {
		return append(b, 0xe0|byte(unit>>12), 0x80|byte(unit>>6)&0x3f, 0x80|byte(unit)&0x3f)
	}
	return utf8.AppendRune(b, unit)
}

// hex4 takes four hexadecimal digits.
func (s *scanner) hex4() (v rune) {
	for range 4 {
		c := s.peek()
		switch {
		case isDigit(c):
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			s.fail("want four hexadecimal digits")
			return 0
		}
		s.pos++
		v = v<<4 | rune(c)
	}
	return v
}
