package timewire

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// MaxText is the longest text, in bytes, that [Parse] looks at.
const MaxText = 256

// ErrNoTime is the error of a text in which no time was recognised.
var ErrNoTime = errors.New("no time that is understood")

// A Reading is a time as a text tells it, which may be less than a moment: the
// date or the zone can be missing.
type Reading struct {
	// Time has what the text says. Without a zone it is as if in UTC; without a
	// date, in the year 0.
	Time time.Time
	// Date and Zone say whether the text has them. An abbreviation other than UTC,
	// GMT and Z is no zone: IST is three of them.
	Date, Zone bool
}

// A layout is a form of text, and what it tells.
type layout struct {
	form       string
	date, zone bool
}

// layouts are tried in this order. A fraction of a second may follow the seconds
// of any.
var layouts = []layout{
	{"15:04:05", false, false},
	{time.RFC3339, true, true},
	{time.DateTime, true, false},
	{"2006-01-02 15:04:05 MST", true, true},
	{"2006-01-02 15:04:05 -0700", true, true},
	{"2006-01-02T15:04:05", true, false},
	{"2006-01-02T15:04:05-0700", true, true},
	{Daytime, true, true},
	{"Monday, January 2, 2006 15:04:05-MST", true, true}, // RFC 867
	{"2 Jan 06 15:04:05 MST", true, true},                // its other example, after SMTP
	{"Mon Jan _2 15:04:05 2006", true, false},            // inetd
	{"2 Jan 2006 15:04:05 MST", true, true},              // xinetd
	{time.UnixDate, true, true},
	{time.RFC1123, true, true},
	{time.RFC1123Z, true, true},
	{time.RFC850, true, true},
	{"15:04:05 MST", false, true},
	{"15:04:05 -0700", false, true},
	{"15:04:05Z07:00", false, true},
	{"3:04:05 PM", false, false},
	{"3:04:05 PM MST", false, true},
	{"15:04", false, false},
	{"3:04 PM", false, false},
}

// Parse reads a time in one of the forms that clock and daytime servers use.
// Space around it and more than one space between words don't matter. The error
// is [ErrNoTime].
func Parse(text string) (Reading, error) {
	if len(text) > MaxText {
		return Reading{}, ErrNoTime
	}
	text = strings.Join(strings.Fields(text), " ")
	if r, ok := parseNIST(text); ok {
		return r, nil
	}
	if r, ok := parseUnix(text); ok {
		return r, nil
	}
	for _, l := range layouts {
		t, err := time.ParseInLocation(l.form, text, time.UTC)
		if err != nil {
			continue
		}
		r := Reading{Time: t, Date: l.date, Zone: l.zone}
		// An abbreviation that isn't known gives a zone of that name at offset 0.
		if name, offset := t.Zone(); r.Zone && offset == 0 && name != "UTC" && name != "GMT" && name != "" {
			r.Zone = false
			r.Time = asUTC(t)
		}
		if r.Date && (t.Year() < 1 || t.Year() > 9999) {
			return Reading{}, ErrNoTime
		}
		return r, nil
	}
	return Reading{}, ErrNoTime
}

// asUTC returns what a clock shows at t as a time in UTC.
func asUTC(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// parseNIST reads a line of the time servers of the United States' institute of
// standards: the Julian day, the date, the time of day in UTC, and other fields.
//
//	61370 26-11-26 22:40:23 00 0 0 123.4 UTC(NIST) *
func parseNIST(text string) (Reading, bool) {
	f := strings.Fields(text)
	if len(f) < 8 || !strings.HasPrefix(f[7], "UTC(") {
		return Reading{}, false
	}
	t, err := time.Parse("06-01-02 15:04:05", f[1]+" "+f[2])
	return Reading{Time: t, Date: true, Zone: true}, err == nil
}

// parseUnix reads seconds since 1970, with or without a fraction: what date +%s
// prints.
func parseUnix(text string) (Reading, bool) {
	whole, fraction, _ := strings.Cut(text, ".")
	if len(whole) < 9 || len(whole) > 11 || len(fraction) > 9 {
		return Reading{}, false
	}
	sec, err := strconv.ParseUint(whole, 10, 63)
	if err != nil {
		return Reading{}, false
	}
	nsec := uint64(0)
	if fraction != "" {
		if nsec, err = strconv.ParseUint((fraction + "000000000")[:9], 10, 63); err != nil {
			return Reading{}, false
		}
	}
	return Reading{Time: time.Unix(int64(sec), int64(nsec)).UTC(), Date: true, Zone: true}, true
}
