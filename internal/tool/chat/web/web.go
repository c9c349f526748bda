// Package web is the chat for browsers: a page, and the WebSocket behind it, over
// which go objects of JSON, one in a frame. Programs use the WebSocket too: docs/json.md
// has the shapes.
//
// A browser may lose its connection at any moment. It keeps the number of the last
// message of each room, and gives each line that it sends an id of its own. After it
// has connected again it gets what it has missed, and sends again what was not
// confirmed: what is stored already is not stored twice.
package web

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"baton/internal/endpoint"
	"baton/internal/tool/chat/login"
	"baton/internal/tool/chat/room"
	"baton/internal/tool/chat/web/wire"
	"baton/internal/wsframe"
	"baton/serve"
)

// Options are what the clients of a server share.
type Options struct {
	Hub      *room.Hub
	Accounts login.Accounts // nil: there are none
	Server   string         // its name
	MOTD     []string       // lines that are shown at the start
	// Hosts says under which names browsers may reach the server: a page elsewhere
	// can't talk to it under a name of its own. Nil: all.
	Hosts func(host string) bool
	// Handshake is the time for the first frame; the default is a minute.
	Handshake time.Duration
	// Ping is how often a silent client is asked whether it is still there, and how
	// long it has for an answer; the default is a minute.
	Ping time.Duration
}

// A Server serves browsers. It is made by [New].
type Server struct {
	opts     Options
	sessions sessions
}

// New returns a server.
func New(opts Options) *Server {
	if opts.Handshake == 0 {
		opts.Handshake = time.Minute
	}
	if opts.Ping == 0 {
		opts.Ping = time.Minute
	}
	return &Server{opts: opts}
}

const (
	// maxMessage is how long a client's object may be.
	maxMessage = 16 << 10
	// bufferSize is what is borrowed to read frames: with more of them at once, there
	// are fewer transactions.
	bufferSize = 32 << 10
	// maxParts is how long a client may take for a message in fragments.
	maxParts = 30 * time.Second

	maxTries   = 10  // at a name
	maxBacklog = 200 // messages that come with a room
)

// Serve serves a client that has asked for a WebSocket with req, until it leaves, its
// connection ends or ctx does. Rest is what has been read behind the request. Serve
// may be called concurrently, and its error may be that of [serve.Park].
func (srv *Server) Serve(ctx context.Context, conn net.Conn, rest []byte, req *http.Request, info room.ConnInfo) error {
	conn.SetWriteDeadline(time.Now().Add(10 * time.Second))
	if err := accept(conn, req, srv.opts.Hosts); err != nil {
		return err
	}
	conn.SetWriteDeadline(time.Time{})
	frames := endpoint.NewLines(conn, endpoint.LineOptions{
		Max: bufferSize - 2, Idle: srv.opts.Handshake, Cut: cut, Park: true, Unread: rest,
	})
	info.Reader = frames
	hub := srv.opts.Hub
	s := &session{srv: srv, opts: &srv.opts, hub: hub, frames: frames}
	s.c = hub.Connect(conn, info, encoder{})
	return serve.After(s.run(ctx), func(err error) error {
		why, err := s.end(ctx, err)
		srv.sessions.forget(s.token, s.c)
		hub.Leave(s.c, why)
		frames.Close()
		return err
	})
}

// run serves the client until it leaves, or parks when it says nothing for a while.
func (s *session) run(ctx context.Context) error {
	for {
		step := s.batch
		if s.nick == "" {
			step = s.greet
		}
		switch err := step(ctx); {
		case errors.Is(err, endpoint.ErrQuiet):
			return s.frames.Park(s.run)
		case err != nil:
			return err
		}
	}
}

// end says good-bye to a client, unless the hub has, and returns why it leaves, for the
// others. There must not be two such frames: a browser takes the second one for a fault,
// and forgets the first.
func (s *session) end(ctx context.Context, err error) (string, error) {
	if reason := s.c.Err(); reason != nil {
		_, text := closeCode(reason)
		return text, nil
	}
	code, text, failure := wsframe.Normal, "connection closed", err
	var left bye
	var wrong *wsframe.Error
	switch {
	case errors.As(err, &left):
		code, text, failure = left.code, "left", nil
	case ctx.Err() != nil:
		code, text, failure = wsframe.GoingAway, "the server is going down", nil
	case errors.Is(err, endpoint.ErrIdle) && s.nick != "":
		code, text = wsframe.Later, "silent for too long"
	case errors.Is(err, endpoint.ErrIdle):
		code, text = wsframe.Policy, "silent for too long"
	case errors.As(err, &wrong):
		code, text = wrong.Code, wrong.Why
	case errors.Is(err, endpoint.ErrLineTooLong), errors.Is(err, endpoint.ErrSlowLine):
		code, text = wsframe.ProtocolError, "not what a WebSocket's client sends"
	case errors.Is(err, errTries):
		code, text, failure = wsframe.Policy, err.Error(), nil
	}
	s.c.CloseWith(wsframe.AppendClose(nil, code, text), nil)
	return text, failure
}

// closeCode returns with which code the hub's end of a connection is told, and how.
func closeCode(reason error) (wsframe.Code, string) {
	switch {
	case errors.Is(reason, room.ErrDrained):
		return wsframe.GoingAway, "the server is going down"
	case errors.Is(reason, room.ErrSlow), errors.Is(reason, room.ErrSendQ):
		return wsframe.Later, reason.Error()
	}
	return wsframe.Policy, reason.Error()
}

// Farewell implements [room.Farewell].
func (encoder) Farewell(reason error) []byte {
	code, why := closeCode(reason)
	var frames []byte
	if code == wsframe.GoingAway {
		text := "The server is going down."
		frames = (&wire.Event{Op: "closing", Text: &text}).Append(nil)
	}
	return wsframe.AppendClose(frames, code, why)
}
