package blocksize

import (
	"math/bits"
	"strings"
)

// A number is what [scan] made of an argument.
type number struct {
	negative  bool
	digits    bool   // there were digits: a bare unit stands for one of it
	magnitude uint64 // the value without sign; the limit when it is too large
	problem   Problem
}

// scan reads a number as C's strtol does with base 0, followed by one of the
// letters in suffixes and perhaps by B or iB. The limits are for the magnitude;
// a negative limit of 0 forbids the sign.
//
// As in GNU programs, an unknown suffix is the problem that counts when the
// number is too large as well.
func scan(s, suffixes string, limit, negativeLimit uint64) number {
	var num number
	rest := strings.TrimLeft(s, " \t\n\v\f\r")
	if rest != "" && (rest[0] == '+' || rest[0] == '-') {
		num.negative = rest[0] == '-'
		rest = rest[1:]
	}
	if num.negative {
		if negativeLimit == 0 {
			return number{problem: Invalid}
		}
		limit = negativeLimit
	}
	rest = num.readDigits(rest, limit)
	if !num.digits {
		// Nothing, not even a blank, may stand before a bare unit.
		if s == "" || !strings.Contains(suffixes, s[:1]) {
			return number{problem: Invalid}
		}
		rest, num.magnitude = s, 1
	}
	if rest != "" {
		num.multiply(rest, suffixes, limit)
	}
	return num
}

// readDigits reads the digits that s begins with and returns what follows them.
func (num *number) readDigits(s string, limit uint64) (rest string) {
	base := uint64(10)
	if strings.HasPrefix(s, "0") {
		base = 8
		if len(s) > 2 && s[1]|0x20 == 'x' && digit(s[2]) < 16 {
			base, s = 16, s[2:]
		}
	}
	for s != "" && digit(s[0]) < base {
		hi, lo := bits.Mul64(num.magnitude, base)
		lo, carry := bits.Add64(lo, digit(s[0]), 0)
		num.magnitude = lo
		if num.problem != 0 || hi+carry != 0 || lo > limit {
			num.magnitude, num.problem = limit, TooLarge
		}
		num.digits = true
		s = s[1:]
	}
	return s
}

// digit returns the value of a hexadecimal digit, 16 for any other byte.
func digit(c byte) uint64 {
	switch {
	case '0' <= c && c <= '9':
		return uint64(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return uint64(c|0x20-'a') + 10
	}
	return 16
}

// multiply applies the unit that s, which is not empty, should be.
func (num *number) multiply(s, suffixes string, limit uint64) {
	power, known := powerOf(s[0])
	if !known || !strings.Contains(suffixes, s[:1]) {
		num.problem = InvalidSuffix
		return
	}
	base, rest := uint64(1024), s[1:]
	switch {
	case strings.HasPrefix(rest, "iB"):
		rest = rest[2:]
	case strings.HasPrefix(rest, "B"), strings.HasPrefix(rest, "D"):
		// D is an old way to write B.
		base, rest = 1000, rest[1:]
	}
	for range power {
		if num.magnitude > limit/base {
			num.magnitude, num.problem = limit, TooLarge
			break
		}
		num.magnitude *= base
	}
	if rest != "" {
		num.problem = InvalidSuffix
	}
}

// powerOf returns which power of 1000 or 1024 the letter c stands for.
func powerOf(c byte) (power int, known bool) {
	switch c {
	case 'k', 'm', 'g', 't':
		c -= 'a' - 'A'
	}
	i := strings.IndexByte("KMGTPEZYRQ", c)
	return i + 1, i >= 0
}
