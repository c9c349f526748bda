package countdown

import (
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	tests := []struct {
		text  string
		after time.Duration // from 14:30:00
		err   string
	}{
		{"10", 10 * time.Second, ""},
		{"0", 0, ""},
		{"1.5", 1500 * time.Millisecond, ""},
		{"90s", 90 * time.Second, ""},
		{"1h30m", 90 * time.Minute, ""},
		{"15:04", 34 * time.Minute, ""},
		{"15:04:05", 34*time.Minute + 5*time.Second, ""},
		{"14:30", 24 * time.Hour, ""}, // now is not next
		{"14:29", 24*time.Hour - time.Minute, ""},
		{"00:00", 9*time.Hour + 30*time.Minute, ""},
		{"", 0, "invalid time"},
		{"soon", 0, "invalid time"},
		{"5 m", 0, "invalid time"},
		{"inf", 0, "invalid time"},
		{"NaN", 0, "invalid time"},
		{"-5m", 0, "passed already"},
		{"99999999999999", 0, "invalid time"},
		{"25:00", 0, "invalid time of day"},
		{"12:60", 0, "invalid time of day"},
		{"noon:", 0, "invalid time of day"},
	}
	now := time.Date(2026, 5, 31, 14, 30, 0, 0, time.UTC)
	for _, tt := range tests {
		target, err := Parse(tt.text)
		if tt.err != "" {
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("Parse(%q) = %v, want %q", tt.text, err, tt.err)
			}
			continue
		}
		if err != nil {
			t.Errorf("Parse(%q): %v", tt.text, err)
		} else if got := target.Deadline(now).Sub(now); got != tt.after {
			t.Errorf("Parse(%q) is in %v, want %v", tt.text, got, tt.after)
		}
	}
}

// A time of day is that time on the clock, also over the change to summer time.
func TestTimeOfDayOverSummerTime(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err)
	}
	now := time.Date(2026, 3, 28, 20, 0, 0, 0, berlin)
	target, err := Parse("08:00")
	if err != nil {
		t.Fatal(err)
	}
	deadline := target.Deadline(now)
	if deadline.Hour() != 8 || deadline.Sub(now) != 11*time.Hour {
		t.Errorf("08:00 is %v, in %v", deadline, deadline.Sub(now))
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"10", "1h30m", "15:04", "23:59:59", "-1", "1e9", "9223372036s"} {
		f.Add(s)
	}
	now := time.Date(2026, 12, 31, 23, 59, 30, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		target, err := Parse(text)
		if err != nil {
			if err.Error() == "" || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %q", err)
			}
			return
		}
		if d := target.Deadline(now); d.Before(now) || target.daily && d.Sub(now) > 24*time.Hour {
			t.Errorf("%q is at %v", text, d)
		}
	})
}
