package timestyle

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"baton/internal/gnutest"
)

// zones are settings of TZ. The last ones are rules that no file describes.
var zones = []string{
	"UTC0", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo",
	"Africa/Monrovia", ":Asia/Tokyo", "/usr/share/zoneinfo/Asia/Tehran", "", "EST5EDT",
	"XST-2:30", "CET-1CEST,M3.5.0,M10.5.0/3", "<+0330>-3:30", "AAA3BBB,M10.3.0/0,M2.3.0/0", "nonsense", "??",
}

// randomFormat returns a format of up to four directives. It leaves out what
// releases of GNU date differ in or get wrong, %Oq, %O:z and the case of %#Eb, and %-N, where date alone asks the
// system for the resolution of its clock.
func randomFormat(rng *rand.Rand) string {
	pick := func(from string) string {
		i := rng.IntN(len(from))
		return from[i : i+1]
	}
	var b strings.Builder
	for range 1 + rng.IntN(4) {
		b.WriteString("%")
		for rng.IntN(3) == 0 {
			b.WriteString(pick("_-+0^#"))
		}
		if rng.IntN(4) == 0 {
			fmt.Fprint(&b, rng.IntN(16))
		}
		verbs := "%aAbBcCdDeFgGhHIjklmMnNpPqrRsStTuUVwWxXyYzZ"
		switch rng.IntN(10) {
		case 0:
			b.WriteString("E")
			verbs = strings.NewReplacer("b", "", "h", "").Replace(verbs)
		case 1:
			b.WriteString("O")
			verbs = strings.Replace(verbs, "q", "", 1)
		case 2:
			b.WriteString(strings.Repeat(":", 1+rng.IntN(4)))
			verbs = "zzzq"
		case 3:
			verbs = "fiJKLoQv!é5|" // no directives
		}
		b.WriteString(pick(verbs))
		if rng.IntN(3) == 0 {
			b.WriteString("|")
		}
	}
	b.WriteString("|") // so that no directive is left open
	return strings.ReplaceAll(b.String(), "%-N", "%_N")
}

// randomTime returns a time between the years -3000 and 13000 or near today.
func randomTime(rng *rand.Rand) int64 {
	if rng.IntN(2) == 0 {
		return rng.Int64N(1 << 31)
	}
	return rng.Int64N(504911232000) - 156843388800
}

// formatsPerTime is how many formats one process of date prints: 0x1f, which no
// format here has, stands between them.
const formatsPerTime = 40

func TestAgreesWithDate(t *testing.T) {
	t.Parallel()
	date := gnutest.Find(t, "date")
	if _, err := os.Stat("/usr/share/zoneinfo/Asia/Tehran"); err != nil {
		t.Skip("needs the system's time zones:", err)
	}
	rng := rand.New(rand.NewPCG(3, 4))
	for range 12 {
		for _, zone := range zones {
			sec, nsec := randomTime(rng), rng.Int64N(1_000_000_000)
			if strings.Contains(zone, ",") {
				sec = abs(sec) // before 1970 the C library applies no rule
			}
			for range rng.IntN(10) {
				nsec = nsec / 10 * 10
				if nsec%100 == 0 {
					nsec = nsec / 1000 * 1000
				}
			}
			var formats []string
			for range formatsPerTime {
				formats = append(formats, randomFormat(rng))
			}
			at := fmt.Sprintf("@%d.%09d", sec, nsec)
			if sec < 0 && nsec > 0 { // the sign is that of the whole number
				at = fmt.Sprintf("@-%d.%09d", -sec-1, 1_000_000_000-nsec)
			}
			out, msg := date.With("TZ="+zone).Run(t, "", "-d", at, "+"+strings.Join(formats, "\x1f"))
			want := strings.Split(strings.TrimSuffix(out, "\n"), "\x1f")
			if len(want) != len(formats) {
				t.Fatalf("TZ=%s date -d %s: %q, %s", zone, at, out, msg)
			}
			loc := Location(func(string) (string, bool) { return zone, true })
			for i, format := range formats {
				got, err := Style{compile(format)}.Append(nil, sec, nsec, loc)
				if err != nil || string(got) != want[i] {
					t.Errorf("TZ=%q date -d %s +%q: %q, %v; date says %q", zone, at, format, got, err, want[i])
				}
			}
			if t.Failed() {
				return
			}
		}
	}
}

// TestAgreesWithDu asks for what du alone does: reading styles, errors, times
// out of range, and a fraction with the flag that date treats specially.
func TestAgreesWithDu(t *testing.T) {
	t.Parallel()
	du := gnutest.Find(t, "du")
	file := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(file, time.Time{}, time.Unix(instant, nanos)); err != nil {
		t.Fatal(err)
	}
	check := func(from string, s Style, err error, out, msg string) {
		want := "0\t"
		if err == nil {
			want += format(t, s) + "\tf\n"
		}
		// The list of choices that follows differs from release to release.
		msg, _, _ = strings.Cut(msg, "\n")
		if err != nil && msg != "du: "+err.Error() || err == nil && out != want {
			t.Errorf("%s: %q, %v; du says %q, %s", from, want, err, out, msg)
		}
	}
	styles := []string{
		"full-iso", "long-iso", "iso", "full", "l", "i", "", "foo", "ISO", "locale", "posix-iso", "posix-posix-f",
		"posix-", "posix-locale", "posix-+%Y", "+", "+%Y\n%m", "+%-N|%_N|%-3N|%N", "+%Y\t%%%",
	}
	for _, style := range styles {
		out, msg := du.Run(t, filepath.Dir(file), "--time", "--time-style="+style, "f")
		s, err := Parse(style)
		check("--time-style="+style, s, err, out, msg)
		out, msg = du.With("TIME_STYLE="+style).Run(t, filepath.Dir(file), "--time", "f")
		s, err = FromEnv(func(name string) (string, bool) { return style, name == "TIME_STYLE" })
		check("TIME_STYLE="+style, s, err, out, msg)
	}
}
