package ncdu

import (
	"fmt"
	"math"
)

// object takes an object and calls value for every key, to take its value. The
// key is valid until value takes anything.
func (s *scanner) object(value func(key []byte)) {
	if s.peek() != '{' {
		s.fail("want an object")
		return
	}
	s.pos++
	if s.space() == '}' {
		s.pos++
		return
	}
	for s.err == nil {
		s.space()
		s.scratch = s.str(s.scratch[:0])
		s.expect(':')
		s.space()
		if s.err != nil {
			return
		}
		value(s.scratch)
		switch s.space() {
		case ',':
			s.pos++
		case '}':
			s.pos++
			return
		default:
			s.fail("want ',' or '}' after a value")
		}
	}
}

// bool takes true or false.
func (s *scanner) bool() bool {
	if s.peek() == 't' {
		s.literal("true")
		return true
	}
	s.literal("false")
	return false
}

// literal takes the bytes of word.
func (s *scanner) literal(word string) {
	for i := range len(word) {
		if s.peek() != word[i] {
			s.fail("want " + word)
			return
		}
		s.pos++
	}
}

// uint takes a whole number from 0 to limit.
func (s *scanner) uint(limit uint64) uint64 {
	v := s.whole(limit)
	if c := s.peek(); c == '.' || c == 'e' || c == 'E' {
		s.fail("want a whole number")
	}
	return v
}

// time takes a time in seconds, without its fraction.
func (s *scanner) time() int64 {
	if s.peek() != '-' {
		v := int64(s.whole(math.MaxUint64))
		s.fraction()
		return v
	}
	s.pos++
	v := int64(s.whole(1 << 63)) // 1<<63 wraps to the least int64, its own negative
	s.fraction()
	return -v
}

// whole takes the digits of a number from 0 to limit.
func (s *scanner) whole(limit uint64) (v uint64) {
	if s.zero() {
		return 0
	}
	c := s.peek()
	if !isDigit(c) {
		s.fail("want a number that is not negative")
		return 0
	}
	for ; isDigit(c); c = s.peek() {
		d := uint64(c - '0')
		if v > math.MaxUint64/10 || v*10 > limit || d > limit-v*10 {
			s.fail(fmt.Sprintf("number beyond %d", limit))
			return 0
		}
		v = v*10 + d
		s.pos++
	}
	return v
}

// zero takes a zero if one is next. JSON allows no digit after it.
func (s *scanner) zero() bool {
	if s.peek() != '0' {
		return false
	}
	s.pos++
	if isDigit(s.peek()) {
		s.fail("number with a leading zero")
	}
	return true
}

// fraction takes a point and the digits after it, if there is a point.
func (s *scanner) fraction() {
	if s.peek() == '.' {
		s.pos++
		s.digits()
	}
}

// digits takes one digit or more.
func (s *scanner) digits() {
	if !isDigit(s.peek()) {
		s.fail("want a digit")
	}
	for isDigit(s.peek()) {
		s.pos++
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
