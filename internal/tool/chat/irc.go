package chat

import (
	"context"
	"fmt"
	"net"
	"time"

	"baton/internal/tool/chat/room"
)

// serveIRC serves a client that speaks IRC.
func (s *server) serveIRC(_ context.Context, conn net.Conn, _ room.ConnInfo) error {
	conn.SetWriteDeadline(time.Now().Add(s.opts.Endpoint.Limits.Handshake))
	_, err := fmt.Fprint(conn, "ERROR :this server has no IRC\r\n")
	return err
}
