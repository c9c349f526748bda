package cli

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"baton/internal/tool/nc"
	"baton/internal/tool/nc/proxy"
)

// ncFlags are the flags of nc: the tool's options, and what becomes part of them once
// all flags are known. Names are OpenBSD nc's and ncat's where these have the flag.
type ncFlags struct {
	nc.Options
	server serverFlags

	json                     bool
	ipv4, ipv6, udp, unix    bool
	port                     string
	tls, insecure, shutdown  bool
	sni, alpn, ca, cert, key string
	pin, proxyType, header   string
	recvOnly                 bool
	quit                     seconds
	exec, shell              string
	allow, deny              []string
	allowFile, denyFile      string
	given                    func(string) bool
}

func (f *ncFlags) add(set *flags) {
	f.given = set.Changed
	f.server.set = set
	set.BoolVarP(&f.Listen, "listen", "l", false, "wait for a connection at PORT, rather than connect")
	set.BoolVarP(&f.Keep, "keep-open", "k", false, "with -l: serve many clients at once, until stopped")
	set.BoolVarP(&f.udp, "udp", "u", false, "UDP; with -U, datagrams too")
	set.BoolVarP(&f.unix, "unixsock", "U", false, "a unix socket: its path stands for HOST and PORT")
	set.BoolVarP(&f.ipv4, "ipv4", "4", false, "IPv4 only")
	set.BoolVarP(&f.ipv6, "ipv6", "6", false, "IPv6 only")
	set.StringVarP(&f.port, "source-port", "p", "", "connect from `PORT`; with -l, listen at it")
	set.StringVarP(&f.Dial.Source, "source", "s", "", "connect from `ADDRESS`")
	set.BoolVarP(&f.Dial.NoLookup, "nodns", "n", false, "HOST is an address: look no name up")
	set.BoolVarP(&f.Scan, "scan", "z", false, "see which ports are open: PORT may be a range such as 20-25, or several with commas")
	f.Dial.Timeout = 30 * time.Second
	set.VarP((*seconds)(&f.Dial.Timeout), "wait", "w", "give up when there is no connection after `TIME`; 0 for the system's patience. With -l, the default is to wait for ever")
	set.IntVar(&f.Dial.Retries, "retry", 0, "try to connect again up to `N` times, after pauses that double")

	set.Group("Directions")
	set.BoolVarP(&f.Stream.NoInput, "no-stdin", "d", false, "read no input, and leave that direction open")
	set.BoolVar(&f.Stream.SendOnly, "send-only", false, "throw away what comes; end when the input has arrived")
	set.BoolVar(&f.recvOnly, "recv-only", false, "the same as -d")
	set.BoolVarP(&f.shutdown, "shutdown", "N", false, "close our half at the input's end (the default)")
	set.BoolVar(&f.Stream.NoShutdown, "no-shutdown", false, "leave our half open at the input's end")
	set.VarP(&f.quit, "quit", "q", "end `TIME` after the input, even if more may come; negative for never")
	set.VarP((*seconds)(&f.Stream.Idle), "idle-timeout", "i", "end after `TIME` without a byte in either direction")
	set.BoolVarP(&f.Stream.CRLF, "crlf", "C", false, "send lines that end in \\r\\n")
	set.BoolVar(&f.Stream.Raw, "raw", false, "escape nothing on a terminal")

	set.Group("Transfers")
	set.Var((*byteRate)(&f.Stream.Rate), "rate", "send and receive at most `BYTES` a second, each, on each connection")
	set.BoolVar(&f.Stream.SHA256, "sha256", false, "print the sums of what was sent and received (copies the bytes)")
	set.StringVar(&f.Stream.Dump, "hex-dump", "", "write what goes through to `FILE` in hexadecimal; - is standard error (copies the bytes)")

	set.Group("Commands")
	set.StringVarP(&f.exec, "exec", "e", "", "run `COMMAND`, words with blanks between, for each connection, with that for its standard streams")
	set.StringVarP(&f.shell, "sh-exec", "c", "", "the same with a `COMMAND` for /bin/sh")

	f.addTLS(set)
	f.addProxy(set)
	f.addClients(set)
}

func (f *ncFlags) addTLS(set *flags) {
	set.Group("TLS")
	set.BoolVar(&f.tls, "tls", false, "TLS, which the other flags here ask for too; with -l and no --cert, a certificate is made and its fingerprint printed")
	set.StringVar(&f.pin, "pin", "", "trust the one certificate with this `FINGERPRINT`, sha256:…")
	set.StringVar(&f.ca, "ca", "", "trust certificates signed by those in `FILE`; with -l, ask clients for one")
	set.StringVar(&f.cert, "cert", "", "our certificate, a PEM `FILE`")
	set.StringVar(&f.key, "key", "", "its key, a PEM `FILE`")
	set.StringVar(&f.sni, "sni", "", "the `NAME` to ask the server for; with -l, for the certificate that is made")
	set.StringVar(&f.alpn, "alpn", "", "the `PROTOCOLS` to offer, with commas between, the best first")
	set.BoolVar(&f.insecure, "insecure", false, "trust any certificate: whoever is in between can read everything")
}

