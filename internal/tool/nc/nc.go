// Package nc is netcat: it connects standard input and output to a socket, in both
// directions until both have ended.
//
// [Run] dials, listens or scans. What connects two ends is a session; where the
// bytes go through is package flow.
package nc

import (
	"context"
	"crypto/tls"
	"log/slog"
	"time"

	"baton/internal/endpoint"
	"baton/internal/tool/nc/proxy"
	"baton/internal/ui"
)

// Options say what to do. [Options.Check] finds what doesn't go together.
type Options struct {
	Network Network
	Family  int    // 4 or 6; 0 is both
	Host    string // or the path of a unix socket
	Ports   []Ports
	Listen  bool // for connections, rather than to connect
	Keep    bool // serve clients until stopped, many at once
	Scan    bool // only see which ports are open

	Dial    Dial
	Server  Server
	TLS     *TLS // nil: none
	Stream  Stream
	Command []string // what each connection's other end is, rather than standard input and output

	JSON    bool // print the result of a scan as JSON
	Verbose bool // list closed ports too
	// Log gets at level Info each connection's beginning and end, at Warn what goes
	// wrong without ending the program.
	Log *slog.Logger
}

// A Network is a kind of socket.
type Network string

// The networks.
const (
	TCP      Network = "tcp"
	UDP      Network = "udp"
	Unix     Network = "unix"
	Unixgram Network = "unixgram"
)

// datagrams reports whether messages have bounds, and no end.
func (n Network) datagrams() bool { return n == UDP || n == Unixgram }

// IsUnix reports whether addresses are paths.
func (n Network) IsUnix() bool { return n == Unix || n == Unixgram }

// of returns the network's name for one family.
func (n Network) of(family int) string {
	switch {
	case n.IsUnix() || family == 0:
		return string(n)
	case family == 4:
		return string(n) + "4"
	}
	return string(n) + "6"
}

// Dial says how to connect.
type Dial struct {
	Source, SourcePort string        // where from; empty: the system chooses
	NoLookup           bool          // the host has to be an address
	Timeout            time.Duration // for a connection, with all that has to be agreed on first; 0 is the system's
	Retries            int           // how often to try again

	Proxy         string // HOST:PORT; empty: none
	ProxyProtocol proxy.Protocol
	ProxyUser     string
	ProxyPassword string

	Header int // the version of the PROXY header to send; 0: none
}

// Server says how to listen.
type Server struct {
	Limits endpoint.Limits
	Allow  Networks // who may connect; nil: all
	Deny   Networks // who may not, Allow or no Allow
	Header bool     // each connection begins with a PROXY header
	Broker bool     // pass what a client sends on to the others
	Chat   bool     // the same for lines, with their authors' names
}

// TLS is made of one of the two, as Options.Listen has it.
type TLS struct {
	Client endpoint.ClientTLS
	Server endpoint.ServerTLS
}

// Stream says how bytes go through a connection.
type Stream struct {
	NoInput    bool           // read nothing, and keep that direction open
	SendOnly   bool           // throw away what comes, and end with the input
	NoShutdown bool           // don't tell the other side of the input's end
	Quit       *time.Duration // after the input's end, wait only so long; negative: for ever
	Idle       time.Duration  // end after so long without a byte; 0: never
	CRLF       bool           // send lines with \r\n
	Raw        bool           // escape nothing on a terminal
	Rate       float64        // bytes a second in each direction; 0: no limit
	SHA256     bool           // sum up what goes each way
	Dump       string         // a file for all that goes through, in hexadecimal
}

// seesAll reports whether bytes have to be looked at, and so copied.
func (s *Stream) seesAll() bool { return s.SHA256 || s.Dump != "" || s.CRLF }

// Run does what opts say with the streams s until it is done or ctx ends. Its errors
// have the exit codes of this tool, see [CodeRefused] and the others.
func Run(ctx context.Context, opts Options, s *ui.Streams) error {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if err := opts.Check(); err != nil {
		return err
	}
	if opts.Scan {
		return coded(scan(ctx, &opts, s))
	}
	p, err := newProgram(ctx, &opts, s)
	if err != nil {
		return err
	}
	if opts.Listen {
		err = p.listen(ctx)
	} else {
		err = p.connect(ctx)
	}
	return coded(p.close(err))
}

// A program is one run of nc, but for scans.
type program struct {
	opts    *Options
	streams *ui.Streams
	log     *slog.Logger
	tls     *tls.Config // of the listening side, or nil
	dump    *dumper     // nil: none
	near    *near
	hub     *hub // nil unless many clients share something
	totals  *counters
}

func newProgram(ctx context.Context, opts *Options, s *ui.Streams) (*program, error) {
	p := &program{opts: opts, streams: s, log: opts.Log, totals: newCounters()}
	var err error
	if opts.TLS != nil && opts.Listen {
		var fingerprint string
		if p.tls, fingerprint, err = opts.TLS.Server.Config(); err != nil {
			return nil, err
		}
		if opts.TLS.Server.SelfSigned {
			s.Err.Printf("baton nc: certificate %s\n", fingerprint)
		}
	}
	if opts.Stream.Dump != "" {
		if p.dump, err = newDumper(opts.Stream.Dump, s); err != nil {
			return nil, err
		}
	}
	p.near = openNear(ctx, opts, s)
	return p, nil
}

// close ends what the program holds. err is how it went.
func (p *program) close(err error) error {
	p.near.close()
	if p.dump != nil {
		if derr := p.dump.close(); err == nil {
			err = derr
		}
	}
	return err
}
