package chat

import (
	"context"
	"net"
	"strings"

	ircd "baton/internal/tool/chat/irc"
	"baton/internal/tool/chat/room"
)

// ircServer returns the transport of IRC.
func (s *server) ircServer() *ircd.Server {
	return ircd.New(s.hub, ircd.Options{
		Name:      hostName(s.opts.Name),
		Network:   s.opts.Name,
		Version:   s.opts.Version,
		Motd:      strings.Join(s.opts.MOTD, "\n"),
		Accounts:  s.allAccounts,
		Replay:    s.opts.Replay,
		Handshake: s.opts.Endpoint.Limits.Handshake,
		Line:      s.opts.Endpoint.Limits.Line,
		Log:       s.log,
	})
}

// hostName returns a name with a dot in it, by which IRC clients tell servers from
// people.
func hostName(name string) string {
	if strings.Contains(name, ".") {
		return name
	}
	return name + ".chat"
}

// serveIRC serves a client that speaks IRC.
func (s *server) serveIRC(ctx context.Context, conn net.Conn, info room.ConnInfo) error {
	return s.irc.Serve(ctx, conn, info)
}
