package clean

// The formatting codes of IRC clients.
const (
	bold          = '\x02'
	color         = '\x03' // then one or two digits, a comma, one or two digits
	hexColor      = '\x04' // then six hexadecimal digits, a comma, six of them
	reset         = '\x0F'
	monospace     = '\x11'
	reverse       = '\x16'
	italic        = '\x1D'
	strikethrough = '\x1E'
	underline     = '\x1F'
)

// formatting returns the length of the formatting code that s begins with, or 0.
func formatting(s string) int {
	switch s[0] {
	case bold, reset, monospace, reverse, italic, strikethrough, underline:
		return 1
	case color:
		return 1 + numbers(s[1:], 1, 2, isDigit)
	case hexColor:
		return 1 + numbers(s[1:], 6, 6, isHex)
	}
	return 0
}

// numbers returns the length of one number, or two with a comma in between, of
// low to high digits each.
func numbers(s string, low, high int, digit func(byte) bool) int {
	count := func(s string) int {
		n := 0
		for n < min(len(s), high) && digit(s[n]) {
			n++
		}
		if n < low {
			return 0
		}
		return n
	}
	n := count(s)
	if n == 0 || n == len(s) || s[n] != ',' {
		return n
	}
	if m := count(s[n+1:]); m > 0 {
		return n + 1 + m
	}
	return n
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isHex(c byte) bool { return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' }
