package timewire

import (
	"encoding/binary"
	"testing"
	"time"
)

// FuzzText has any text read, and the moment that it means found.
func FuzzText(f *testing.F) {
	for _, text := range []string{
		"22:40:23", "10:40 PM", "2026-11-26T23:40:23+01:00", "Thursday, November 26, 2026 14:40:23-PST",
		"Thu Nov  6 22:40:23 2026", "61370 26-11-26 22:40:23 00 0 0 123.4 UTC(NIST) *", "1795732823.25", "\x1b[2J",
	} {
		f.Add(text, int64(3600))
	}
	f.Fuzz(func(t *testing.T, text string, ahead int64) {
		r, err := Parse(text)
		if err != nil {
			if r != (Reading{}) {
				t.Errorf("%v with an error", r)
			}
			return
		}
		if len(text) > MaxText {
			t.Errorf("%d bytes were read", len(text))
		}
		loc := time.FixedZone("", int(ahead%(14*3600)))
		for _, loc := range []*time.Location{nil, loc} {
			at, guessed := r.Near(now, loc)
			if guessed != (loc == nil && !r.Zone) {
				t.Errorf("guessed %v", guessed)
			}
			if !r.Date && at.Sub(now).Abs() > 12*time.Hour {
				t.Errorf("a time of day became %v", at)
			}
			if at.Minute()%15 != r.Time.Minute()%15 && (guessed || r.Zone) || at.Second() != r.Time.Second() {
				t.Errorf("%v became %v", r.Time, at)
			}
		}
	})
}

// FuzzNTP has any packet read as an answer.
func FuzzNTP(f *testing.F) {
	request := AppendNTPRequest(nil, 1)
	f.Add(reply(request, now, now), uint64(1))
	f.Add(request, uint64(1))
	f.Fuzz(func(t *testing.T, b []byte, nonce uint64) {
		r, err := ParseNTP(b, nonce, now)
		if err != nil {
			return
		}
		if binary.BigEndian.Uint64(b[24:]) != nonce || r.Stratum < 1 || r.Stratum > 15 || r.RootDelay < 0 || r.RootDispersion < 0 {
			t.Errorf("%+v", r)
		}
		if r.Sent.Before(r.Received) || r.Sent.Sub(now).Abs() > 69*365*24*time.Hour {
			t.Errorf("received %v, sent %v", r.Received, r.Sent)
		}
	})
}

// FuzzSeconds has any bytes read as an answer of the Time Protocol.
func FuzzSeconds(f *testing.F) {
	f.Add([]byte{0x83, 0xaa, 0x7e, 0x80})
	f.Fuzz(func(t *testing.T, b []byte) {
		at, err := Seconds(b, now)
		if err == nil && at.Sub(now).Abs() > 69*365*24*time.Hour {
			t.Errorf("%v", at)
		}
	})
}
