package clock

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// run lets a clock tick for length, and returns the seconds told and how late each
// was. The clock differs from the bubble's by what off returns.
func run(length time.Duration, off func(elapsed time.Duration) time.Duration) (told []string, late []time.Duration) {
	start := time.Now()
	now := func() time.Time { return time.Now().Add(off(time.Since(start))) }
	ctx, cancel := context.WithTimeout(context.Background(), length)
	defer cancel()
	ticks(ctx, now, noLead, func(second time.Time) {
		told = append(told, second.UTC().Format(time.TimeOnly))
		late = append(late, now().Sub(second))
	})
	return told, late
}

func TestTicks(t *testing.T) {
	tests := []struct {
		name string
		off  func(time.Duration) time.Duration
		want []string
	}{
		{
			"steady", func(time.Duration) time.Duration { return 300 * time.Millisecond },
			[]string{"00:00:01", "00:00:02", "00:00:03", "00:00:04", "00:00:05"},
		},
		{
			"set forward by a minute", after(2500*time.Millisecond, time.Minute),
			[]string{"00:00:01", "00:00:02", "00:01:03", "00:01:04", "00:01:05"},
		},
		{
			"set back by a minute", after(2500*time.Millisecond, -time.Minute),
			[]string{"00:00:01", "00:00:02", "23:59:04", "23:59:05"},
		},
		{
			"set back within the second", after(2600*time.Millisecond, -500*time.Millisecond),
			[]string{"00:00:01", "00:00:02", "00:00:03", "00:00:04"},
		},
		{
			"corrected by a bit just after the second", after(2001*time.Millisecond, -50*time.Millisecond),
			[]string{"00:00:01", "00:00:02", "00:00:03", "00:00:04", "00:00:05"},
		},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			told, late := run(5200*time.Millisecond, tt.off)
			if diff := cmp.Diff(tt.want, told); diff != "" {
				t.Errorf("%s: %s", tt.name, diff)
			}
			for i, d := range late {
				if d < 0 || d >= time.Second {
					t.Errorf("%s: %s came %v after it", tt.name, told[i], d)
				}
			}
		})
	}
}

func noLead() time.Duration { return 0 }

// TestTicksAhead has the ticks come early by more and less: each second is told
// once, and as much early as was said last, also where the clock is corrected by a
// bit just then.
func TestTicksAhead(t *testing.T) {
	tests := []struct {
		name string
		off  func(time.Duration) time.Duration
		want []string
	}{
		{
			"steady", func(time.Duration) time.Duration { return 300 * time.Millisecond },
			[]string{"00:00:01 -0s", "00:00:02 -40ms", "00:00:03 -80ms", "00:00:04 -100ms", "00:00:05 -0s"},
		},
		{
			"corrected by a bit while it leads", after(2930*time.Millisecond, -90*time.Millisecond),
			[]string{"00:00:01 -0s", "00:00:02 -40ms", "00:00:03 -80ms", "00:00:04 -100ms", "00:00:05 -0s"},
		},
		{
			"set back by a minute while it leads", after(2930*time.Millisecond, -time.Minute),
			[]string{"00:00:01 -0s", "00:00:02 -40ms", "00:00:03 -80ms", "23:59:04 -100ms", "23:59:05 -0s"},
		},
		{
			"set forward by a minute while it leads", after(2930*time.Millisecond, time.Minute),
			[]string{"00:00:01 -0s", "00:00:02 -40ms", "00:00:03 -80ms", "00:01:04 -100ms", "00:01:05 -0s"},
		},
	}
	leads := []time.Duration{0, 40 * time.Millisecond, 80 * time.Millisecond, mostLead, 0}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			now := func() time.Time { return time.Now().Add(tt.off(time.Since(start))) }
			ctx, cancel := context.WithTimeout(t.Context(), 5500*time.Millisecond)
			defer cancel()
			var told []string
			lead := func() time.Duration { return leads[len(told)%len(leads)] }
			ticks(ctx, now, lead, func(second time.Time) {
				told = append(told, second.UTC().Format(time.TimeOnly)+" -"+second.Sub(now()).Round(time.Millisecond).String())
			})
			if diff := cmp.Diff(tt.want, told[:min(5, len(told))]); diff != "" {
				t.Errorf("%s: %s", tt.name, diff)
			}
		})
	}
}

// TestSweep has sweeps of several lengths, and looks at the lead after each.
func TestSweep(t *testing.T) {
	const ms = time.Millisecond
	var s sweep
	var got []time.Duration
	for _, took := range []time.Duration{60 * ms, 80 * ms, 900 * ms, 70 * ms, 900 * ms, 800 * ms, 9 * ms, 0, 0} {
		s.note(took)
		got = append(got, s.lead())
	}
	want := []time.Duration{0, 30 * ms, 40 * ms, 35 * ms, 35 * ms, mostLead, 0, 0, 0}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// after is a clock that is set by d once a time has passed.
func after(when, d time.Duration) func(time.Duration) time.Duration {
	return func(elapsed time.Duration) time.Duration {
		if elapsed < when {
			return 0
		}
		return d
	}
}

// TestTicksDontDrift lets a clock that goes faster or slower tick for ten minutes: each
// second is told once, when it begins.
func TestTicksDontDrift(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ppm := rapid.Int64Range(-500, 500).Draw(rt, "ppm")
		synctest.Test(t, func(t *testing.T) {
			told, late := run(10*time.Minute, func(elapsed time.Duration) time.Duration {
				return time.Duration(int64(elapsed/1e6) * ppm)
			})
			if n := len(told); n < 599 || n > 601 {
				t.Errorf("%d ticks in ten minutes", n)
			}
			for i, d := range late {
				if d < 0 || d > time.Millisecond {
					t.Fatalf("tick %d is %v late", i, d)
				}
			}
		})
	})
}

// TestTicksAfterSleep has the machine asleep for a while: what was missed is not
// told later.
func TestTicksAfterSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var told []string
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		ticks(ctx, time.Now, noLead, func(second time.Time) {
			told = append(told, second.Sub(start).String())
			if len(told) == 2 {
				time.Sleep(4500 * time.Millisecond)
			}
		})
		if diff := cmp.Diff([]string{"1s", "2s", "6s", "7s", "8s", "9s", "10s"}[:6], told[:6]); diff != "" {
			t.Error(diff)
		}
	})
}
