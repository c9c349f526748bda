package nc

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"baton/internal/endpoint"
	"baton/internal/proxyproto"
	"baton/internal/tool/nc/proxy"
	"baton/internal/ui"
	"baton/task"
)

// A dialer connects as Options say. What it makes is closed with the connection.
type dialer struct {
	*Options
	tls *tls.Config // or nil
}

func newDialer(opts *Options) (*dialer, error) {
	d := &dialer{Options: opts}
	if opts.TLS != nil {
		var err error
		if d.tls, err = opts.TLS.Client.Config(opts.Host); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// target is the address as text.
func (o *Options) target() string {
	if o.Network.IsUnix() {
		return o.Host
	}
	return net.JoinHostPort(o.Host, strconv.Itoa(int(o.Ports[0].First)))
}

const (
	firstPause   = 250 * time.Millisecond
	longestPause = 30 * time.Second
)

// dial connects, as often as it takes and opts allow.
func (d *dialer) dial(ctx context.Context) (net.Conn, error) {
	pause := firstPause
	for left := d.Dial.Retries; ; left-- {
		began := time.Now()
		conn, err := d.once(ctx)
		if err == nil {
			d.logConnected(conn, time.Since(began))
			return conn, nil
		}
		if ctx.Err() != nil {
			return nil, task.Cause(ctx)
		}
		if left == 0 || !worthRetrying(err) {
			return nil, err
		}
		// Many that wait for one server should not come back all at once.
		wait := pause/2 + rand.N(pause/2)
		d.Log.Warn("trying again", "err", err, "after", wait.Round(time.Millisecond), "left", left)
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, task.Cause(ctx)
		}
		pause = min(2*pause, longestPause)
	}
}

// worthRetrying reports whether another try may find things changed.
func worthRetrying(err error) bool {
	switch endpoint.Classify(err) {
	case endpoint.Refused, endpoint.Timeout, endpoint.Reset, endpoint.Unreachable, endpoint.NoHost:
		return !errors.Is(err, errNumeric)
	}
	return false
}

func (d *dialer) logConnected(conn net.Conn, took time.Duration) {
	attrs := []any{"remote", peerName(conn), "took", took.Round(10 * time.Microsecond)}
	if d.Dial.Proxy != "" {
		attrs = append(attrs, "target", d.target()) // the proxy is the remote end
	}
	if secure, ok := conn.(*tls.Conn); ok {
		attrs = append(attrs, tlsAttrs(secure)...)
	}
	d.Log.Info("connected", attrs...)
}

// tlsAttrs says what a handshake came to.
func tlsAttrs(conn *tls.Conn) []any {
	state := conn.ConnectionState()
	attrs := []any{"tls", tls.VersionName(state.Version)}
	if state.NegotiatedProtocol != "" {
		attrs = append(attrs, "alpn", state.NegotiatedProtocol)
	}
	if len(state.PeerCertificates) > 0 {
		attrs = append(attrs, "certificate", endpoint.Fingerprint(state.PeerCertificates[0]))
	}
	return attrs
}

// once connects, in the time that there is for it.
func (d *dialer) once(ctx context.Context) (net.Conn, error) {
	if d.Dial.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, d.Dial.Timeout)
		defer cancel()
	}
	address := d.target()
	conn, err := d.connect(ctx, address)
	if err == nil && d.Dial.Proxy != "" {
		if err = proxy.Connect(ctx, conn, address, d.proxyOptions()); err != nil {
			conn.Close()
			err = d.proxyError(ctx, err)
		}
	}
	if err == nil {
		conn, err = d.prepare(ctx, conn)
	}
	if err != nil {
		return nil, d.describe(ctx, address, err)
	}
	return conn, nil
}

// errProxy says that the proxy didn't answer as one of its kind does.
var errProxy = errors.New("no answer")

// proxyError says what an error of asking the proxy means, once it was reached.
func (d *dialer) proxyError(ctx context.Context, err error) error {
	_, refused := errors.AsType[*proxy.Error](err)
	switch kind := endpoint.Classify(err); {
	case refused:
		return err
	case kind == endpoint.Timeout && timeIsOver(ctx):
		return &namedError{errors.Join(errProxy, err), fmt.Sprintf("no answer from it within %v", d.Dial.Timeout)}
	case kind == endpoint.Reset, errors.Is(err, proxy.ErrClosed):
		return &namedError{errors.Join(errProxy, errReset), "it closed the connection without an answer"}
	case errors.Is(err, proxy.ErrReply):
		return &namedError{errProxy, "its answer makes no sense"}
	}
	return err
}

// timeIsOver reports whether the time of ctx is, which ctx itself may learn a moment
// after a connection that has the same deadline.
func timeIsOver(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ctx.Err() != nil || ok && !time.Now().Before(deadline)
}

func (d *dialer) describe(ctx context.Context, address string, err error) error {
	via := ""
	if d.Dial.Proxy != "" {
		via = " by the proxy " + d.Dial.Proxy
	}
	err = plainly(err)
	if _, named := errors.AsType[*namedError](err); !named && endpoint.Classify(err) == endpoint.Timeout && timeIsOver(ctx) {
		err = &namedError{err, fmt.Sprintf("no connection within %v", d.Dial.Timeout)}
	}
	return fmt.Errorf("connect to %s%s: %w", address, via, err)
}

