package timestyle

import (
	"testing"
	"time"
)

func TestDirectives(t *testing.T) {
	tests := []struct{ format, want string }{
		{"%Y %m %d %e %j %q", "2026 02 03  3 034 1"},
		{"%H %k %I %l %M %S %p %P", "04  4 04  4 05 06 AM am"},
		{"%a %A %b %B %h", "Tue Tuesday Feb February Feb"},
		{"%C %y %G %g %V %U %W %u %w", "20 26 2026 26 06 05 05 2 2"},
		{"%s %N %z %:z %::z %:::z %Z", "1770091506 070809000 +0000 +00:00 +00:00:00 +00 UTC"},
		{"%c|%x|%X|%r", "Tue Feb  3 04:05:06 2026|02/03/26|04:05:06|04:05:06 AM"},
		{"%D|%F|%R|%T", "02/03/26|2026-02-03|04:05|04:05:06"},
		{"%n%t%%", "\n\t%"},

		{"%-m %_m %0e %-e %-j %-N", "2 \u00202 03 3 34 070809"},
		{"%5m|%_5m|%-5m|%05e|%5e", "00002| \u0020  2|2|00003| \u0020  3"},
		{"%3N|%6N|%12N|%_N|%0N", "070|070809|070809000000|070809   |070809000"},
		{"%^a %#a %^B %#p %^P %#Z %^c", "TUE TUE FEBRUARY am am utc TUE FEB  3 04:05:06 2026"},
		{"%8a|%08a|%-8a|%12F|%4n", "     Tue|00000Tue|Tue|002026-02-03|   \n"},
		{"%+6Y|%+Y|%_6Y|%_8z|%08:z", "+02026|2026|  2026|      +0|+0000:00"},
		{"%Ey|%EY|%Od|%5Od|%EC", "26|2026|03|   03|20"},

		{"%", "%"},
		{"%5", "   %5"},
		{"%Q|%Ed|%OY|%:q|%::::z|%E%d|%4%d", "%Q|%Ed|%OY|%:q|%::::z|%E03|  %403"},
		{"%!é%", "%!é%"},
		{"%10Q|%^f!", "      %10Q|%^F!"},
	}
	for _, tt := range tests {
		if got := format(t, Style{compile(tt.format)}); got != tt.want {
			t.Errorf("%q:\n got %q\nwant %q", tt.format, got, tt.want)
		}
	}
}

func TestNoFraction(t *testing.T) {
	got, err := Style{compile("%N|%-N|%_3N|%5N")}.Append(nil, instant, 0, time.UTC)
	if want := "000000000|0|0  |00000"; err != nil || string(got) != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

func TestYears(t *testing.T) {
	tests := []struct {
		year         int
		format, want string
	}{
		{33, "%Y|%F|%C|%y|%EY|%c", "0033|0033-02-03|00|33|33|Thu Feb  3 00:00:00 33"},
		{-1, "%Y|%C|%y|%EY|%EC|%Ey|%x", "-001|-0|01|-1|-1|99|02/03/99"},
		{-317, "%Y|%C|%y|%EC|%Ey|%OC|%G|%g|%D", "-317|-3|17|-4|83|-3|-317|17|02/03/17"},
		{12345, "%Y|%F|%+Y|%C|%y", "12345|+12345-02-03|+12345|123|45"},
	}
	for _, tt := range tests {
		at := time.Date(tt.year, 2, 3, 0, 0, 0, 0, time.UTC)
		got, err := Style{compile(tt.format)}.Append(nil, at.Unix(), 0, time.UTC)
		if err != nil || string(got) != tt.want {
			t.Errorf("year %d, %q:\n got %q, %v\nwant %q", tt.year, tt.format, got, err, tt.want)
		}
	}
}

func TestOffsets(t *testing.T) {
	const all = "%z|%:z|%::z|%:::z|%_z|%-z|%_8:z"
	tests := []struct {
		offset int
		want   string
	}{
		{19800, "+0530|+05:30|+05:30:00|+05:30| +530|+530|   +5:30"},
		{-12600, "-0330|-03:30|-03:30:00|-03:30| -330|-330|   -3:30"},
		{3600, "+0100|+01:00|+01:00:00|+01| +100|+100|   +1:00"},
		{-75, "-0001|-00:01|-00:01:15|-00:01:15|   -1|-1|   -0:01"},
	}
	for _, tt := range tests {
		loc := time.FixedZone("X", tt.offset)
		got, err := Style{compile(all)}.Append(nil, 0, 0, loc)
		if err != nil || string(got) != tt.want {
			t.Errorf("%d: got %q, %v\nwant %q", tt.offset, got, err, tt.want)
		}
	}
}

func TestWidthIsBounded(t *testing.T) {
	got := format(t, Style{compile("%99999999999999999999d")})
	if len(got) != maxWidth {
		t.Errorf("%d bytes", len(got))
	}
}

func FuzzFormat(f *testing.F) {
	f.Add("%^-5:::z%Ec%", int64(instant), int64(1))
	f.Add("%+20F%_3N%#p%OG", int64(-1)<<63, int64(999999999))
	loc := fromRule("CET-1CEST,M3.5.0,M10.5.0/3")
	f.Fuzz(func(t *testing.T, format string, sec, nsec int64) {
		if nsec %= 1e9; nsec < 0 {
			nsec = -nsec
		}
		fields := compile(format)
		total := 0
		for _, field := range fields {
			total += max(field.width, 0)
		}
		if total > 10*maxWidth {
			return
		}
		got, err := Style{fields}.Append([]byte("x"), sec, nsec, loc)
		if err == nil && len(got) > 1+total+100*len(format) {
			t.Errorf("%q: %d bytes", format, len(got))
		}
		if got[0] != 'x' {
			t.Errorf("%q: lost what was there", format)
		}
	})
}
