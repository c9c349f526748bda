package chat

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"baton/internal/tool/chat/room"
)

// pages returns what the server has for browsers, and for Prometheus.
func (s *server) pages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", s.metrics)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprintln(w, "This is a chat. Connect to this port with nc or telnet.")
	})
	return mux
}

// serveWebSocket serves a client that asks for a WebSocket with req.
func (s *server) serveWebSocket(_ context.Context, conn net.Conn, _ *http.Request, _ room.ConnInfo) error {
	conn.SetWriteDeadline(time.Now().Add(s.opts.Endpoint.Limits.Handshake))
	_, err := fmt.Fprint(conn, "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
	return err
}