func (d *dialer) proxyOptions() proxy.Options {
	return proxy.Options{
		Protocol: d.Dial.ProxyProtocol,
		User:     d.Dial.ProxyUser,
		Password: d.Dial.ProxyPassword,
		Resolve: func(ctx context.Context, host string) (netip.Addr, error) {
			addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip4", host)
			if err != nil {
				return netip.Addr{}, err
			}
			return addrs[0], nil
		},
	}
}

// errNumeric is the error of a name where only an address may stand.
var errNumeric = &net.DNSError{Err: "names are not looked up with -n", IsNotFound: true}

// connect connects to the proxy if there is one, or else to address. With addresses
// of both families it tries the second when the first has not answered soon.
func (d *dialer) connect(ctx context.Context, address string) (net.Conn, error) {
	if d.Dial.Proxy != "" {
		address = d.Dial.Proxy
	}
	if host, _, err := net.SplitHostPort(address); d.Dial.NoLookup && err == nil {
		if _, err := netip.ParseAddr(host); err != nil {
			return nil, errNumeric
		}
	}
	if d.Network == Unixgram {
		return d.connectUnixgram(ctx, address)
	}
	dialer := net.Dialer{}
	local, err := d.local()
	if err != nil {
		return nil, err
	}
	if local != nil {
		dialer.LocalAddr = local
	}
	return dialer.DialContext(ctx, d.Network.of(d.Family), address)
}

// local returns the address to connect from, or nil.
func (d *dialer) local() (net.Addr, error) {
	if d.Dial.Source == "" && d.Dial.SourcePort == "" {
		return nil, nil
	}
	if d.Network == Unix {
		return &net.UnixAddr{Name: d.Dial.Source, Net: string(Unix)}, nil
	}
	address := net.JoinHostPort(d.Dial.Source, d.Dial.SourcePort)
	if d.Dial.SourcePort == "" {
		address += "0"
	}
	if d.Network == UDP {
		return net.ResolveUDPAddr(d.Network.of(d.Family), address)
	}
	return net.ResolveTCPAddr(d.Network.of(d.Family), address)
}

// connectUnixgram connects with an address of our own, without which nobody could
// answer.
func (d *dialer) connectUnixgram(ctx context.Context, path string) (net.Conn, error) {
	own, dir := d.Dial.Source, ""
	if own == "" {
		var err error
		if dir, err = os.MkdirTemp("", "baton-nc-"); err != nil {
			return nil, err
		}
		own = filepath.Join(dir, "socket")
	}
	dialer := net.Dialer{LocalAddr: &net.UnixAddr{Name: own, Net: string(Unixgram)}}
	conn, err := dialer.DialContext(ctx, string(Unixgram), path)
	if err != nil {
		removeSocket(own, dir)
		return nil, err
	}
	return &unixgramConn{conn.(*net.UnixConn), own, dir}, nil
}

// A unixgramConn removes its own address when it is closed.
type unixgramConn struct {
	*net.UnixConn
	own, dir string
}

// Close closes the socket.
func (c *unixgramConn) Close() error {
	err := c.UnixConn.Close()
	removeSocket(c.own, c.dir)
	return err
}

func removeSocket(own, dir string) {
	os.Remove(own)
	if dir != "" {
		os.Remove(dir)
	}
}

// prepare does what comes before the first byte: the PROXY header, and TLS.
func (d *dialer) prepare(ctx context.Context, conn net.Conn) (net.Conn, error) {
	if d.Dial.Header != 0 {
		h := proxyproto.Header{Source: addrPort(conn.LocalAddr()), Destination: addrPort(conn.RemoteAddr())}
		if _, err := conn.Write(h.Append(nil, d.Dial.Header)); err != nil {
			conn.Close()
			return nil, err
		}
	}
	if d.tls == nil {
		return conn, nil
	}
	secure := tls.Client(conn, d.tls)
	limit := 10 * time.Second
	if deadline, ok := ctx.Deadline(); ok {
		limit = time.Until(deadline)
	}
	if err := endpoint.Handshake(ctx, secure, limit); err != nil {
		conn.Close()
		return nil, err
	}
	return secure, nil
}

// addrPort returns an address as one of IP, or the zero AddrPort.
func addrPort(addr net.Addr) netip.AddrPort {
	if addr == nil {
		return netip.AddrPort{}
	}
	ap, err := netip.ParseAddrPort(addr.String())
	if err != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}

// peerName names the other end of a connection in messages.
func peerName(conn net.Conn) string {
	if secure, ok := conn.(*tls.Conn); ok {
		return peerName(secure.NetConn())
	}
	addr := conn.RemoteAddr()
	if addr == nil || addr.String() == "" || addr.String() == "@" {
		return "a local program"
	}
	return ui.Safe(addr.String())
}

// connect is the program that connects.
func (p *program) connect(ctx context.Context) error {
	d, err := newDialer(p.opts)
	if err != nil {
		return err
	}
	conn, err := d.dial(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	stop := p.progress()
	defer stop()
	return p.serve(ctx, newClient(conn))
}
