package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"baton/internal/exit"
	"baton/internal/tool/clockwall"
	"baton/internal/ui"
)

func (a *app) clockwall() *command {
	var f clockwallFlags
	return &command{
		name:    "clockwall",
		args:    "NAME=SERVER…",
		group:   groupNet,
		short:   "show the clocks of other machines, and how far off they are",
		classic: []string{"ntpdate -q", "rdate -p"},
		examples: []example{
			{"baton clockwall NewYork=localhost:8010 London=localhost:8020", "clocks of baton clock"},
			{"baton clockwall NY=localhost:8010@America/New_York", "whose zone is known"},
			{"baton clockwall Pool=ntp://pool.ntp.org Web=https://example.org", "other protocols"},
			{"baton clockwall --once --max-offset 100ms Pool=ntp://pool.ntp.org", "is this machine's clock right?"},
			{"baton clockwall --json Here=localhost:8000 | jq .offset", "for programs"},
		},
		long: `
A SERVER is HOST:PORT of a clock's lines, or PROTOCOL://HOST, with a port where it
isn't the usual one:

  lines://       lines at full seconds, as of baton clock
  daytime://     RFC 867; daytime+udp:// by UDP
  time://        RFC 868; time+udp:// by UDP
  ntp://         NTP
  http://        the field Date of a web server's answers
  https://       the same, over TLS

OFFSET is how far the server's clock is ahead of this machine's, and ± by how much
that may be wrong. NTP tells it exactly. Lines are taken to be sent at the full
second: a server that sends them at another time seems up to a second behind, and
baton clock, when it has thousands of clients, up to 100 ms ahead. The others tell
full seconds only, so the first answer leaves half a second open; the next questions
are timed so that each halves that. RTT is how long a question and its answer were on
the way, and DRIFT by how many millionths the server's clock goes faster, once that
can be told.

Where lines tell no time zone, @ZONE behind the port does. Without it the zone is
guessed, and marked with a question mark: a clock that is off by more than seven
minutes looks as if it were in another zone.

A connection that fails is tried again after half a second, then ever more seldom.
Piped, each answer is a line with the name, the server's time, the offset, its
uncertainty, the round trip in seconds, and the drift; failures go to standard error.`,
		exits: []exitCode{
			{exit.OK, "with --once: all servers have answered"},
			{exit.Failed, "no server has answered, or a clock is off by more than --max-offset"},
			exitUsage,
			{exit.Partial, "with --once: some servers have not answered"},
			exitTimeout, exitInterrupted, exitTerminated,
		},
		json:  &f.options.JSON,
		flags: f.add,
		run:   f.run,
	}
}

// clockwallFlags are the flags of baton clockwall.
type clockwallFlags struct {
	options clockwall.Options
	timeout time.Duration
	set     *flags
}

func (f *clockwallFlags) add(set *flags) {
	f.set = set
	o := &f.options
	set.BoolVarP(&o.Once, "once", "1", false, "end when each server has answered or failed")
	set.DurationVar(&o.MaxOffset, "max-offset", 0, "fail as soon as a clock is off by more than `DURATION` for certain, such as 100ms")
	set.DurationVarP(&o.Interval, "interval", "i", 10*time.Second, "ask every `DURATION`, except where lines come by themselves")
	set.DurationVarP(&o.Patience, "wait", "w", 5*time.Second, "wait `DURATION` for a connection, an answer or the next line")
	set.DurationVar(&f.timeout, "timeout", 0, "stop after `DURATION` in all")
}

func (f *clockwallFlags) run(ctx context.Context, s *ui.Streams, args []string) error {
	o := f.options
	switch {
	case len(args) == 0:
		return usagef("no server to show the clock of")
	case o.MaxOffset < 0 || f.timeout < 0:
		return usagef("--max-offset and --timeout must not be negative")
	case o.Interval < time.Second:
		return usagef("--interval must be 1s or more")
	case o.Patience <= 0:
		return usagef("--wait must be more than 0")
	}
	o.Judge = f.set.Changed("max-offset")
	for _, arg := range args {
		server, err := clockwall.Parse(arg)
		if err != nil {
			return usagef("%s: %w", arg, err)
		}
		o.Servers = append(o.Servers, server)
	}
	if f.timeout > 0 {
		over := &exit.Error{Code: exit.Timeout, Err: fmt.Errorf("stopped after %v", f.timeout)}
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, f.timeout, over)
		defer cancel()
	}
	err := clockwall.Run(ctx, o, s)
	if over := context.Cause(ctx); errors.Is(err, context.DeadlineExceeded) && over != nil {
		return over
	}
	return err
}
