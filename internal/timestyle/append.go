package timestyle

import (
	"strconv"
	"time"
)

// append appends the field for the time t.
func (f *field) append(dst []byte, t time.Time) []byte {
	switch f.verb {
	case 0:
		return f.appendText(dst, f.text)
	case '%':
		return f.appendText(dst, "%")
	case 'n':
		return f.appendText(dst, "\n")
	case 't':
		return f.appendText(dst, "\t")
	case 'a', 'A', 'b', 'B', 'h', 'p', 'P', 'Z':
		return f.appendName(dst, t)
	case 'c', 'D', 'F', 'r', 'R', 'T', 'x', 'X':
		return f.appendComposed(dst, t)
	case 'N':
		return f.appendNanoseconds(dst, t.Nanosecond())
	case 'z':
		return f.appendOffset(dst, t)
	default:
		return f.appendNumber(dst, f.number(t))
	}
}

// appendName appends the names of days, months, halves of a day and time zones.
func (f *field) appendName(dst []byte, t time.Time) []byte {
	upper, lower, name := f.upper, false, ""
	switch f.verb {
	case 'a':
		upper, name = upper || f.swap, t.Weekday().String()[:3]
	case 'A':
		upper, name = upper || f.swap, t.Weekday().String()
	case 'b', 'h':
		upper, name = upper || f.swap, t.Month().String()[:3]
	case 'B':
		upper, name = upper || f.swap, t.Month().String()
	case 'p', 'P':
		lower, name = f.swap || f.verb == 'P', "AM"
		if t.Hour() >= 12 {
			name = "PM"
		}
	case 'Z':
		lower = f.swap
		name, _ = t.Zone()
	}
	start := len(dst)
	dst = f.fill(dst, len(name))
	dst = append(dst, name...)
	switch {
	case lower:
		mapCase(dst[start:], 'A', 'Z')
	case upper:
		mapCase(dst[start:], 'a', 'z')
	}
	return dst
}

// mapCase changes the case of the letters from first to last.
func mapCase(text []byte, first, last byte) {
	for i, c := range text {
		if first <= c && c <= last {
			text[i] = c ^ 0x20
		}
	}
}

// appendComposed appends several directives and pads them as one.
func (f *field) appendComposed(dst []byte, t time.Time) []byte {
	var buf [64]byte
	text := buf[:0]
	for i := range f.parts {
		text = f.parts[i].append(text, t)
	}
	return append(f.fill(dst, len(text)), text...)
}

// appendNanoseconds appends as many digits of the fraction as the field is wide.
// Without flag, zeros at the end stay; a flag says what takes their place.
func (f *field) appendNanoseconds(dst []byte, n int) []byte {
	width := f.width
	if width <= 0 {
		width = 9
	}
	digits := 9
	for width < digits || digits > 1 && n%10 == 0 {
		digits--
		n /= 10
	}
	text := strconv.Itoa(n)
	for range digits - len(text) {
		dst = append(dst, '0')
	}
	dst = append(dst, text...)
	tail := byte('0')
	switch f.pad {
	case '-':
		return dst
	case '_':
		tail = ' '
	}
	for range width - digits {
		dst = append(dst, tail)
	}
	return dst
}

// appendText appends the text that stands in a format.
func (f *field) appendText(dst []byte, text string) []byte {
	dst = f.fill(dst, len(text))
	start := len(dst)
	dst = append(dst, text...)
	if f.upper {
		mapCase(dst[start:], 'a', 'z')
	}
	return dst
}

// fill pads before n bytes of text.
func (f *field) fill(dst []byte, n int) []byte {
	if f.pad == '-' {
		return dst
	}
	c := byte(' ')
	if f.pad == '0' || f.pad == '+' {
		c = '0'
	}
	for range f.width - n {
		dst = append(dst, c)
	}
	return dst
}
