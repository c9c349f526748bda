package clock

import (
	"strings"
	"testing"
	"time"
)

func TestFormat(t *testing.T) {
	zone := time.FixedZone("CET", 3600)
	at := time.Date(2026, 11, 26, 22, 40, 23, 0, time.UTC)
	for _, tt := range []struct {
		protocol   Protocol
		text, want string
	}{
		{Lines, "", "23:40:23\n"},
		{Lines, "Jan 2 3:04:05 PM", "Nov 26 11:40:23 PM\n"},
		{Lines, "%A %H:%M:%S %Z", "Thursday 23:40:23 CET\n"},
		{Lines, "%s", "1795732823\n"},
		{Daytime, "", "Thursday, November 26, 2026 23:40:23 +0100\r\n"},
		{Daytime, "%F %T", "2026-11-26 23:40:23\r\n"},
		{Time, "", "\xee\xb3\x33\xd7"},
	} {
		f, err := NewFormat(tt.protocol, tt.text, zone)
		if err != nil {
			t.Errorf("%s %q: %v", tt.protocol, tt.text, err)
			continue
		}
		if got := string(f.Append(nil, at)); got != tt.want {
			t.Errorf("%s %q: %q, want %q", tt.protocol, tt.text, got, tt.want)
		}
	}
	for _, tt := range []struct {
		protocol   Protocol
		text, want string
	}{
		{Lines, "hello", "no time"},
		{Lines, "100%%", "no time"},
		{Lines, "15:04\n05", "more than one line"},
		{Lines, "%T%n", "more than one line"},
		{Lines, "%999T", "longer"},
		{Time, "%s", "one format"},
		{"sundial", "", "no protocol"},
	} {
		if _, err := NewFormat(tt.protocol, tt.text, zone); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s %q: %v, want %q", tt.protocol, tt.text, err, tt.want)
		}
	}
}
