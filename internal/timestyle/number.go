package timestyle

import (
	"strings"
	"time"
)

// A number is the value of a directive that prints one.
type number struct {
	value    int64 // without sign
	negative bool
	plus     bool  // with a sign in any case
	digits   int   // the least width
	blank    bool  // padded with blanks unless a flag says otherwise
	limit    int64 // of the years that need no sign; 0 for what is no year
	colons   uint  // bit i: a colon stands before the digit that i digits follow
}

// number returns the number for the time t.
func (f *field) number(t time.Time) number {
	switch f.verb {
	case 'd':
		return number{value: int64(t.Day()), digits: 2}
	case 'e':
		return number{value: int64(t.Day()), digits: 2, blank: true}
	case 'H':
		return number{value: int64(t.Hour()), digits: 2}
	case 'k':
		return number{value: int64(t.Hour()), digits: 2, blank: true}
	case 'I':
		return number{value: int64((t.Hour()+11)%12 + 1), digits: 2}
	case 'l':
		return number{value: int64((t.Hour()+11)%12 + 1), digits: 2, blank: true}
	case 'j':
		return number{value: int64(t.YearDay()), digits: 3}
	case 'm':
		return number{value: int64(t.Month()), digits: 2}
	case 'M':
		return number{value: int64(t.Minute()), digits: 2}
	case 'S':
		return number{value: int64(t.Second()), digits: 2}
	case 'q':
		return number{value: int64(t.Month()+2) / 3, digits: 1}
	case 's':
		return number{value: abs(t.Unix()), negative: t.Unix() < 0, digits: 1}
	}
	if n, ok := f.week(t); ok {
		return n
	}
	return f.year(t)
}

// week returns the numbers of days in the week and of weeks in the year.
func (f *field) week(t time.Time) (n number, ok bool) {
	weekday, yearDay := int(t.Weekday()), t.YearDay()-1
	switch f.verb {
	case 'u':
		n = number{value: int64((weekday+6)%7 + 1), digits: 1}
	case 'w':
		n = number{value: int64(weekday), digits: 1}
	case 'U':
		n = number{value: int64((yearDay - weekday + 7) / 7), digits: 2}
	case 'W':
		n = number{value: int64((yearDay - (weekday+6)%7 + 7) / 7), digits: 2}
	case 'V':
		_, week := t.ISOWeek()
		n = number{value: int64(week), digits: 2}
	default:
		return number{}, false
	}
	return n, true
}

// year returns the numbers of years and centuries.
func (f *field) year(t time.Time) number {
	year := int64(t.Year())
	if f.verb == 'g' || f.verb == 'G' {
		iso, _ := t.ISOWeek()
		year = int64(iso)
	}
	n := number{negative: year < 0, digits: 2, limit: 99}
	switch f.verb {
	case 'Y', 'G':
		n.value, n.digits, n.limit = abs(year), 4, 9999
	case 'C':
		n.value = abs(year / 100)
	default: // y and g
		n.value, n.negative = abs(year%100), false
	}
	if f.byLibrary(n) {
		n.limit = 0
		switch {
		case f.verb != 'y' && f.verb != 'g':
			n.digits = 1
		case year < 0:
			n.value = (100 - n.value) % 100
		}
		if f.verb == 'C' && year%100 < 0 {
			n.value++
		}
	}
	return n
}

// byLibrary reports whether n is printed as the C library would: that is what
// GNU date leaves the modifiers E and O to. Flags and width then pad the text
// rather than the number; years are not padded to four digits, and those before
// the year 0 are divided by 100 rounding down.
func (f *field) byLibrary(n number) bool {
	return f.alt == 'E' && strings.IndexByte("CyY", f.verb) >= 0 || f.alt == 'O' && !n.negative && f.verb != 's'
}

// abs returns the magnitude of n, which is not the least number there is.
func abs(n int64) int64 { return max(n, -n) }

// appendNumber appends n with the sign and the padding that belong to it.
func (f *field) appendNumber(dst []byte, n number) []byte {
	if f.alt != 0 && f.byLibrary(n) {
		var buf [24]byte
		plain := field{verb: f.verb, width: -1}
		text := plain.appendNumber(buf[:0], n)
		return append(f.fill(dst, len(text)), text...)
	}
	pad, width := f.pad, f.width
	if width < 0 {
		width = n.digits
	}
	if pad == 0 && n.blank {
		pad = '_'
	}
	if n.limit != 0 && pad == '+' {
		n.plus = n.value > n.limit || n.digits < f.width
	}
	var buf [24]byte
	digits := n.text(buf[:])
	size := len(digits)
	if n.negative || n.plus {
		size++
	}
	if pad == '-' {
		width = 0
	}
	if pad == '_' {
		dst = repeat(dst, ' ', width-size)
	}
	switch {
	case n.negative:
		dst = append(dst, '-')
	case n.plus:
		dst = append(dst, '+')
	}
	if pad != '_' {
		dst = repeat(dst, '0', width-size)
	}
	return append(dst, digits...)
}

// text writes the digits and colons of n at the end of buf.
func (n number) text(buf []byte) []byte {
	at := len(buf)
	value, colons := n.value, n.colons
	for first := true; first || value != 0 || colons != 0; first = false {
		if colons&1 != 0 {
			at--
			buf[at] = ':'
		}
		colons >>= 1
		at--
		buf[at] = byte('0' + value%10)
		value /= 10
	}
	return buf[at:]
}

// repeat appends n times c.
func repeat(dst []byte, c byte, n int) []byte {
	for range n {
		dst = append(dst, c)
	}
	return dst
}

// appendOffset appends the distance from UTC, in hours, minutes and seconds as
// far as the colons before the directive ask for them.
func (f *field) appendOffset(dst []byte, t time.Time) []byte {
	name, offset := t.Zone()
	n := number{plus: true, negative: offset < 0 || offset == 0 && strings.HasPrefix(name, "-")}
	seconds := abs(int64(offset))
	h, m, s := seconds/3600, seconds/60%60, seconds%60
	colons := f.colons
	if colons == 3 && s == 0 {
		colons = 1
		if m == 0 {
			colons = -1
		}
	}
	switch colons {
	case -1:
		n.value, n.digits = h, 3
	case 0:
		n.value, n.digits = h*100+m, 5
	case 1:
		n.value, n.digits, n.colons = h*100+m, 6, 1<<2
	default:
		n.value, n.digits, n.colons = h*10000+m*100+s, 9, 1<<2|1<<4
	}
	return f.appendNumber(dst, n)
}
