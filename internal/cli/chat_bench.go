package cli

import (
	"context"
	"net"
	"slices"
	"time"

	"baton/internal/endpoint"
	"baton/internal/exit"
	"baton/internal/tool/chat/load"
	"baton/internal/ui"
)

func (a *app) chatBench() *command {
	o := load.Options{Protocol: "irc"}
	var timeout time.Duration
	return &command{
		name:  "chat bench",
		args:  "HOST:PORT",
		group: groupNet,
		short: "measure a chat server under load",
		long: `Connects many clients, lets all of them join one room at once, and lets some of them send. It tells how long that took, how many deliveries a second there were and how late they came, to each member and until the last of them had a message; with --pid also what the server used.

It speaks IRC to any IRC server, plain lines and WebSocket to baton's. The server's limits have to allow the load: for baton chat serve see --flood and --max-conns-per-ip.

With --window each sender waits for its own messages to come back, as many as it may have on the way: with a server that stores first, that is how many durable messages it takes. IRC servers need echo-message for that.`,
		examples: []example{
			{"baton chat bench -c 300 -m 10000 127.0.0.1:8000", "300 members, one who sends as fast as he can"},
			{"baton chat bench -c 300 -m 500 --rate 50 127.0.0.1:8000", "at 50 messages a second, for latency"},
			{"baton chat bench -c 64 -s 64 --window 1 -m 50000 127.0.0.1:8000", "durable messages from 64 senders"},
			{"baton chat bench -c 10000 -m 0 --room '' --pid 4711 127.0.0.1:8000", "the memory of 10,000 idle clients"},
		},
		exits: []exitCode{
			exitOK, exitFailed, exitUsage,
			{exit.Partial, "not everything was delivered"},
			exitTimeout, exitInterrupted, exitTerminated,
		},
		json: &o.JSON,
		flags: func(f *flags) {
			f.StringVarP(&o.Protocol, "protocol", "p", o.Protocol, "`NAME` of the clients' protocol: irc, lines or websocket")
			f.Words("protocol", "irc", "lines", "websocket")
			f.IntVarP(&o.Clients, "clients", "c", 100, "`N` clients in the room")
			f.IntVarP(&o.Senders, "senders", "s", 1, "`N` of the clients send")
			f.IntVar(&o.Stuck, "stuck", 0, "`N` more clients, which stop reading when they are in the room")
			f.IntVarP(&o.Messages, "messages", "m", 1000, "`N` messages in all; 0: only connect and join")
			f.Float64Var(&o.Rate, "rate", 0, "`N` messages a second in all (default: as many as the server takes)")
			f.IntVar(&o.Window, "window", 0, "`N` messages that a sender may have on the way, counted by their echo (default: any number)")
			f.IntVar(&o.Size, "size", 60, "`BYTES` of text in a message")
			f.StringVar(&o.Room, "room", "#bench", "`NAME` of the room; '': none, with -m 0")
			f.DurationVar(&o.Hold, "hold", 0, "stay for a `TIME` when all is done")
			f.DurationVar(&o.Patience, "patience", 10*time.Second, "after a `TIME` without deliveries the missing ones are lost")
			f.IntVar(&o.PID, "pid", 0, "`PID` of the server, to measure its CPU time and memory")
			f.DurationVar(&timeout, "timeout", 5*time.Minute, "end after a `TIME`")
		},
		run: func(ctx context.Context, s *ui.Streams, args []string) error {
			if len(args) != 1 {
				return usagef("want the address of one server")
			}
			var err error
			if o.Address, err = endpoint.Address(args[0], "8000"); err != nil {
				return usagef("%w", err)
			}
			if err := checkBench(&o); err != nil {
				return err
			}
			o.Dial = func(ctx context.Context, from net.Addr) (net.Conn, error) {
				d := net.Dialer{LocalAddr: from, Timeout: 30 * time.Second}
				return d.DialContext(ctx, "tcp", o.Address)
			}
			ctx, cancel := context.WithTimeout(ctx, timeout)
			defer cancel()
			return load.Run(ctx, o, s)
		},
	}
}

// checkBench finds what makes no sense.
func checkBench(o *load.Options) error {
	switch {
	case !slices.Contains([]string{"irc", "lines", "websocket"}, o.Protocol):
		return usagef("unknown protocol %q; there are irc, lines and websocket", o.Protocol)
	case o.Clients < 1 || o.Senders < 1 || o.Messages < 0 || o.Rate < 0 || o.Window < 0 || o.Size < 0 || o.Stuck < 0:
		return usagef("numbers of clients and senders must be at least 1, others not negative")
	case o.Room == "" && o.Messages > 0:
		return usagef("messages need a room")
	case o.Senders > o.Clients:
		return usagef("there are fewer clients than senders")
	case o.Clients == 1 && o.Messages > 0 && o.Window == 0:
		return usagef("nobody but the sender is there to get the messages; see --clients")
	case o.Window > 0 && o.Protocol == "lines":
		return usagef("plain lines have no echo, which --window needs")
	case o.Size > 400:
		return usagef("a line has no room for more than 400 bytes of text")
	case o.Patience <= 0:
		return usagef("--patience must be more than 0")
	}
	return nil
}
