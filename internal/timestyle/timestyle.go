// Package timestyle prints times as GNU du --time does: in one of its named
// styles or in a format like that of GNU date.
//
// The rules are those of the sections "du invocation" and "date invocation" in
// the GNU coreutils manual, in the C locale. The nearest relative in the standard
// library, [time.Time.Format], has neither strftime's directives nor GNU's flags
// and field widths. Start with [Parse] or [FromEnv], which give a [Style].
package timestyle

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Style is a way to print a time. The zero value prints nothing; [Default] is
// what du uses unless told otherwise. Several goroutines may use one Style.
type Style struct {
	fields []field
}

// Default returns the style long-iso.
func Default() Style { return Style{compile("%Y-%m-%d %H:%M")} }

var named = []struct{ name, format string }{
	{"full-iso", "%Y-%m-%d %H:%M:%S.%N %z"},
	{"long-iso", "%Y-%m-%d %H:%M"},
	{"iso", "%Y-%m-%d"},
}

// An Error is a style that does not exist, or an abbreviation of several.
type Error struct {
	Arg       string
	Ambiguous bool
}

func (e *Error) Error() string {
	problem := "invalid"
	if e.Ambiguous {
		problem = "ambiguous"
	}
	return fmt.Sprintf("%s argument '%s' for 'time style'", problem, e.Arg)
}

// Parse reads the argument of du --time-style: the name of a style, which may
// be shortened, or a plus sign and a format. The error is an [*Error].
func Parse(s string) (Style, error) {
	if format, ok := strings.CutPrefix(s, "+"); ok {
		return Style{compile(format)}, nil
	}
	var found []string
	for _, style := range named {
		if strings.HasPrefix(style.name, s) {
			found = append(found, style.format)
		}
	}
	if len(found) != 1 {
		return Style{}, &Error{Arg: s, Ambiguous: len(found) > 1}
	}
	return Style{compile(found[0])}, nil
}

// FromEnv returns the style that the variable TIME_STYLE asks for, and Default
// when it is not set. The function lookup reads a variable, as [os.LookupEnv]
// does.
//
// The variable is shared with ls, so what has a meaning there only is passed
// over: the style locale, the prefix posix-, and a second line of a format.
func FromEnv(lookup func(string) (string, bool)) (Style, error) {
	s, set := lookup("TIME_STYLE")
	switch {
	case !set || s == "locale":
		return Default(), nil
	case strings.HasPrefix(s, "+"):
		s, _, _ = strings.Cut(s, "\n")
	default:
		for strings.HasPrefix(s, "posix-") {
			s = s[len("posix-"):]
		}
	}
	return Parse(s)
}

// A RangeError is a time whose year does not fit into the 32 bits that the C
// library has for it.
type RangeError struct {
	Seconds int64 // since 1970
}

func (e *RangeError) Error() string { return fmt.Sprintf("time '%d' is out of range", e.Seconds) }

// Bounds of the years that C can count: 1900 and 32 bits with sign. The bounds
// in seconds are a day wider on either side, for the time zone.
const (
	minYear = 1900 - 1<<31
	maxYear = 1900 + 1<<31 - 1

	minSeconds = -67768040609740800 - 86400
	maxSeconds = 67768036191676799 + 86400
)

// Append appends the time that many seconds and nanoseconds after the start of
// 1970, as clocks in loc show it, and returns the result. The time may lie
// outside what [time.Time] can compare.
//
// When it lies outside what C can show, Append appends the seconds, which is
// what du prints then, and returns a [*RangeError], which du prints as well.
func (s Style) Append(dst []byte, sec, nsec int64, loc *time.Location) ([]byte, error) {
	var at time.Time
	inRange := minSeconds <= sec && sec <= maxSeconds
	if inRange {
		at = time.Unix(sec, nsec).In(loc)
		year := int64(at.Year())
		inRange = minYear <= year && year <= maxYear
	}
	if !inRange {
		return strconv.AppendInt(dst, sec, 10), &RangeError{sec}
	}
	for i := range s.fields {
		dst = s.fields[i].append(dst, at)
	}
	return dst, nil
}
