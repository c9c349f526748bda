package timestyle

import "strings"

// A field is one directive of a format, or the text between two of them.
type field struct {
	verb   byte   // the letter; 0 for text
	text   string // what a field without verb prints
	pad    byte   // the last of the flags _-+0, or 0
	width  int    // -1: none was given
	upper  bool   // flag ^
	swap   bool   // flag #
	alt    byte   // E or O, or 0
	colons int    // before z
	parts  []field
}

// maxWidth bounds the width of a field. A larger one, which no terminal could
// show, is cut to it instead of filling the memory.
const maxWidth = 1 << 16

// compile reads a format. There are no errors: as in GNU date, what is not a
// directive stands for itself.
func compile(format string) []field {
	var fields []field
	for format != "" {
		n := strings.IndexByte(format, '%')
		if n < 0 {
			n = len(format)
		}
		if n > 0 {
			fields = append(fields, field{text: format[:n], width: -1})
			format = format[n:]
			continue
		}
		var f field
		f, format = directive(format)
		fields = append(fields, f)
	}
	return fields
}

// directive reads the directive that format begins with and returns the rest.
func directive(format string) (f field, rest string) {
	f.width = -1
	at := f.modifiers(format)
	if at == len(format) || format[at] == '%' && at > 1 {
		return f.asText(format[:at]), format[at:]
	}
	verb := format[at]
	if verb == ':' {
		f.colons = len(format[at:]) - len(strings.TrimLeft(format[at:], ":"))
		end := at + f.colons
		switch {
		case end == len(format) || format[end] != 'z':
			return f.asText(format[:at+1]), format[at+1:]
		case f.colons > 3:
			return f.asText(format[:end+1]), format[end+1:]
		}
		f.verb = 'z'
		return f, format[end+1:]
	}
	rest = format[at+1:]
	if !allows(verb, f.alt) {
		return f.asText(format[:at+1]), rest
	}
	f.verb = verb
	f.compose()
	return f, rest
}

// compose compiles what a directive that stands for several others means in the
// C locale. Its flags hold for the year in D and F as well, and the width of F is
// that of the year, as far as it leaves any.
func (f *field) compose() {
	switch f.verb {
	case 'c':
		f.parts = compile("%a %b %e %H:%M:%S %EY")
	case 'r':
		f.parts = compile("%I:%M:%S %p")
	case 'R':
		f.parts = compile("%H:%M")
	case 'T', 'X':
		f.parts = compile("%H:%M:%S")
	case 'x':
		f.parts = compile("%m/%d/%Ey")
	case 'D':
		f.parts = compile("%m/%d/%y")
		f.parts[len(f.parts)-1].pad = f.pad
	case 'F':
		f.parts = compile("%Y-%m-%d")
		year := &f.parts[0]
		year.width = max(f.width-6, 0)
		if f.pad == 0 && f.width < 0 {
			f.pad, year.width = '+', 4
		}
		year.pad = f.pad
	}
	for i := range f.parts {
		f.parts[i].upper = f.upper
	}
}

// modifiers reads what stands between the % and the letter, and returns where
// the letter is.
func (f *field) modifiers(format string) int {
	at := 1
	for ; at < len(format) && strings.IndexByte("_-+0^#", format[at]) >= 0; at++ {
		switch format[at] {
		case '^':
			f.upper = true
		case '#':
			f.swap = true
		default:
			f.pad = format[at]
		}
	}
	for ; at < len(format) && '0' <= format[at] && format[at] <= '9'; at++ {
		f.width = min(max(f.width, 0)*10+int(format[at]-'0'), maxWidth)
	}
	if at < len(format) && (format[at] == 'E' || format[at] == 'O') {
		f.alt = format[at]
		at++
	}
	return at
}

// asText makes f print text, with the padding and case that were asked for.
func (f field) asText(text string) field {
	f.verb, f.text = 0, text
	return f
}

// allows reports whether verb is a directive and may follow the modifier alt.
func allows(verb, alt byte) bool {
	switch alt {
	case 0:
		return strings.IndexByte("%aAbBcCdDeFgGhHIjklmMnNpPqrRsStTuUVwWxXyYzZ", verb) >= 0
	case 'E':
		return strings.IndexByte("cCnpPqrRstTuxXyYzZ", verb) >= 0
	default:
		return strings.IndexByte("bBCdeghGHIjklmMnNpPqrRsStTuUVwWyzZ", verb) >= 0
	}
}
