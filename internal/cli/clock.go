package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"baton/internal/exit"
	"baton/internal/tool/clock"
	"baton/internal/ui"
)

func (a *app) clock() *command {
	var f clockFlags
	return &command{
		name:    "clock",
		group:   groupNet,
		short:   "tell clients the time, once a second",
		classic: []string{"inetd's daytime", "xinetd"},
		examples: []example{
			{"baton clock", "on port 8000 of this machine; try: nc localhost 8000"},
			{"baton clock --zone Asia/Tokyo --listen 8010", "the time of Tokyo"},
			{"baton clock --format '%A %H:%M:%S'", "with the day of the week"},
			{"baton clock --protocol daytime --udp --listen 13", "what inetd's daytime does, RFC 867"},
			{"baton clockwall Here=localhost:8000", "the other end"},
		},
		long: `
Each client gets a line at each full second of this machine's clock, for as long as
it likes; all of them get the same line. A client that doesn't read misses lines,
which costs the others nothing. What clients send is not looked at. With more than
a thousand, of whom the system can't serve all at the same moment, the lines begin a
bit before the second, by 100 ms at most, so that they come as much before it as after.

With --protocol daytime or time a client gets one answer and is hung up on: the date
and time (RFC 867), or four bytes, the seconds since 1900 (RFC 868). With --udp,
datagrams to the same port are answered too, whatever the protocol, with one such
answer or line. There is none for ports below 1024 and for more than 50 questions a
second from one network, since a datagram's sender may be made up.

Zones are names such as Europe/Berlin from the time zone database, UTC, or Local.
A format is a layout of Go, such as "15:04:05" or "Jan 2 3:04 PM", or, if it has a
percent sign, one of date and strftime.

At the first Ctrl-C or SIGTERM, lines that have been begun are finished, and all
clients are hung up on. Out of file descriptors, new clients wait for a place.`,
		exits: []exitCode{
			exitFailed, exitUsage, exitInterrupted, exitTerminated,
		},
		flags: f.add,
		run: func(ctx context.Context, s *ui.Streams, args []string) error {
			if len(args) > 0 {
				return usagef("unexpected argument %q", args[0])
			}
			return f.run(ctx, s)
		},
	}
}

// clockFlags are the flags of baton clock.
type clockFlags struct {
	server       serverFlags
	protocol     choice
	zone, format string
	udp          bool
}

func (f *clockFlags) add(set *flags) {
	f.protocol = choice{value: string(clock.Lines), of: clock.Protocols}
	set.StringVarP(&f.zone, "zone", "z", "Local", "tell the time of the time zone `NAME`")
	set.StringVarP(&f.format, "format", "f", "", "tell the time as `FORMAT` says (default: 15:04:05, and for daytime day, date, time and zone)")
	set.VarP(&f.protocol, "protocol", "p", "speak the `PROTOCOL` lines, daytime or time")
	set.Words("protocol", clock.Protocols...)
	set.BoolVarP(&f.udp, "udp", "u", false, "answer datagrams too")
	f.server.add(set, "127.0.0.1:8000")
	// Clients of this server have nothing to say: what counts is what they take.
	idle := set.Lookup("idle")
	idle.Usage = "hang up on clients that have taken nothing for `DURATION`; 0 for never"
	idle.DefValue = "1m0s"
	f.server.idle = time.Minute
}

func (f *clockFlags) run(ctx context.Context, s *ui.Streams) error {
	zone, err := time.LoadLocation(f.zone)
	if err != nil {
		return &exit.Error{Code: exit.Usage, Err: fmt.Errorf("no time zone %q", f.zone), Hint: "Names are such as UTC, Europe/Berlin or America/New_York."}
	}
	o := clock.Options{Protocol: clock.Protocol(f.protocol.value)}
	if o.Format, err = clock.NewFormat(o.Protocol, f.format, zone); err != nil {
		return usagef("--format %q: %w", f.format, err)
	}
	server, err := f.server.server("clock", "8000", s)
	if err != nil {
		return err
	}
	if f.udp {
		// A datagram to all machines of a network shows as one to this only where
		// one address is listened at.
		if host, _, err := net.SplitHostPort(server.address); err != nil || isAll(host) {
			return &exit.Error{Code: exit.Usage, Err: errors.New("--udp needs one address to listen at"), Hint: "Give that of an interface, such as --listen 192.0.2.1:13."}
		}
	}
	o.Server = server.opts
	var ln net.Listener
	var udp net.PacketConn // nil, or a socket
	if !f.udp {
		ln, err = server.listenStream(ctx)
	} else {
		ln, udp, err = server.listenBoth(ctx)
	}
	if err != nil {
		return err
	}
	return server.ended(ctx, clock.Run(ctx, ln, udp, o))
}

// isAll reports whether a host stands for all addresses of this machine.
func isAll(host string) bool {
	ip := net.ParseIP(host)
	return host == "" || ip != nil && ip.IsUnspecified()
}

// A choice is the value of a flag that is one of several words.
type choice struct {
	value string
	of    []string
}

// Set implements pflag.Value.
func (c *choice) Set(v string) error {
	if slices.Contains(c.of, v) {
		c.value = v
		return nil
	}
	last := len(c.of) - 1
	return fmt.Errorf("want %s or %s", strings.Join(c.of[:last], ", "), c.of[last])
}

// String returns the word.
func (c *choice) String() string { return c.value }

// Type returns the name that help gives to the value.
func (c *choice) Type() string { return "WORD" }
