package clockwall

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"baton/internal/endpoint"
	"baton/internal/timewire"
	"baton/task"
)

// Options say what to watch and how.
type Options struct {
	Servers   []Server
	Once      bool          // end when each server has answered or failed
	Interval  time.Duration // between questions to servers that are asked
	Patience  time.Duration // how long to wait for a connection, an answer or the next line
	MaxOffset time.Duration // if Judge: a clock that is off by more is an error
	Judge     bool
	JSON      bool
}

const (
	firstRetry = 500 * time.Millisecond
	lastRetry  = 30 * time.Second
)

// A backoff says how long to wait after each failure that follows another: twice
// as long, less up to a half by chance, so that what failed together doesn't come
// back together.
type backoff struct{ last time.Duration }

func (b *backoff) next() time.Duration {
	b.last = min(max(firstRetry, 2*b.last), lastRetry)
	return b.last - rand.N(b.last/2)
}

// kissPause is how long a server of NTP isn't asked that was asked too often.
const kissPause = time.Minute

// afterFailure returns how long to wait after a failure, or 0 for ever: a server of
// NTP that says so is not to be asked again.
func afterFailure(err error, retry *backoff) time.Duration {
	wait := retry.next()
	kiss, ok := errors.AsType[*timewire.KissError](err)
	switch {
	case !ok:
		return wait
	case kiss.Code == "DENY" || kiss.Code == "RSTR":
		return 0
	}
	return max(wait, kissPause)
}

// An Event is an answer of a server, or why there is none.
type Event struct {
	Sample *Sample
	Err    error
	Retry  time.Duration // after an error: how long until the next try, 0 for none
}

// watch calls note for each sample of s and each failure: with o.Once for the first
// of these, or else until ctx ends, whose cause it returns.
func watch(ctx context.Context, s Server, o Options, note func(Event)) error {
	var retry backoff
	var e estimator
	for {
		sampled := func(sample Sample) bool {
			retry = backoff{}
			note(Event{Sample: &sample})
			return !o.Once
		}
		var err error
		wait := o.Interval
		if s.Protocol == "lines" {
			err = follow(ctx, s, o.Patience, &e, sampled)
		} else if err = question(ctx, s, o.Patience, &e, sampled); err == nil && s.Protocol != "ntp" {
			wait = e.delay(time.Now(), o.Interval)
		}
		switch {
		case ctx.Err() != nil:
			return task.Cause(ctx)
		case err != nil && o.Once:
			note(Event{Err: err})
		case err != nil:
			wait = afterFailure(err, &retry)
			note(Event{Err: err, Retry: wait})
			if wait == 0 {
				<-ctx.Done()
				return task.Cause(ctx)
			}
		}
		if o.Once {
			return nil
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return task.Cause(ctx)
		}
	}
}

// question asks s once.
func question(ctx context.Context, s Server, patience time.Duration, e *estimator, sampled func(Sample) bool) error {
	b, err := asks[s.Protocol](ctx, s, patience)
	switch {
	case err != nil:
		return err
	case s.Protocol == "ntp": // tells more than full seconds
		sampled(b.sample())
	default:
		sampled(e.narrow(b))
	}
	return nil
}

// follow reads the lines of s until the connection ends, which is an error, or
// sampled returns false.
func follow(ctx context.Context, s Server, patience time.Duration, e *estimator, sampled func(Sample) bool) error {
	l, err := dial(ctx, s, patience)
	if err != nil {
		return err
	}
	defer l.Close()
	lines := endpoint.NewLines(l.Conn, endpoint.LineOptions{Max: timewire.MaxText, Idle: patience, Line: patience})
	defer lines.Close()
	return readLines(lines, l.rtt(), s.Zone, e, sampled)
}

// readLines makes samples of lines. Only one whose time differs from that before
// it was sent when a clock turned: the first, which some servers send at once,
// says nothing, and with a format of minutes most don't.
func readLines(lines *endpoint.Lines, rtt time.Duration, zone *time.Location, e *estimator, sampled func(Sample) bool) error {
	var before time.Time
	for first := true; ; first = false {
		line, err := lines.Next()
		came := time.Now()
		switch {
		case err == io.EOF:
			return errors.New("the server has hung up")
		case errors.Is(err, endpoint.ErrIdle):
			return errors.New("no line for too long")
		case err != nil:
			return err
		}
		r, err := timewire.Parse(string(line))
		if err != nil {
			return fmt.Errorf("%w: %q", err, line)
		}
		turned := !first && !r.Time.Equal(before)
		before = r.Time
		if !turned || lines.Buffered() { // or it has waited here
			continue
		}
		told, guessed := r.Near(came, zone)
		sample := e.line(told, came, rtt)
		sample.Guessed = guessed
		if !sampled(sample) {
			return nil
		}
	}
}
