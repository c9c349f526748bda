package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"baton/internal/endpoint"
	"baton/internal/exit"
	"baton/internal/tool/chat"
	"baton/internal/tool/chat/room"
	"baton/internal/ui"
)

// chatServe is the server. Its flags are more than those of other servers.
func (a *app) chatServe() *command {
	var o chatFlags
	return &command{
		name:    "chat serve",
		group:   groupNet,
		short:   "serve a chat on one port to nc, telnet, IRC clients and browsers",
		classic: []string{"ircd", "ngircd"},
		examples: []example{
			{"baton chat serve", "for this machine, at 127.0.0.1:8000"},
			{"baton chat serve --listen '*:6667' --tls", "for others too, also with TLS"},
			{"baton chat serve --memory --topic 'Pizza?'", "nothing is kept"},
		},
		long: `
One port serves all. The first bytes of a connection tell what its client speaks:
IRC, HTTP for the web page and its WebSocket, TLS with any of these within, or else
plain lines, as from nc or telnet. A client that is silent is greeted as one of plain
lines after a moment, see --greet.

All are in the same rooms. A room is a log: all members see its messages in the same
order, and a message is seen, also by its sender, when it is on disk. Without an
account a name belongs to who has it; /register protects it.

A client that does not take what is written to it costs a cursor and no queue. When
it is 10 seconds behind, or 256 kB with what both systems hold on the way, it is slow:
comings and goings are left out for it, and it goes on from the history where it was,
or with --slow kick is disconnected.

--idle is for plain lines. IRC clients and browsers are asked from time to time
whether they are still there, and go when they do not answer.

The data is kept in $XDG_STATE_HOME/baton/chat, or in ~/.local/state/baton/chat.`,
		exits: []exitCode{exitOK, exitFailed, exitUsage, exitInterrupted, exitTerminated},
		flags: o.add,
		run: func(ctx context.Context, s *ui.Streams, args []string) error {
			if len(args) > 0 {
				return usagef("unexpected argument %q", args[0])
			}
			return o.run(ctx, s)
		},
	}
}

// chatFlags are the flags of chat serve.
type chatFlags struct {
	server    serverFlags
	data      string
	memory    bool
	slow      string
	name      string
	topic     string
	motd      string
	replay    int
	operators []string
	metrics   string
	greet     time.Duration

	tls       bool
	cert, key string

	flood, floodAddr, floodRoom rateFlag
}

func (o *chatFlags) add(f *flags) {
	o.flood = rateFlag{Burst: 20, PerSecond: 4}
	o.floodAddr = rateFlag{Burst: 200, PerSecond: 40}
	o.floodRoom = rateFlag{Burst: 1000, PerSecond: 200}
	f.StringVar(&o.data, "data", "", "keep history and accounts in `DIR`")
	f.BoolVar(&o.memory, "memory", false, "keep nothing beyond the end of the server")
	f.StringVar(&o.slow, "slow", "catchup", "what becomes of slow clients: `POLICY` catchup or kick")
	f.Words("slow", "catchup", "kick")
	f.StringVar(&o.name, "name", "baton", "the server's `NAME`")
	f.StringVar(&o.topic, "topic", "", "the topic of #lobby is `TEXT` until somebody sets one")
	f.StringVar(&o.motd, "motd", "", "show the text in `FILE` to clients that come in")
	f.IntVar(&o.replay, "replay", 50, "show the last `N` messages of a room to IRC clients that come in and can't ask for history")
	f.StringArrayVar(&o.operators, "operator", nil, "the account `NAME` is an operator of the server; may be repeated")
	f.DurationVar(&o.greet, "greet", 600*time.Millisecond, "greet a client that has been silent for `DURATION` as one of plain lines; where others come late with their first word, as over a poor line, this must be longer")
	f.StringVar(&o.metrics, "metrics", "loopback", "who may read /metrics: `WHO` is loopback, this machine, or all")
	o.server.add(f, "127.0.0.1:8000")
	f.Lookup("idle").DefValue = "1h0m0s"
	o.server.idle = time.Hour
	f.Group("TLS flags")
	f.BoolVar(&o.tls, "tls", false, "serve TLS too, with a certificate that is made and kept with the data unless --cert is given")
	f.StringVar(&o.cert, "cert", "", "serve TLS too, with the certificate in the PEM `FILE`")
	f.StringVar(&o.key, "key", "", "the certificate's private key, a PEM `FILE`")
	f.Group("Flood flags")
	f.Var(&o.flood, "flood", "read a client's lines no faster than this `RATE`: BURST at once, then so many a second, BURST:PER_SECOND; or off")
	f.Var(&o.floodAddr, "flood-addr", "the same `RATE` for all clients of one address together")
	f.Var(&o.floodRoom, "flood-room", "the same `RATE` for all messages to one room")
}

