package nc

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"baton/internal/endpoint"
	"baton/internal/exit"
	"baton/internal/ui"
	"baton/serve"
	"baton/task"
)

// listen is the program that listens.
func (p *program) listen(ctx context.Context) error {
	ln, err := p.open(ctx)
	if err != nil {
		return err
	}
	p.streams.Err.Printf("baton nc: listening on %s\n", ui.Safe(listenName(ln.Addr())))
	ln = &gate{Listener: ln, program: p}
	if !p.many() {
		return p.listenOnce(ctx, ln)
	}
	if p.shares() || p.near.live {
		p.hub = newHub(p)
	}
	stop := p.progress()
	defer stop()
	defer context.AfterFunc(ctx, p.near.interrupt)()
	return p.listenOn(ctx, ln)
}

// shares reports whether clients get what other clients send.
func (p *program) shares() bool { return p.opts.Server.Broker || p.opts.Server.Chat }

// many reports whether there may be many clients. Datagrams have no end, after which
// one would be done.
func (p *program) many() bool {
	return p.opts.Listen && (p.opts.Keep || p.opts.Network.datagrams() || p.shares())
}

func listenName(addr net.Addr) string {
	if addr.Network() == "udp" {
		return addr.String() + " (UDP)"
	}
	return addr.String()
}

// open opens the socket. For datagrams, each peer is a connection.
func (p *program) open(ctx context.Context) (net.Listener, error) {
	o := p.opts
	address := o.Host
	if !o.Network.IsUnix() {
		host := o.Host
		switch {
		case host == "" && o.Family == 6:
			host = "::1"
		case host == "":
			host = "127.0.0.1"
		case host == "*":
			host = ""
		}
		address = net.JoinHostPort(host, strconv.Itoa(int(o.Ports[0].First)))
	}
	if !o.Network.datagrams() {
		return endpoint.Listen(ctx, o.Network.of(o.Family), address)
	}
	conn, err := endpoint.ListenPacket(ctx, o.Network.of(o.Family), address)
	if err != nil {
		return nil, err
	}
	return newPeers(conn, p), nil
}

// listenOnce serves the first client that gets so far, and no other.
func (p *program) listenOnce(ctx context.Context, ln net.Listener) error {
	c, err := p.acceptOne(ctx, ln)
	ln.Close()
	if err != nil {
		return err
	}
	defer c.conn.Close()
	stop := p.progress()
	defer stop()
	return p.serve(ctx, c)
}

// acceptOne waits for a client and does what has to be agreed on first.
func (p *program) acceptOne(ctx context.Context, ln net.Listener) (client, error) {
	limit := p.opts.Dial.Timeout
	if limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, limit, &exit.Error{Code: exit.Timeout, Err: fmt.Errorf("nobody connected within %v", limit)})
		defer cancel()
	}
	var once sync.Once
	closeListener := func() { once.Do(func() { ln.Close() }) }
	defer context.AfterFunc(ctx, closeListener)()
	for {
		conn, err := ln.Accept()
		if err != nil {
			closeListener()
			if ctx.Err() != nil {
				return client{}, context.Cause(ctx)
			}
			return client{}, fmt.Errorf("accept: %w", plainly(err))
		}
		ready, err := p.greet(ctx, conn)
		if err == nil {
			return ready, nil
		}
		conn.Close()
		if ctx.Err() != nil {
			return client{}, context.Cause(ctx)
		}
		p.log.Warn("client refused", "remote", peerName(conn), "err", err)
	}
}

// greet does the handshake of TLS with a new client and reads its PROXY header.
func (p *program) greet(ctx context.Context, conn net.Conn) (client, error) {
	if p.tls != nil {
		secure := tls.Server(conn, p.tls)
		if err := endpoint.Handshake(ctx, secure, p.handshake()); err != nil {
			return client{}, err
		}
		conn = secure
	}
	c, err := identify(conn)
	if err == nil {
		p.logAccepted(c)
	}
	return c, err
}

func (p *program) handshake() time.Duration {
	if limit := p.opts.Server.Limits.Handshake; limit > 0 {
		return limit
	}
	return 10 * time.Second
}

// A client is a connection that was accepted, or made, and whose it is.
type client struct {
	conn net.Conn
	name string
	// of the client itself where a proxy passed it on; else of the connection
	remote, local netip.AddrPort
}

func newClient(conn net.Conn) client {
	return client{conn, peerName(conn), addrPort(conn.RemoteAddr()), addrPort(conn.LocalAddr())}
}

// identify says whose a connection is, which a PROXY header may tell.
func identify(conn net.Conn) (client, error) {
	c := newClient(conn)
	under := conn
	secure, isSecure := conn.(*tls.Conn)
	if isSecure {
		under = secure.NetConn()
	}
	if h, ok := under.(*headed); ok {
		if err := h.readHeader(); err != nil {
			return client{}, err
		}
		if !isSecure {
			c.conn = h.Conn // the rest needs no look at it
		}
		if src := h.header.Source; src.IsValid() {
			c.remote, c.local = src, h.header.Destination
			c.name = src.String() + " by " + c.name
		}
	}
	return c, nil
}

func (p *program) logAccepted(c client) {
	attrs := []any{"remote", c.name}
	if secure, ok := c.conn.(*tls.Conn); ok {
		attrs = append(attrs, tlsAttrs(secure)...)
	}
	p.log.Info("accepted", attrs...)
}

// listenOn serves clients until ctx ends.
func (p *program) listenOn(ctx context.Context, ln net.Listener) error {
	opts := endpoint.Options{Name: "nc", Limits: p.opts.Server.Limits, TLS: p.tls, Log: p.log}
	if p.opts.Network.datagrams() {
		opts.Refuse = func(net.Conn, string) {} // silence is the answer to a flood
	}
	run := func(ctx context.Context, g *task.Group) error {
		if p.hub != nil && !p.shares() {
			g.Go(p.hub.feed) // ends with the input or ctx
		}
		return endpoint.Serve(ctx, ln, opts, func(ctx context.Context, conn net.Conn) error {
			c, err := identify(conn)
			if err != nil {
				p.log.Warn("client refused", "remote", peerName(conn), "err", err)
				return nil
			}
			if p.hub == nil { // else it is said once the client is a member
				p.logAccepted(c)
			}
			return p.serve(ctx, c)
		})
	}
	err := task.Run(ctx, task.Options{Name: "nc"}, run)
	if errors.Is(err, serve.ErrCutOff) {
		p.log.Warn("clients were cut off", "err", err)
		err = nil
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
