package clockwall

import (
	"testing"
	"time"

	"baton/internal/timewire"
	"pgregory.net/rapid"
)

var start = time.Date(2026, 11, 26, 22, 40, 23, 400_000_000, time.UTC)

// TestNarrow asks a server that tells full seconds, as watch does: the true offset
// is never outside the bounds, and ten answers tell it to a few milliseconds.
func TestNarrow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		offset := time.Duration(rapid.Int64Range(-1e13, 1e13).Draw(t, "offset"))
		ppm := rapid.Int64Range(-200, 200).Draw(t, "ppm")
		var e estimator
		now := start
		for i := range 10 {
			there := time.Duration(rapid.Int64Range(1e5, 2e6).Draw(t, "there"))
			back := time.Duration(rapid.Int64Range(1e5, 2e6).Draw(t, "back"))
			truth := offset + time.Duration(ppm)*now.Sub(start)/1e6
			told := now.Add(there + truth).Truncate(time.Second)
			came := now.Add(there + back)
			s := e.narrow(secondsBounds(told, now, came))
			if off := (truth - s.Offset).Abs(); off > s.Uncertainty {
				t.Fatalf("answer %d: off by %v, uncertainty %v", i, off, s.Uncertainty)
			}
			if i == 9 && s.Uncertainty > 20*time.Millisecond {
				t.Errorf("the uncertainty is %v", s.Uncertainty)
			}
			wait := e.delay(came, 5*time.Second)
			if wait < 5*time.Second || wait > 6*time.Second {
				t.Fatalf("wait %v", wait)
			}
			now = came.Add(wait)
		}
	})
}

// TestSet has a clock set: what was known of it is worth nothing.
func TestSet(t *testing.T) {
	var e estimator
	e.narrow(secondsBounds(start.Truncate(time.Second), start, start))
	at := start.Add(5 * time.Second)
	s := e.narrow(secondsBounds(at.Add(time.Hour).Truncate(time.Second), at, at))
	if !(s.Offset > 59*time.Minute) || s.Uncertainty != time.Second/2 {
		t.Errorf("%+v", s)
	}
	e = estimator{}
	e.line(start, start, 0)
	if s := e.line(start.Add(time.Hour), start.Add(time.Second), 0); s.Offset != time.Hour-time.Second {
		t.Errorf("%v", s.Offset)
	}
}

// TestLineEstimate has lines come late by chance.
func TestLineEstimate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		offset := time.Duration(rapid.Int64Range(-1e12, 1e12).Draw(t, "offset"))
		least := time.Hour
		var e estimator
		var s Sample
		for i := range window {
			late := time.Duration(rapid.Int64Range(0, 4e8).Draw(t, "late"))
			least = min(least, late)
			told := start.Add(time.Duration(i) * time.Second)
			s = e.line(told, told.Add(late-offset), 2*time.Millisecond)
		}
		if s.Offset != offset-least+time.Millisecond || s.Uncertainty != time.Millisecond {
			t.Errorf("offset %v ±%v, want %v", s.Offset, s.Uncertainty, offset-least+time.Millisecond)
		}
	})
}

// TestNTPBounds is the computation of RFC 5905, and keeps the truth in its bounds.
func TestNTPBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		offset := time.Duration(rapid.Int64Range(-1e12, 1e12).Draw(t, "offset"))
		there := time.Duration(rapid.Int64Range(0, 1e9).Draw(t, "there"))
		back := time.Duration(rapid.Int64Range(0, 1e9).Draw(t, "back"))
		held := time.Duration(rapid.Int64Range(0, 1e9).Draw(t, "held"))
		received := start.Add(there + offset)
		r := timewire.NTPReply{Received: received, Sent: received.Add(held), RootDispersion: time.Millisecond}
		s := ntpBounds(r, start, start.Add(there+held+back)).sample()
		if s.RTT != there+back || (s.Offset-offset).Abs() > s.Uncertainty {
			t.Errorf("%+v", s)
		}
	})
}

func TestDrift(t *testing.T) {
	var d drift
	for i := range 200 {
		x := time.Duration(i) * time.Second
		jitter := time.Duration(i%7-3) * 10 * time.Microsecond
		d.add(Sample{At: start.Add(x), Offset: x*40/1e6 + jitter})
		ppm, ok := d.rate()
		if i < 60 && ok {
			t.Errorf("%v after %v", ppm, x)
		}
		if i > 70 && (!ok || ppm < 39 || ppm > 41) {
			t.Errorf("%v, %v after %v", ppm, ok, x)
		}
	}
	d.add(Sample{At: start.Add(time.Hour), Offset: time.Hour})
	if ppm, ok := d.rate(); ok {
		t.Errorf("%v after the clock was set", ppm)
	}
}

func TestExceeds(t *testing.T) {
	for _, tt := range []struct {
		offset, uncertainty time.Duration
		want                bool
	}{{100, 0, false}, {101, 0, true}, {-101, 0, true}, {150, 50, false}, {-151, 50, true}} {
		if got := (Sample{Offset: tt.offset, Uncertainty: tt.uncertainty}).Exceeds(100); got != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}

func TestBackoff(t *testing.T) {
	var b backoff
	want := firstRetry
	for range 20 {
		if got := b.next(); got > want || got <= want/2 {
			t.Errorf("%v, want up to %v", got, want)
		}
		want = min(2*want, lastRetry)
	}
}
