package timewire

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var now = time.Date(2026, 11, 26, 22, 40, 23, 400_000_000, time.UTC)

func TestParse(t *testing.T) {
	date := func(s string) time.Time {
		at, err := time.Parse("2006-01-02 15:04:05.999", s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	const noDate, noZone = 1, 2
	tests := []struct {
		text    string
		want    string
		lacking int
	}{
		{"22:40:23", "0000-01-01 22:40:23", noDate | noZone},
		{" 22:40:23\r", "0000-01-01 22:40:23", noDate | noZone},
		{"22:40:23.25", "0000-01-01 22:40:23.25", noDate | noZone},
		{"22:40", "0000-01-01 22:40:00", noDate | noZone},
		{"10:40:23 PM", "0000-01-01 22:40:23", noDate | noZone},
		{"22:40:23 UTC", "0000-01-01 22:40:23", noDate},
		{"22:40:23 CET", "0000-01-01 22:40:23", noDate | noZone},
		{"22:40:23Z", "0000-01-01 22:40:23", noDate},
		{"2026-11-26T22:40:23Z", "2026-11-26 22:40:23", 0},
		{"2026-11-26T23:40:23+01:00", "2026-11-26 22:40:23", 0},
		{"2026-11-26 22:40:23", "2026-11-26 22:40:23", noZone},
		{"2026-11-26 23:40:23 +0100", "2026-11-26 22:40:23", 0},
		{"2026-11-26 23:40:23 CET", "2026-11-26 23:40:23", noZone},
		{"Thursday, November 26, 2026 23:40:23 +0100", "2026-11-26 22:40:23", 0},
		{"Thursday, November 26, 2026 22:40:23-UTC", "2026-11-26 22:40:23", 0},
		{"Thursday, November 26, 2026 14:40:23-PST", "2026-11-26 14:40:23", noZone},
		{"26 NOV 26 22:40:23 PST", "2026-11-26 22:40:23", noZone},
		{"Thu Nov 26 22:40:23 2026", "2026-11-26 22:40:23", noZone},
		{"Thu Nov  6 22:40:23 2026", "2026-11-06 22:40:23", noZone},
		{"26 NOV 2026 22:40:23 UTC", "2026-11-26 22:40:23", 0},
		{"Thu Nov 26 22:40:23 UTC 2026", "2026-11-26 22:40:23", 0},
		{"Thu, 26 Nov 2026 22:40:23 GMT", "2026-11-26 22:40:23", 0},
		{"61370 26-11-26 22:40:23 00 0 0 123.4 UTC(NIST) *", "2026-11-26 22:40:23", 0},
		{"1795732823", "2026-11-26 22:40:23", 0},
		{"1795732823.25", "2026-11-26 22:40:23.25", 0},
		{"", "", 0},
		{"hello", "", 0},
		{"25:00:00", "", 0},
		{"0000-01-01T00:00:00Z", "", 0},
		{"123456789012345678901234567890", "", 0},
		{"1795732823.x", "", 0},
	}
	for _, tt := range tests {
		got, err := Parse(tt.text)
		if tt.want == "" {
			if !errors.Is(err, ErrNoTime) {
				t.Errorf("%q: %v, %v", tt.text, got, err)
			}
			continue
		}
		want := Reading{date(tt.want), tt.lacking&noDate == 0, tt.lacking&noZone == 0}
		got.Time = got.Time.UTC()
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v\n%s", tt.text, err, diff)
		}
	}
}

func TestNear(t *testing.T) {
	berlin := time.FixedZone("", 3600)
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Skip("needs the time zone database: ", err)
	}
	summer := time.Date(2026, 7, 1, 2, 0, 0, 0, time.UTC) // 22:00 of the day before in New York
	tests := []struct {
		text    string
		near    time.Time
		loc     *time.Location
		want    string
		guessed bool
	}{
		{"22:40:23", now, nil, "2026-11-26T22:40:23Z", true},
		{"23:40:23", now, nil, "2026-11-26T22:40:23Z", true},
		{"17:40:25", now, nil, "2026-11-26T22:40:25Z", true},
		{"04:25:20", now, nil, "2026-11-26T22:40:20Z", true}, // Kathmandu
		{"00:00:05 UTC", now.Add(80 * time.Minute), nil, "2026-11-27T00:00:05Z", false},
		{"23:59:59 UTC", time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC), nil, "2026-11-26T23:59:59Z", false},
		{"23:40:23", now, berlin, "2026-11-26T22:40:23Z", false},
		{"00:40:23", now, berlin, "2026-11-26T23:40:23Z", false}, // an hour ahead
		{"22:00:01", summer, newYork, "2026-07-01T02:00:01Z", false},
		{"2026-11-26 23:40:23", now, nil, "2026-11-26T22:40:23Z", true},
		{"2026-11-26 23:40:23", now, berlin, "2026-11-26T22:40:23Z", false},
		{"2026-11-29 23:40:23", now, nil, "2026-11-29T23:40:23Z", true},
		{"2026-11-29T23:40:23Z", now, berlin, "2026-11-29T23:40:23Z", false},
	}
	for _, tt := range tests {
		r, err := Parse(tt.text)
		if err != nil {
			t.Fatal(err)
		}
		got, guessed := r.Near(tt.near, tt.loc)
		if s := got.UTC().Format(time.RFC3339); s != tt.want || guessed != tt.guessed {
			t.Errorf("%q: %s, %v, want %s", tt.text, s, guessed, tt.want)
		}
	}
}

// TestGuess shows the time of a server in any zone and finds it again.
func TestGuess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "at"), 0)
		zone := time.FixedZone("", 900*rapid.IntRange(-47, 48).Draw(t, "quarters"))
		off := time.Duration(rapid.Int64Range(-449, 449).Draw(t, "off")) * time.Second
		form := rapid.SampledFrom([]string{"15:04:05", time.DateTime}).Draw(t, "form")
		r, err := Parse(at.Add(off).In(zone).Format(form))
		if err != nil {
			t.Fatal(err)
		}
		got, guessed := r.Near(at, nil)
		if !got.Equal(at.Add(off)) || !guessed {
			t.Errorf("%v, want %v", got.Sub(at), off)
		}
		if shown := got.Format("15:04:05"); shown != at.Add(off).In(zone).Format("15:04:05") {
			t.Errorf("the time is shown as %s", shown)
		}
	})
}

func TestSeconds(t *testing.T) {
	if _, err := Seconds([]byte{1, 2, 3}, now); err == nil {
		t.Error("three bytes are no error")
	}
	if _, err := Seconds(make([]byte, 4), now); !errors.Is(err, ErrUnset) {
		t.Errorf("%v, want ErrUnset", err)
	}
	got, err := Seconds([]byte{0x83, 0xaa, 0x7e, 0x80}, time.Unix(1000, 0)) // the RFC's example: 1 January 1970
	if err != nil || got.Unix() != 0 {
		t.Errorf("%v, %v", got, err)
	}
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.Int64Range(-1<<33, 1<<34).Draw(t, "at")
		near := at + rapid.Int64Range(-1<<31+1, 1<<31-1).Draw(t, "off")
		b := AppendSeconds(nil, time.Unix(at, 0))
		got, err := Seconds(b, time.Unix(near, 0))
		if errors.Is(err, ErrUnset) && (at-epoch)%(1<<32) == 0 {
			return
		}
		if err != nil || got.Unix() != at {
			t.Errorf("%d, %v, want %d", got.Unix(), err, at)
		}
	})
}
