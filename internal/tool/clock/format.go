package clock

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"baton/internal/timestyle"
	"baton/internal/timewire"
)

// A Protocol is what clients are told, and when.
type Protocol string

// The protocols.
const (
	Lines   Protocol = "lines"   // a line at each full second, for as long as the client likes
	Daytime Protocol = "daytime" // one line, RFC 867
	Time    Protocol = "time"    // four bytes, RFC 868
)

// Protocols lists the protocols.
var Protocols = []string{string(Lines), string(Daytime), string(Time)}

// maxLine is how long a line may be, in bytes.
const maxLine = 256

// A Format writes a time as a protocol wants it. It is made by [NewFormat] and
// may be used concurrently.
type Format struct {
	zone     *time.Location
	layout   string          // of package time
	style    timestyle.Style // in place of layout, if strftime is set
	strftime bool
	binary   bool // RFC 868
	end      string
}

// NewFormat returns the format of a protocol in a zone. The text is a layout of
// package time or, if it has a percent sign, a format as for date and strftime; an
// empty text is the protocol's own format.
func NewFormat(p Protocol, text string, zone *time.Location) (*Format, error) {
	f := &Format{zone: zone, layout: text, end: "\n"}
	switch p {
	case Lines:
		if text == "" {
			f.layout = time.TimeOnly
		}
	case Daytime:
		f.end = "\r\n"
		if text == "" {
			f.layout = timewire.Daytime
		}
	case Time:
		if text != "" {
			return nil, errors.New("the time protocol has one format")
		}
		f.binary = true
		return f, nil
	default:
		return nil, fmt.Errorf("no protocol %q", p)
	}
	if f.strftime = strings.Contains(text, "%"); f.strftime {
		var err error
		if f.style, err = timestyle.Parse("+" + text); err != nil {
			return nil, err
		}
	}
	return f, f.check()
}

// check looks at what f makes of a moment, and of one that differs in all that a
// clock shows.
func (f *Format) check() error {
	one := string(f.Append(nil, time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)))
	other := string(f.Append(nil, time.Date(2002, 3, 5, 18, 7, 9, 0, time.UTC)))
	switch {
	case one == other:
		return errors.New("no time is in that format")
	case len(one) > maxLine || len(other) > maxLine:
		return fmt.Errorf("longer than %d bytes", maxLine)
	case strings.ContainsAny(strings.TrimSuffix(one, f.end), "\r\n"):
		return errors.New("more than one line")
	}
	return nil
}

// Append appends t, with the end of the line that the protocol has.
func (f *Format) Append(dst []byte, t time.Time) []byte {
	switch {
	case f.binary:
		return timewire.AppendSeconds(dst, t)
	case f.strftime:
		// No error: the years of a clock are in range.
		dst, _ = f.style.Append(dst, t.Unix(), int64(t.Nanosecond()), f.zone)
	default:
		dst = t.In(f.zone).AppendFormat(dst, f.layout)
	}
	return append(dst, f.end...)
}
