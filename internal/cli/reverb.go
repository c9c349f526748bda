package cli

import (
	"context"
	"time"

	"baton/internal/tool/reverb"
	"baton/internal/ui"
	"baton/task"
)

func (a *app) reverb() *command {
	var o reverb.Options
	var server serverFlags
	var tcpOnly bool
	return &command{
		name:    "reverb",
		group:   groupNet,
		short:   "an echo server: shout each line back, ever more quietly",
		classic: []string{"ncat -e /bin/cat", "xinetd"},
		examples: []example{
			{"baton reverb", "on port 8000 of this machine: try 'nc localhost 8000'"},
			{"baton reverb --delay 200ms --times 5", "a smaller room with harder walls"},
			{"baton reverb --plain -l '*:7'", "the echo service of RFC 862, for all"},
		},
		long: `
Each line is shouted three times, with a tab before it: in upper case, as it came, and
in lower case, a second apart. Shouts of several lines overlap. When the client has no
more to say, all that is pending is still shouted, and then the connection is closed.

With --plain, all bytes come back as they are, over TCP and UDP.

UDP tells nobody who really sent a datagram, so an echo can be made to hit somebody
else. There is one answer to one datagram, of the same size, and none to ports below
1024, to the server's own port, to broadcast or multicast addresses, or to what was
sent to such an address. Beyond loopback, consider --tcp-only.

At the first signal no more is read, and pending shouts are finished within --drain;
the second ends at once.`,
		exits: []exitCode{
			exitFailed, exitUsage, exitInterrupted, exitTerminated,
		},
		flags: func(f *flags) {
			f.DurationVar(&o.Delay, "delay", time.Second, "wait for `DURATION` between the shouts of a line")
			f.IntVar(&o.Times, "times", 3, "shout each line `N` times")
			f.IntVar(&o.Pending, "pending", 16, "answer at most `N` lines of a client at once; more have to wait")
			f.BoolVar(&o.Plain, "plain", false, "send back what comes, as it is: RFC 862")
			f.BoolVar(&tcpOnly, "tcp-only", false, "with --plain: no UDP")
			server.add(f, "127.0.0.1:8000")
		},
		run: func(ctx context.Context, s *ui.Streams, args []string) error {
			switch {
			case len(args) > 0:
				return usagef("unexpected argument %q", args[0])
			case o.Delay < 0:
				return usagef("--delay must not be negative")
			case o.Times < 1:
				return usagef("--times must be 1 or more")
			case o.Pending < 1:
				return usagef("--pending must be 1 or more")
			case tcpOnly && !o.Plain:
				return usagef("--tcp-only is for --plain: shouts are over TCP anyway")
			}
			srv, err := server.server("reverb", "8000", s)
			if err != nil {
				return err
			}
			o.Server = srv.opts
			return srv.ended(ctx, runReverb(ctx, srv, o, o.Plain && !tcpOnly))
		},
	}
}

// runReverb listens and serves until ctx ends.
func runReverb(ctx context.Context, srv *server, o reverb.Options, udp bool) error {
	if !udp {
		ln, err := srv.listenStream(ctx)
		if err != nil {
			return err
		}
		return reverb.Serve(ctx, ln, o)
	}
	ln, packets, err := srv.listenBoth(ctx)
	if err != nil {
		return err
	}
	return task.Run(ctx, task.Options{Name: "reverb"}, func(ctx context.Context, g *task.Group) error {
		g.Go(func(ctx context.Context) error { return reverb.ServePackets(ctx, packets, o) })
		return reverb.Serve(ctx, ln, o)
	})
}
