package timestyle

import (
	"testing"
	"time"
)

func TestLocation(t *testing.T) {
	winter, summer := time.Unix(1770091506, 0), time.Unix(1785000000, 0)
	tests := []struct {
		tz             string
		winter, summer string
	}{
		{"", "UTC +0000", "UTC +0000"},
		{"UTC0", "UTC +0000", "UTC +0000"},
		{"Europe/Berlin", "CET +0100", "CEST +0200"},
		{":Europe/Berlin", "CET +0100", "CEST +0200"},
		{"XYZ-2:30", "XYZ +0230", "XYZ +0230"},
		{"<+0330>-3:30", "+0330 +0330", "+0330 +0330"},
		{"AAA-1BBB,M3.5.0,M10.5.0/3", "AAA +0100", "BBB +0200"},
		{"AAA3BBB,M10.3.0/0,M2.3.0/0", "BBB -0200", "AAA -0300"},
		{"nonsense", "nonsense +0000", "nonsense +0000"},
		{"?", " +0000", " +0000"},
		{"/no/such/file", "UTC +0000", "UTC +0000"},
	}
	for _, tt := range tests {
		loc := Location(func(name string) (string, bool) { return tt.tz, name == "TZ" })
		for at, want := range map[time.Time]string{winter: tt.winter, summer: tt.summer} {
			name, _ := at.In(loc).Zone()
			if got := name + at.In(loc).Format(" -0700"); got != want {
				t.Errorf("TZ=%q: %v is %q, want %q", tt.tz, at.UTC(), got, want)
			}
		}
	}
	if got := Location(func(string) (string, bool) { return "", false }); got != time.Local {
		t.Errorf("not set: %v", got)
	}
}

func FuzzLocation(f *testing.F) {
	for _, tz := range zones {
		f.Add(tz)
	}
	style := Style{compile("%c %Z %::z %s")}
	f.Fuzz(func(t *testing.T, tz string) {
		loc := Location(func(string) (string, bool) { return tz, true })
		if _, err := style.Append(nil, instant, 0, loc); err != nil {
			t.Error(err)
		}
	})
}
