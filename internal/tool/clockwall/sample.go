package clockwall

import (
	"math"
	"time"
)

// A Sample is what is known about a server's clock at a moment.
type Sample struct {
	At          time.Time      // this machine's clock
	Offset      time.Duration  // the server's clock is that much ahead of it
	Uncertainty time.Duration  // the offset may be that much less or more
	RTT         time.Duration  // the way to the server and back
	Zone        *time.Location // in which the server tells the time
	Guessed     bool           // the zone has been guessed
}

// Time returns the time of the server when this machine's clock shows now.
func (s Sample) Time(now time.Time) time.Time { return now.Round(0).Add(s.Offset).In(s.Zone) }

// Exceeds reports whether the offset is more than most, however wrong the
// measurement may be.
func (s Sample) Exceeds(most time.Duration) bool { return s.Offset.Abs()-s.Uncertainty > most }

// bounds are the least and the greatest offset that one answer leaves possible.
type bounds struct {
	least, greatest time.Duration
	rtt             time.Duration
	at              time.Time
	zone            *time.Location
	guessed         bool
}

// secondsBounds returns what an answer says that was asked for at asked, came at
// came, and tells a full second: the server's clock had reached that second and
// not yet the next.
func secondsBounds(told, asked, came time.Time) bounds {
	return bounds{
		least:    told.Sub(came),
		greatest: told.Add(time.Second).Sub(asked),
		rtt:      came.Sub(asked),
		at:       came,
		zone:     told.Location(),
	}
}

func (b bounds) sample() Sample {
	half := (b.greatest - b.least) / 2
	return Sample{At: b.at, Offset: b.least + half, Uncertainty: half, RTT: b.rtt, Zone: b.zone, Guessed: b.guessed}
}

// An estimator makes samples of one server's answers, each with the help of those
// before. The zero value is ready.
type estimator struct {
	last   bounds
	recent []time.Duration // of lines: the least offsets
}

// wander is how much clocks may drift apart, as a share of the time. Real ones
// stay below a tenth of that.
const wander = 500e-6

// narrow adds an answer of a protocol that tells full seconds. Bounds that are
// asked for at other fractions of a second differ, and the offset is within all of
// them: a few answers tell it to milliseconds. Where they exclude one another a
// clock has been set, and only the last counts.
func (e *estimator) narrow(b bounds) Sample {
	if !e.last.at.IsZero() {
		slack := time.Duration(wander * float64(b.at.Sub(e.last.at).Abs()))
		least, greatest := max(b.least, e.last.least-slack), min(b.greatest, e.last.greatest+slack)
		if least <= greatest {
			b.least, b.greatest = least, greatest
		}
	}
	e.last = b
	return b.sample()
}

// window is how many lines count.
const window = 8

// line adds a line, sent when the server's clock reached told and come at came. A
// line may have been held up, and early ones are not expected, so the best of the
// last is the one that makes the server's clock the most ahead. (A server with
// thousands of clients may begin early, and then seems ahead by that.)
func (e *estimator) line(told, came time.Time, rtt time.Duration) Sample {
	least := told.Sub(came)
	if n := len(e.recent); n > 0 && (least-e.recent[n-1]).Abs() > time.Second {
		e.recent = e.recent[:0] // a clock has been set
	}
	e.recent = append(e.recent, least)
	if len(e.recent) > window {
		e.recent = e.recent[1:]
	}
	for _, other := range e.recent {
		least = max(least, other)
	}
	return bounds{least: least, greatest: least + rtt, rtt: rtt, at: came, zone: told.Location()}.sample()
}

// delay returns how long after now the next question is to be asked, d or up to a
// second more: so that it reaches the server when its clock, as far as is known,
// turns to the next second. Each answer then halves the uncertainty.
func (e *estimator) delay(now time.Time, d time.Duration) time.Duration {
	if e.last.at.IsZero() {
		return d
	}
	middle := e.last.sample()
	arrives := now.Round(0).Add(d + e.last.rtt/2 + middle.Offset)
	return d + arrives.Truncate(time.Second).Add(time.Second).Sub(arrives)
}

// A drift is found from a server's latest samples.
type drift struct {
	samples []Sample // at most mostSamples
}

const (
	mostSamples = 128
	sharp       = 50 * time.Millisecond // the uncertainty of samples that are used
	leastSpan   = time.Minute
)

func (d *drift) add(s Sample) {
	if n := len(d.samples); n > 0 && (s.Offset-d.samples[n-1].Offset).Abs() > time.Second {
		d.samples = nil // a clock has been set
	}
	if s.Uncertainty > sharp {
		return
	}
	if len(d.samples) == mostSamples {
		d.samples = append(d.samples[:0], d.samples[1:]...)
	}
	d.samples = append(d.samples, s)
}

// rate returns by how much the server's clock goes faster, in millionths, if that
// can be told yet: the slope of the line through the offsets that has the least
// squares.
func (d *drift) rate() (ppm float64, ok bool) {
	n := len(d.samples)
	if n < 5 || d.samples[n-1].At.Sub(d.samples[0].At) < leastSpan {
		return 0, false
	}
	var sx, sy, sxx, sxy, syy float64
	for _, s := range d.samples {
		x, y := s.At.Sub(d.samples[0].At).Seconds(), (s.Offset - d.samples[0].Offset).Seconds()
		sx, sy, sxx, sxy, syy = sx+x, sy+y, sxx+x*x, sxy+x*y, syy+y*y
	}
	m := float64(n)
	spread := sxx - sx*sx/m
	slope := (sxy - sx*sy/m) / spread
	rest := max(0, syy-sy*sy/m-slope*slope*spread) // what the line leaves unexplained
	deviation := math.Sqrt(rest / (m - 2) / spread)
	return slope * 1e6, deviation*1e6 < 10
}
