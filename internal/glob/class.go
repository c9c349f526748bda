package glob

import (
	"strings"
	"unicode"
)

// classOf returns a character class that every locale has, or nil: for the C locale
// and, beyond ASCII, for Unicode as the C library sorts it: only the ten digits are
// digits and all others are letters, letters in title case are of both cases, and
// a blank that no line may be broken at is no blank.
func classOf(name string) func(rune) bool {
	switch name {
	case "alnum":
		return func(c rune) bool { return isAlpha(c) || isDigit(c) }
	case "alpha":
		return isAlpha
	case "blank":
		return func(c rune) bool { return c == '\t' || unicode.Is(unicode.Zs, c) && isSpace(c) }
	case "cntrl":
		return isControl
	case "digit":
		return isDigit
	case "graph":
		return func(c rune) bool { return isPrint(c) && !isSpace(c) }
	case "lower":
		return func(c rune) bool { return unicode.In(c, unicode.Ll, unicode.Lt, unicode.Other_Lowercase) }
	case "print":
		return isPrint
	case "punct":
		return func(c rune) bool { return isPrint(c) && !isSpace(c) && !isAlpha(c) && !isDigit(c) }
	case "space":
		return isSpace
	case "upper":
		return func(c rune) bool { return unicode.In(c, unicode.Lu, unicode.Lt, unicode.Other_Uppercase) }
	case "xdigit":
		return func(c rune) bool { return c < 0x80 && strings.ContainsRune("0123456789abcdefABCDEF", c) }
	}
	return nil
}

func isDigit(c rune) bool { return '0' <= c && c <= '9' }

func isAlpha(c rune) bool {
	return unicode.In(c, unicode.L, unicode.Nl, unicode.Nd, unicode.Other_Alphabetic) && !isDigit(c)
}

func isSpace(c rune) bool {
	switch c {
	case 0x85, 0xa0, 0x2007, 0x202f:
		return false
	}
	return unicode.IsSpace(c)
}

func isControl(c rune) bool { return unicode.IsControl(c) || c == 0x2028 || c == 0x2029 }

func isPrint(c rune) bool {
	return !isControl(c) && (unicode.IsGraphic(c) || unicode.In(c, unicode.Cf, unicode.Co))
}
