package cli

import (
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"
	"time"

	"baton/internal/endpoint"
	"baton/internal/tool/nc"
	"baton/internal/ui"
)

// options returns the tool's options for the flags and arguments.
func (f *ncFlags) options(s *ui.Streams, args []string) (nc.Options, error) {
	o := f.Options
	if err := f.setNetwork(&o); err != nil {
		return o, err
	}
	if err := f.setTarget(&o, args); err != nil {
		return o, err
	}
	for _, set := range []func(*nc.Options) error{f.setDirections, f.setCommand, f.setTLS, f.setClients, f.setLimits} {
		if err := set(&o); err != nil {
			return o, err
		}
	}
	if err := f.setProxy(&o, s); err != nil {
		return o, err
	}
	o.JSON = f.json && o.Scan
	o.Log = f.logger(s)
	return o, o.Check()
}

func (f *ncFlags) setNetwork(o *nc.Options) error {
	switch {
	case f.ipv4 && f.ipv6:
		return usagef("-4 and -6 exclude each other")
	case f.ipv4:
		o.Family = 4
	case f.ipv6:
		o.Family = 6
	}
	switch {
	case f.unix && f.udp:
		o.Network = nc.Unixgram
	case f.unix:
		o.Network = nc.Unix
	case f.udp:
		o.Network = nc.UDP
	default:
		o.Network = nc.TCP
	}
	return nil
}

// setTarget finds the host and port in the arguments: HOST PORT, HOST:PORT, or with -l
// also PORT, or none of these but -p.
func (f *ncFlags) setTarget(o *nc.Options, args []string) error {
	if f.unix {
		if len(args) != 1 {
			return usagef("want the path of one unix socket")
		}
		o.Host = args[0]
		return nil
	}
	ports := ""
	switch {
	case len(args) == 0 && o.Listen && f.port != "":
		ports = f.port
	case len(args) == 0 && o.Listen:
		return usagef("no port to listen at")
	case len(args) == 0:
		return usagef("no host and port to connect to")
	case len(args) == 1 && o.Listen && f.port != "":
		o.Host, ports = args[0], f.port
	case len(args) == 1:
		host, port, err := net.SplitHostPort(args[0])
		switch {
		case err == nil:
			o.Host, ports = host, port
		case o.Listen:
			ports = args[0]
		default:
			return usagef("no port of %s to connect to", args[0])
		}
	case len(args) > 2 && !o.Scan:
		return usagef("want HOST and PORT, not %d arguments", len(args))
	default:
		o.Host, ports = args[0], strings.Join(args[1:], ",")
		if o.Listen && f.port != "" {
			return usagef("two ports to listen at: %s and -p %s", ports, f.port)
		}
	}
	if !o.Listen {
		o.Dial.SourcePort = f.port
	}
	if o.Host != "*" && o.Host != "" {
		if _, err := endpoint.Address(net.JoinHostPort(strings.Trim(o.Host, "[]"), "1"), ""); err != nil {
			return usagef("invalid host %q", o.Host)
		}
		o.Host = strings.Trim(o.Host, "[]")
	}
	var err error
	if o.Ports, err = nc.ParsePorts(o.Network, ports); err != nil {
		return usagef("%w", err)
	}
	return nil
}

func (f *ncFlags) setDirections(o *nc.Options) error {
	o.Stream.NoInput = o.Stream.NoInput || f.recvOnly
	if f.given("quit") {
		quit := time.Duration(f.quit)
		o.Stream.Quit = &quit
	}
	if o.Listen && !f.given("wait") {
		o.Dial.Timeout = 0
	}
	switch {
	case o.Dial.Timeout < 0 || o.Stream.Idle < 0:
		return usagef("a time must not be negative")
	case o.Dial.Retries < 0:
		return usagef("--retry must not be negative")
	case f.shutdown && o.Stream.NoShutdown:
		return usagef("-N and --no-shutdown exclude each other")
	}
	return nil
}

func (f *ncFlags) setCommand(o *nc.Options) error {
	switch {
	case f.exec != "" && f.shell != "":
		return usagef("-e and -c exclude each other")
	case f.shell != "":
		o.Command = []string{"/bin/sh", "-c", f.shell}
	case f.exec != "":
		if o.Command = strings.Fields(f.exec); len(o.Command) == 0 {
			return usagef("no command to run")
		}
	case f.given("exec") || f.given("sh-exec"):
		return usagef("no command to run")
	}
	return nil
}

