package timestyle

import (
	"encoding/binary"
	"os"
	"strings"
	"time"
)

// Location returns the time zone that the variable TZ asks for: the system's own
// when it is not set, UTC when it is empty, else the one of that name in the time
// zone database, the one in the file of that absolute name, or the one that a
// rule such as CET-1CEST,M3.5.0,M10.5.0/3 describes. What is none of these is
// UTC under another name, as in the C library. The function lookup reads a
// variable, as [os.LookupEnv] does.
//
// [time.Local] knows the same except for rules.
func Location(lookup func(string) (string, bool)) *time.Location {
	tz, set := lookup("TZ")
	if !set {
		return time.Local
	}
	tz = strings.TrimPrefix(tz, ":")
	if strings.HasPrefix(tz, "/") {
		if data, err := os.ReadFile(tz); err == nil {
			if loc, err := time.LoadLocationFromTZData(tz, data); err == nil {
				return loc
			}
		}
		return time.UTC
	}
	if loc, err := time.LoadLocation(tz); err == nil {
		return loc
	}
	return fromRule(tz)
}

// fromRule returns the time zone that a POSIX rule describes. The time package
// reads such rules where they follow the last change in a time zone file, so
// this writes a file without any changes.
func fromRule(rule string) *time.Location {
	letters := len(rule) - len(strings.TrimLeft(rule, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"))
	name := rule[:letters]
	if letters < 3 {
		name = "" // as the C library names what it cannot read
	}
	// The file format, RFC 8536: the same header twice, each with its block of
	// data, then the rule. In the header count the names' bytes and the kinds of
	// local time, here one that is UTC.
	header := append([]byte("TZif2"), make([]byte, 15)...)
	for _, count := range []int{0, 0, 0, 0, 1, len(name) + 1} {
		header = binary.BigEndian.AppendUint32(header, uint32(count))
	}
	block := append(make([]byte, 6), name+"\x00"...)
	data := append(append(header, block...), append(header, block...)...)
	data = append(data, "\n"+rule+"\n"...)
	loc, err := time.LoadLocationFromTZData(rule, data)
	if err != nil {
		return time.UTC
	}
	return loc
}
