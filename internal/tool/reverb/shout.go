package reverb

import (
	"unicode"
	"unicode/utf8"
)

// appendShout appends shout n of times of a line: the first is in upper case, the
// last in lower case, and those between are as the line came.
func appendShout(out, line []byte, n, times int) []byte {
	switch n {
	case 0:
		return appendMapped(out, line, unicode.ToUpper)
	case times - 1:
		return appendMapped(out, line, unicode.ToLower)
	default:
		return append(out, line...)
	}
}

// appendMapped appends line with each character mapped. Bytes that are not UTF-8
// stay what they are, unlike with bytes.Map.
func appendMapped(out, line []byte, mapping func(rune) rune) []byte {
	for len(line) > 0 {
		r, n := utf8.DecodeRune(line)
		if r == utf8.RuneError && n == 1 {
			out = append(out, line[0])
		} else {
			out = utf8.AppendRune(out, mapping(r))
		}
		line = line[n:]
	}
	return out
}