func (f *ncFlags) setTLS(o *nc.Options) error {
	for _, name := range []string{"pin", "ca", "cert", "key", "sni", "alpn", "insecure"} {
		f.tls = f.tls || f.given(name)
	}
	if !f.tls {
		return nil
	}
	var alpn []string
	if f.alpn != "" {
		alpn = strings.Split(f.alpn, ",")
	}
	o.TLS = &nc.TLS{}
	if !o.Listen {
		o.TLS.Client = endpoint.ClientTLS{ServerName: f.sni, ALPN: alpn, CA: f.ca, Cert: f.cert, Key: f.key, Pin: f.pin, Insecure: f.insecure}
		return nil
	}
	if f.pin != "" || f.insecure {
		return usagef("--pin and --insecure are for the side that connects")
	}
	o.TLS.Server = endpoint.ServerTLS{Cert: f.cert, Key: f.key, SelfSigned: f.cert == "" && f.key == "", ALPN: alpn, ClientCA: f.ca}
	if f.sni != "" {
		o.TLS.Server.Names = []string{f.sni}
	}
	return nil
}

func (f *ncFlags) setProxy(o *nc.Options, s *ui.Streams) error {
	switch f.header {
	case "":
	case "1", "2":
		if o.Listen {
			o.Server.Header = true
		} else {
			o.Dial.Header = int(f.header[0] - '0')
		}
	default:
		return usagef("invalid value %q for --proxy-protocol: want 1 or 2", f.header)
	}
	for _, t := range proxyTypes {
		if t.name == f.proxyType {
			o.Dial.ProxyProtocol = t.protocol
		}
	}
	if o.Dial.ProxyProtocol == "" {
		return usagef("invalid value %q for --proxy-type: want 4, 5 or connect", f.proxyType)
	}
	o.Dial.ProxyPassword, _ = s.Env("BATON_PROXY_PASSWORD")
	if o.Dial.Proxy == "" {
		if f.given("proxy-type") || f.given("proxy-user") {
			return usagef("no proxy given: -x HOST:PORT")
		}
		return nil
	}
	address, err := endpoint.Address(o.Dial.Proxy, o.Dial.ProxyProtocol.DefaultPort())
	if err != nil {
		return usagef("%w", err)
	}
	o.Dial.Proxy = address
	return nil
}

func (f *ncFlags) setClients(o *nc.Options) (err error) {
	if o.Server.Allow, err = networks(f.allow, f.allowFile); err != nil {
		return err
	}
	o.Server.Deny, err = networks(f.deny, f.denyFile)
	return err
}

// networks returns those of a flag, and those in a file; nil if neither was given.
func networks(values []string, file string) (nc.Networks, error) {
	var all nc.Networks
	for _, v := range values {
		some, err := nc.ParseNetworks(v)
		if err != nil {
			return nil, usagef("%w", err)
		}
		all = append(all, some...)
	}
	if file == "" {
		return all, nil
	}
	r, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("list of addresses: %w", err)
	}
	defer r.Close()
	some, err := nc.ReadNetworks(r)
	if err != nil {
		return nil, usagef("%s: %w", file, err)
	}
	return append(nc.Networks{}, append(all, some...)...), nil
}

func (f *ncFlags) setLimits(o *nc.Options) error {
	s := &f.server
	switch {
	case s.maxConns < 1:
		return usagef("--max-conns must be 1 or more")
	case s.maxConnsPerIP < 0:
		return usagef("--max-conns-per-ip must not be negative")
	case s.drain <= 0:
		return usagef("--drain must be more than 0")
	}
	perIP := s.maxConnsPerIP
	if local := o.Host == "" || endpoint.IsLoopback(o.Host); !f.given("max-conns-per-ip") && !local && !o.Network.IsUnix() {
		perIP = perIPElsewhere
	}
	o.Server.Limits = endpoint.Limits{MaxConns: s.maxConns, MaxConnsPerIP: perIP, Drain: s.drain}
	return nil
}

// logger returns the log: in the format that was asked for, or else in few words, with
// -v about connections too.
func (f *ncFlags) logger(s *ui.Streams) *slog.Logger {
	switch {
	case f.server.log != "":
		return f.server.log.logger(s.Err)
	case f.json && !f.Scan:
		format := logJSON
		return format.logger(s.Err)
	}
	level := slog.LevelWarn
	if f.Verbose {
		level = slog.LevelInfo
	}
	return slog.New(&briefLog{out: s.Err, command: "baton nc", level: level})
}