// run serves until the first signal.
func (o *chatFlags) run(ctx context.Context, s *ui.Streams) error {
	if err := o.check(); err != nil {
		return err
	}
	srv, err := o.server.server("chat serve", "8000", s)
	if err != nil {
		return err
	}
	opts := chat.Options{
		Endpoint:      srv.opts,
		Name:          o.name,
		Version:       "baton-" + readBuild().Version,
		Replay:        o.replay,
		MetricsForAll: o.metrics == "all",
		Greet:         o.greet,
		Room: room.Options{
			Kick:       o.slow == "kick",
			LobbyTopic: o.topic,
			Operators:  o.operators,
		},
	}
	opts.Room.FloodClient, opts.Room.FloodAddr, opts.Room.FloodRoom = room.Rate(o.flood), room.Rate(o.floodAddr), room.Rate(o.floodRoom)
	if opts.MOTD, err = o.lines(); err != nil {
		return err
	}
	dir, err := o.dir()
	if err != nil {
		return err
	}
	opts.Store, err = chat.OpenStore(ctx, dir)
	if err != nil {
		return &exit.Error{Code: exit.Failed, Err: err, Hint: "--data DIR keeps the data elsewhere, and --memory nowhere."}
	}
	if err := o.secure(&opts, dir, s); err != nil {
		return errors.Join(err, opts.Store.Close())
	}
	ln, err := srv.listenStream(ctx)
	if err != nil {
		return errors.Join(err, opts.Store.Close())
	}
	err = chat.Run(ctx, ln, opts)
	return srv.ended(ctx, errors.Join(err, opts.Store.Close()))
}

func (o *chatFlags) check() error {
	switch {
	case o.slow != "catchup" && o.slow != "kick":
		return usagef("invalid value %q for --slow: want catchup or kick", o.slow)
	case o.metrics != "loopback" && o.metrics != "all":
		return usagef("invalid value %q for --metrics: want loopback or all", o.metrics)
	case o.memory && o.data != "":
		return usagef("--memory and --data exclude each other")
	case o.greet <= 0:
		return usagef("--greet must be more than 0")
	case o.replay < 0 || o.replay > 1000:
		return usagef("invalid value %d for --replay: want 0 to 1000", o.replay)
	case (o.cert == "") != (o.key == ""):
		return usagef("--cert and --key belong together")
	case o.name == "" || len(o.name) > 63 || strings.ContainsAny(o.name, " :\r\n\x00"):
		return usagef("invalid value %q for --name: want a word", o.name)
	case len(o.topic) > room.MaxTopic:
		return usagef("--topic has %d bytes, want %d at most", len(o.topic), room.MaxTopic)
	}
	return nil
}

// dir returns where the data is kept, or "" for nowhere.
func (o *chatFlags) dir() (string, error) {
	switch {
	case o.memory:
		return "", nil
	case o.data != "":
		return o.data, nil
	}
	if state := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(state) {
		return filepath.Join(state, "baton", "chat"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", &exit.Error{Code: exit.Failed, Err: err, Hint: "--data DIR says where to keep the data."}
	}
	return filepath.Join(home, ".local", "state", "baton", "chat"), nil
}

// lines returns the text of --motd.
func (o *chatFlags) lines() ([]string, error) {
	if o.motd == "" {
		return nil, nil
	}
	text, err := os.ReadFile(o.motd)
	if err != nil {
		return nil, fmt.Errorf("read the text for --motd: %w", err)
	}
	return strings.Split(strings.TrimRight(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n"), "\n"), nil
}

// secure sets up TLS, and shows the certificate's fingerprint.
func (o *chatFlags) secure(opts *chat.Options, dir string, s *ui.Streams) (err error) {
	var cfg *tls.Config
	var fingerprint string
	switch {
	case o.cert != "":
		cfg, fingerprint, err = endpoint.ServerTLS{Cert: o.cert, Key: o.key}.Config()
	case o.tls:
		cfg, fingerprint, err = chat.Certificate(dir, time.Now())
	default:
		return nil
	}
	if err != nil {
		return err
	}
	opts.TLS = cfg
	s.Err.Printf("baton chat serve: fingerprint of the certificate: %s\n", fingerprint)
	return nil
}

// A rateFlag is the value of --flood and the like.
type rateFlag room.Rate

// Set makes r the rate "BURST:PER_SECOND", or none for "off".
func (r *rateFlag) Set(v string) error {
	if v == "off" {
		*r = rateFlag{}
		return nil
	}
	burst, rate, _ := strings.Cut(v, ":")
	b, err1 := strconv.Atoi(burst)
	n, err2 := strconv.ParseFloat(rate, 64)
	if err1 != nil || err2 != nil || b < 1 || !(n > 0) {
		return errors.New("want BURST:PER_SECOND, such as 20:4, or off")
	}
	*r = rateFlag{Burst: b, PerSecond: n}
	return nil
}

// String returns the rate as Set takes it.
func (r *rateFlag) String() string {
	if r.PerSecond == 0 {
		return "off"
	}
	return fmt.Sprintf("%d:%g", r.Burst, r.PerSecond)
}

// Type returns the name that help gives to the value.
func (r *rateFlag) Type() string { return "RATE" }
