// Package chat is a chat server for every client on one port: nc and telnet with
// plain lines, IRC, and a web page, in the same rooms.
//
// [Run] serves a listener. The first bytes of a connection say what its client
// speaks; package room is what they all share.
package chat

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	"baton/internal/endpoint"
	"baton/internal/tool/chat/account"
	ircd "baton/internal/tool/chat/irc"
	"baton/internal/tool/chat/plain"
	"baton/internal/tool/chat/room"
	"baton/internal/tool/chat/store"
	"baton/internal/tool/chat/web"
	"baton/task"
)

// Options configure a server.
type Options struct {
	Endpoint endpoint.Options // limits, log; its TLS is not used
	TLS      *tls.Config      // for the clients that begin with a TLS hello; nil: none may
	Room     room.Options
	Store    store.Store // the caller's to close
	Name     string      // of the server
	Version  string      // what it calls its program
	MOTD     []string    // lines for clients that come in
	Replay   int         // how many messages IRC clients get that can't ask for history
	// MetricsForAll lets others than this machine's loopback read /metrics.
	MetricsForAll bool
	// Greet is how long a client may be silent until it is greeted as one of plain
	// lines; the default is 600 ms. It is longer while many are silent.
	Greet time.Duration
}

// A server is one call of Run.
type server struct {
	opts    Options
	hub     *room.Hub
	log     *slog.Logger
	started time.Time
	plain   plain.Options
	irc     *ircd.Server
	ws      *web.Server
	http    *httpServer
	conns   counts
	silent  atomic.Int64 // connections of which nothing is known yet

	allAccounts *account.Accounts
}

// Run serves the connections of ln, until ctx ends. Then it tells the clients, gives
// them a second to take what there is for them, and returns: nil, or what serve
// returns.
func Run(ctx context.Context, ln net.Listener, o Options) error {
	if o.Greet == 0 {
		o.Greet = 600 * time.Millisecond
	}
	if o.Endpoint.Log == nil {
		o.Endpoint.Log = slog.New(slog.DiscardHandler)
	}
	if o.Endpoint.Limits.Handshake == 0 {
		o.Endpoint.Limits.Handshake = 10 * time.Second
	}
	o.Room.Log = o.Endpoint.Log
	o.Endpoint.TLS = nil // each client chooses
	o.Endpoint.Refuse = refuse
	o.Endpoint.End = linger
	hub, err := room.New(ctx, o.Room, o.Store)
	if err != nil {
		ln.Close()
		if ctx.Err() != nil { // nobody has been served yet
			o.Endpoint.Log.DebugContext(ctx, "stopped while the rooms were opened", "err", err)
			return nil
		}
		return fmt.Errorf("open the rooms: %w", err)
	}
	defer hub.Close()
	s := &server{opts: o, hub: hub, log: o.Endpoint.Log, started: time.Now()}
	s.plain = plain.Options{Hub: hub, Server: o.Name, MOTD: o.MOTD, Idle: o.Endpoint.Limits.Idle}
	s.allAccounts = account.New(o.Store, account.Options{})
	s.plain.Accounts = s.accounts()
	s.irc = s.ircServer()
	names := hosts(ln.Addr())
	s.ws = s.sockets(names)
	s.http = newHTTPServer(s.pages(names), s.log)

	// The hub, and what is in flight, go on while the clients are told.
	hctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	return task.Run(hctx, task.Options{Name: "chat"}, func(hctx context.Context, g *task.Group) error {
		g.Go(func(hctx context.Context) error { return s.hub.Run(hctx) })
		g.Go(func(context.Context) error { return s.http.run() })
		g.Go(func(hctx context.Context) error {
			select {
			case <-ctx.Done():
			case <-hctx.Done(): // the listener has failed
			}
			s.drain(hctx)
			s.http.shutdown(lastRequests)
			return nil
		})
		err := endpoint.Serve(ctx, ln, o.Endpoint, s.serve)
		stop()
		return err
	})
}

// drain tells all clients that the server is going down.
func (s *server) drain(ctx context.Context) {
	err := s.hub.Drain(ctx)
	if err != nil && !errors.Is(err, room.ErrDrained) && ctx.Err() == nil {
		s.log.Error("clients not told of the end", "err", err)
	}
}

// lastRequests is how long requests may take that are under way at the end.
const lastRequests = 2 * time.Second

// The names of transports, for [room.ConnInfo].
const (
	transportPlain = "plain"
	transportIRC   = "irc"
	transportWeb   = "web"
)

// refuse tells a connection beyond a limit why it is refused. What it speaks isn't
// known yet; plain lines and IRC take this.
func refuse(conn net.Conn, reason string) { fmt.Fprintf(conn, "ERROR :refused: %s\r\n", reason) }
