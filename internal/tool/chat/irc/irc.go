// Package irc is the IRC transport of the chat server: it reads the lines of IRC
// clients and runs them as transactions of the hub, and encodes the hub's events
// for each client as its capabilities allow.
//
// It follows "Modern IRC Client Protocol" and the specifications of IRCv3. Start
// with [New] and [Server.Serve].
//
// # From a line to the hub
//
// A connection has one goroutine, its reader. It parses the lines that have come
// together and runs them in one transaction; commands that wait for the disk or
// for a password hash run between two transactions. What they answer goes through
// the transaction too, so that it comes in order with the events.
package irc

import (
	"context"
	"log/slog"
	"net"
	"time"

	"baton/internal/tool/chat/account"
	"baton/internal/tool/chat/room"
	"baton/serve"
)

// Options configure the transport; the zero value is useful.
type Options struct {
	// Name is what the server calls itself; the default is "baton.chat".
	Name string
	// Network is the name of the network; the default is "baton".
	Network string
	// Version is what VERSION and the welcome say; the default is "baton".
	Version string
	// Motd is the message of the day, line by line; without it there is none.
	Motd string
	// Accounts checks passwords; without it there are no accounts to log in to.
	Accounts *account.Accounts
	// Replay is how many of the last messages of a room those clients get when
	// they come in that can't ask for history; zero means none.
	Replay int
	// Handshake is the time until a client must have given its name; the default
	// is 30 s.
	Handshake time.Duration
	// Ping is after how long a silent client is asked whether it is there, and
	// again how long it has to answer; the default is 2 minutes.
	Ping time.Duration
	// Line is the time that a client has from the first byte of a line to its
	// end; the default is 30 s.
	Line time.Duration
	// Log gets what goes wrong; the default is none.
	Log *slog.Logger
}

func (o *Options) setDefaults() {
	if o.Replay < 0 || o.Handshake < 0 || o.Ping < 0 || o.Line < 0 {
		panic("irc: negative limit")
	}
	for _, d := range []struct {
		field *string
		value string
	}{{&o.Name, "baton.chat"}, {&o.Network, "baton"}, {&o.Version, "baton"}} {
		if *d.field == "" {
			*d.field = d.value
		}
	}
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{{&o.Handshake, 30 * time.Second}, {&o.Ping, 2 * time.Minute}, {&o.Line, 30 * time.Second}} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
}

// A Server serves IRC clients. Its methods may be called concurrently.
type Server struct {
	hub     *room.Hub
	opts    Options
	enc     *encoder
	started time.Time

	commands map[string]*command
	sorted   []*command // by name

	// The hub's.
	x       exec
	watches watches
}

// New returns a server for the clients of a hub.
func New(hub *room.Hub, opts Options) *Server {
	opts.setDefaults()
	srv := &Server{
		hub:     hub,
		opts:    opts,
		enc:     &encoder{server: opts.Name},
		started: time.Now(),
		watches: watches{},
	}
	srv.sorted = commandTable()
	srv.commands = make(map[string]*command, len(srv.sorted))
	for _, c := range srv.sorted {
		srv.commands[c.name] = c
	}
	hub.Watch(srv.presence)
	return srv
}

// Serve talks to one client until it leaves or the hub ends the connection, as it
// does for all in [room.Hub.Drain]. It doesn't close the connection. When ctx ends,
// what the client sends isn't run any more. What a client does is no error, so that
// there is no error but that of [serve.Park].
func (srv *Server) Serve(ctx context.Context, conn net.Conn, info room.ConnInfo) error {
	s := newSession(srv, conn, info)
	return serve.After(s.run(ctx), s.left)
}
