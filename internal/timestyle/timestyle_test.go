package timestyle

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// instant is 2026-02-03 04:05:06.070809 UTC, a Tuesday.
const instant, nanos = 1770091506, 70809000

// format prints instant in UTC.
func format(tb testing.TB, s Style) string {
	tb.Helper()
	text, err := s.Append(nil, instant, nanos, time.UTC)
	if err != nil {
		tb.Error(err)
	}
	return string(text)
}

func TestParse(t *testing.T) {
	tests := []struct{ style, want string }{
		{"full-iso", "2026-02-03 04:05:06.070809000 +0000"},
		{"long-iso", "2026-02-03 04:05"},
		{"iso", "2026-02-03"},
		{"f", "2026-02-03 04:05:06.070809000 +0000"},
		{"long", "2026-02-03 04:05"},
		{"i", "2026-02-03"},
		{"+", ""},
		{"+%Y\n%m", "2026\n02"},
		{"+at %s", "at 1770091506"},
	}
	for _, tt := range tests {
		s, err := Parse(tt.style)
		if err != nil {
			t.Error(err)
		}
		if got := format(t, s); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.style, got, tt.want)
		}
	}
	if got := format(t, Default()); got != "2026-02-03 04:05" {
		t.Errorf("default: %q", got)
	}
	if got := format(t, Style{}); got != "" {
		t.Errorf("zero: %q", got)
	}
}

func TestParseRefuses(t *testing.T) {
	want := map[string]string{
		"":          "ambiguous argument '' for 'time style'",
		"foo":       "invalid argument 'foo' for 'time style'",
		"ISO":       "invalid argument 'ISO' for 'time style'",
		"iso ":      "invalid argument 'iso ' for 'time style'",
		"locale":    "invalid argument 'locale' for 'time style'",
		"posix-iso": "invalid argument 'posix-iso' for 'time style'",
	}
	got := map[string]string{}
	for s := range want {
		_, err := Parse(s)
		var bad *Error
		if !errors.As(err, &bad) || bad.Arg != s || bad.Ambiguous != (s == "") {
			t.Errorf("%q: %#v", s, err)
			continue
		}
		got[s] = err.Error()
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

func TestFromEnv(t *testing.T) {
	const long = "2026-02-03 04:05"
	tests := []struct{ value, want, err string }{
		{"locale", long, ""},
		{"iso", "2026-02-03", ""},
		{"posix-iso", "2026-02-03", ""},
		{"posix-posix-iso", "2026-02-03", ""},
		{"posix-+%Y", "2026", ""},
		{"+%Y\n%m", "2026", ""},
		{"+\n", "", ""},
		{"posix-locale", "", "invalid argument 'locale' for 'time style'"},
		{"posix-", "", "ambiguous argument '' for 'time style'"},
		{"", "", "ambiguous argument '' for 'time style'"},
	}
	for _, tt := range tests {
		s, err := FromEnv(func(name string) (string, bool) { return tt.value, name == "TIME_STYLE" })
		if tt.err != "" {
			if err == nil || err.Error() != tt.err {
				t.Errorf("%q: %v, want %s", tt.value, err, tt.err)
			}
			continue
		}
		if got := format(t, s); err != nil || got != tt.want {
			t.Errorf("%q: %q, %v, want %q", tt.value, got, err, tt.want)
		}
	}
	s, err := FromEnv(func(string) (string, bool) { return "", false })
	if got := format(t, s); err != nil || got != long {
		t.Errorf("not set: %q, %v", got, err)
	}
}

func TestRange(t *testing.T) {
	east, west := time.FixedZone("", 3600), time.FixedZone("", -3600)
	tests := []struct {
		sec  int64
		loc  *time.Location
		want string // empty: out of range
	}{
		{math.MaxInt64, time.UTC, ""},
		{math.MinInt64, time.UTC, ""},
		{67768036191676799, time.UTC, "2147485547-12-31 23:59"},
		{67768036191676800, time.UTC, ""},
		{67768036191676800, west, "2147485547-12-31 23:00"},
		{67768036191676799, east, ""},
		{-67768040609740800, time.UTC, "-2147481748-01-01 00:00"},
		{-67768040609740801, time.UTC, ""},
		{-67768040609740801, east, "-2147481748-01-01 00:59"},
		{-67768040609740800, west, ""},
	}
	for _, tt := range tests {
		text, err := Default().Append([]byte("x"), tt.sec, 0, tt.loc)
		if tt.want != "" {
			if string(text) != "x"+tt.want || err != nil {
				t.Errorf("%d: %q, %v, want %q", tt.sec, text, err, tt.want)
			}
			continue
		}
		var bad *RangeError
		if !errors.As(err, &bad) || bad.Seconds != tt.sec {
			t.Errorf("%d: %v", tt.sec, err)
		}
		if want := "time '" + string(text[1:]) + "' is out of range"; err != nil && err.Error() != want {
			t.Errorf("%d: %q and %v", tt.sec, text, err)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	for _, style := range []string{"long-iso", "full-iso", "+%c"} {
		b.Run(style, func(b *testing.B) {
			s, err := Parse(style)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			var dst []byte
			for i := 0; b.Loop(); i++ {
				dst, _ = s.Append(dst[:0], instant+int64(i), nanos, time.UTC)
			}
		})
	}
}