func (f *ncFlags) addProxy(set *flags) {
	set.Group("Proxies")
	set.StringVarP(&f.Dial.Proxy, "proxy", "x", "", "connect through the proxy at `HOST[:PORT]`; the port is 1080, or 3128 for connect")
	set.StringVarP(&f.proxyType, "proxy-type", "X", "5", "the proxy's `PROTOCOL`: 4 or 5 for SOCKS, or connect for HTTP")
	set.Words("proxy-type", "4", "5", "connect")
	set.StringVarP(&f.Dial.ProxyUser, "proxy-user", "P", "", "log in to the proxy as `USER`, with the password in BATON_PROXY_PASSWORD")
	set.StringVar(&f.header, "proxy-protocol", "", "begin the connection with a PROXY header of `VERSION` 1 or 2; with -l, expect one of either, from a proxy that is trusted")
	set.Lookup("proxy-protocol").NoOptDefVal = "1"
	set.Words("proxy-protocol", "1", "2")
}

func (f *ncFlags) addClients(set *flags) {
	set.Group("Clients, with -l")
	set.StringArrayVar(&f.allow, "allow", nil, "serve only clients at `ADDRESS`, or in a network such as 192.0.2.0/24; several with commas")
	set.StringVar(&f.allowFile, "allowfile", "", "and at those in `FILE`, one a line")
	set.StringArrayVar(&f.deny, "deny", nil, "don't serve clients at `ADDRESS`, even if --allow names it")
	set.StringVar(&f.denyFile, "denyfile", "", "nor at those in `FILE`, one a line")
	set.BoolVar(&f.Server.Broker, "broker", false, "pass on what a client sends to all others")
	set.BoolVar(&f.Server.Chat, "chat", false, "pass on lines to all others, with the sender's name, and control characters escaped")
	set.IntVarP(&f.server.maxConns, "max-conns", "m", 10_000, "serve at most `N` clients at once")
	set.IntVar(&f.server.maxConnsPerIP, "max-conns-per-ip", 0, fmt.Sprintf("and at most `N` from one address, or from one /64 of IPv6; 0 for no limit (default: %d, on a loopback address no limit)", perIPElsewhere))
	set.DurationVar(&f.server.drain, "drain", time.Second, "at the first signal, give clients `DURATION` to finish")

	set.Group("Messages")
	set.BoolVarP(&f.Verbose, "verbose", "v", false, "tell of connections, and of what went through; with -z, list closed ports too")
	f.server.log = ""
	set.Var(&f.server.log, "log", "log each connection on standard error in the `FORMAT` text or json")
	set.Words("log", string(logText), string(logJSON))
}

// seconds is a time: a number of seconds, or a duration with units.
type seconds time.Duration

// Set parses v. It implements pflag.Value.
func (s *seconds) Set(v string) error {
	if n, err := strconv.ParseFloat(v, 64); err == nil && !math.IsNaN(n) && math.Abs(n) < 1e9 {
		*s = seconds(n * float64(time.Second))
		return nil
	}
	d, err := time.ParseDuration(v)
	if err != nil {
		return errors.New("want a number of seconds, or a time such as 500ms or 2m")
	}
	*s = seconds(d)
	return nil
}

// String returns the time.
func (s *seconds) String() string { return time.Duration(*s).String() }

// Type returns the name that help gives to the value.
func (s *seconds) Type() string { return "TIME" }

// byteRate is a number of bytes, perhaps with a unit.
type byteRate float64

// Set parses v. It implements pflag.Value.
func (r *byteRate) Set(v string) error {
	number := strings.TrimSuffix(strings.TrimSuffix(strings.ToUpper(v), "B"), "I")
	factor := 1.0
	if i := strings.IndexAny(number, "KMGT"); i >= 0 && i == len(number)-1 {
		factor = math.Pow(1024, float64(strings.IndexByte("KMGT", number[i])+1))
		number = number[:i]
	}
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || math.IsNaN(n) || n <= 0 || n*factor < 1 || n*factor > 1e15 {
		return errors.New("want a number of bytes, perhaps with a unit such as K or M")
	}
	*r = byteRate(n * factor)
	return nil
}

// String returns the number.
func (r *byteRate) String() string { return strconv.FormatFloat(float64(*r), 'f', -1, 64) }

// Type returns the name that help gives to the value.
func (r *byteRate) Type() string { return "BYTES" }

// proxyTypes are the values of --proxy-type: OpenBSD nc's and ncat's.
var proxyTypes = [...]struct {
	name     string
	protocol proxy.Protocol
}{
	{"4", proxy.SOCKS4},
	{"5", proxy.SOCKS5},
	{"connect", proxy.CONNECT},
	{"socks4", proxy.SOCKS4},
	{"socks5", proxy.SOCKS5},
	{"http", proxy.CONNECT},
}
