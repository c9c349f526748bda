package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"time"

	"baton/internal/endpoint"
	"baton/internal/sig"
	"baton/internal/ui"
	"baton/serve"
)

// perIPElsewhere is how many connections one address may have where other machines
// reach the server, unless the user says otherwise.
const perIPElsewhere = 100

// serverFlags are the flags of the commands that listen.
type serverFlags struct {
	listen        string
	maxConns      int
	maxConnsPerIP int
	idle, drain   time.Duration
	log           logFormat

	set *flags // to ask which were given
}

// add adds the flags under a heading of their own.
func (o *serverFlags) add(f *flags, defaultListen string) {
	o.set = f
	o.log = logText
	f.Group("Server flags")
	f.StringVarP(&o.listen, "listen", "l", defaultListen, "listen at `HOST:PORT`; PORT alone is on this machine's loopback address, *:PORT on all its addresses")
	f.IntVar(&o.maxConns, "max-conns", 10_000, "serve at most `N` clients at once")
	f.IntVar(&o.maxConnsPerIP, "max-conns-per-ip", 0, fmt.Sprintf("and at most `N` from one address, or from one /64 of IPv6; 0 for no limit (default: %d, on a loopback address no limit)", perIPElsewhere))
	f.DurationVar(&o.idle, "idle", 0, "close connections on which the client was silent for `DURATION`, such as 5m; 0 for never")
	f.DurationVar(&o.drain, "drain", 5*time.Second, "at the first signal, give clients `DURATION` to finish")
	f.Var(&o.log, "log", "write the log on standard error in the `FORMAT` text or json")
	f.Words("log", string(logText), string(logJSON))
}

// A server is what serverFlags ask for.
type server struct {
	command string // "reverb"
	address string
	opts    endpoint.Options
	streams *ui.Streams
}

// server checks the flags. What it returns logs to the standard error of s.
func (o *serverFlags) server(command, defaultPort string, s *ui.Streams) (*server, error) {
	switch {
	case o.maxConns < 1:
		return nil, usagef("--max-conns must be 1 or more")
	case o.maxConnsPerIP < 0:
		return nil, usagef("--max-conns-per-ip must not be negative")
	case o.idle < 0:
		return nil, usagef("--idle must not be negative")
	case o.drain <= 0:
		return nil, usagef("--drain must be more than 0")
	}
	address, err := endpoint.Address(o.listen, defaultPort)
	if err != nil {
		return nil, usagef("%w", err)
	}
	perIP := o.maxConnsPerIP
	if !o.set.Changed("max-conns-per-ip") && !endpoint.IsLoopback(address) {
		perIP = perIPElsewhere
	}
	return &server{
		command: command,
		address: address,
		streams: s,
		opts: endpoint.Options{
			Name:   command,
			Limits: endpoint.Limits{MaxConns: o.maxConns, MaxConnsPerIP: perIP, Drain: o.drain, Idle: o.idle},
			Log:    o.log.logger(s.Err),
		},
	}, nil
}

// listenStream listens for streams and says so, in the line that scripts wait for.
func (s *server) listenStream(ctx context.Context) (net.Listener, error) {
	ln, err := endpoint.Listen(ctx, "tcp", s.address)
	if err == nil {
		s.ready(ln.Addr())
	}
	return ln, err
}

// listenBoth listens for streams and datagrams and says so, once it does both.
func (s *server) listenBoth(ctx context.Context) (net.Listener, *net.UDPConn, error) {
	ln, packets, err := endpoint.ListenBoth(ctx, s.address)
	if err == nil {
		s.ready(ln.Addr())
		s.ready(packets.LocalAddr())
	}
	return ln, packets, err
}

// ready says that the server listens; with port 0, at which.
func (s *server) ready(addr net.Addr) {
	text := addr.String()
	if addr.Network() == "udp" {
		text += " (UDP)"
	}
	s.streams.Err.Printf("baton %s: listening on %s\n", s.command, ui.Safe(text))
}

// ended makes the end of a server that of its command: the signal that stopped it,
// after a word about clients that had to be cut off.
func (s *server) ended(ctx context.Context, err error) error {
	if errors.Is(err, serve.ErrCutOff) {
		s.opts.Log.Warn("clients were cut off", "err", err)
	}
	if cause := sig.CauseOf(ctx); cause != nil && (err == nil || errors.Is(err, serve.ErrCutOff)) {
		return cause
	}
	return err
}

// A logFormat is the value of --log.
type logFormat string

const (
	logText logFormat = "text"
	logJSON logFormat = "json"
)

// Set makes l the named format. It implements pflag.Value.
func (l *logFormat) Set(v string) error {
	switch f := logFormat(v); f {
	case logText, logJSON:
		*l = f
		return nil
	}
	return errors.New("want text or json")
}

// String returns the format's name.
func (l *logFormat) String() string { return string(*l) }

// Type returns the name that help gives to the value.
func (l *logFormat) Type() string { return "FORMAT" }

// logger returns a log that writes to o.
func (l *logFormat) logger(o *ui.Output) *slog.Logger {
	var w io.Writer = o
	if o.Terminal {
		w = safeLines{o}
	}
	if *l == logJSON {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}

// safeLines writes lines to a terminal, with nothing in them that it would obey:
// neither handler of slog escapes all of that.
type safeLines struct{ o *ui.Output }

func (w safeLines) Write(p []byte) (int, error) {
	if _, err := io.WriteString(w.o, ui.Safe(strings.TrimSuffix(string(p), "\n"))+"\n"); err != nil {
		return 0, err
	}
	return len(p), nil
}
