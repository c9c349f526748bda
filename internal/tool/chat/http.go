package chat

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"baton/internal/tool/chat/room"
)

// maxHead is how long the head of a request may be.
const maxHead = 16 << 10

// serveHTTP serves a client that has begun a request. A WebSocket is served right
// here, because it stays: it shall not have the buffers and the goroutine of package
// net/http. Other requests are handed to a server of that package.
func (s *server) serveHTTP(ctx context.Context, conn net.Conn, info room.ConnInfo) error {
	conn.SetReadDeadline(time.Now().Add(s.opts.Endpoint.Limits.Handshake))
	head, rest, err := readHead(conn)
	if err != nil {
		return err
	}
	conn.SetReadDeadline(time.Time{})
	if req := upgrade(head); req != nil {
		req.RemoteAddr = conn.RemoteAddr().String()
		return s.ws.Serve(ctx, conn, rest, req.WithContext(ctx), info)
	}
	return s.http.serve(replay(conn, append(head, rest...)))
}

// readHead reads up to the empty line behind a request's head, and returns what has
// come behind that too.
func readHead(conn net.Conn) (head, rest []byte, err error) {
	buf := make([]byte, 0, 2048)
	for {
		if len(buf) == cap(buf) {
			buf = append(buf, make([]byte, len(buf))...)[:len(buf)]
		}
		n, err := conn.Read(buf[len(buf):cap(buf)])
		from := max(0, len(buf)-3)
		buf = buf[:len(buf)+n]
		if i := bytes.Index(buf[from:], []byte("\r\n\r\n")); i >= 0 {
			end := from + i + 4
			return buf[:end:end], buf[end:], nil
		}
		switch {
		case err != nil:
			return nil, nil, err
		case len(buf) > maxHead:
			conn.SetWriteDeadline(time.Now().Add(time.Second))
			fmt.Fprint(conn, "HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
			return nil, nil, errors.New("request head too long")
		}
	}
}

// upgrade returns the request with that head if it asks for a WebSocket.
func upgrade(head []byte) *http.Request {
	if !bytes.Contains(bytes.ToLower(head), []byte("\r\nupgrade:")) {
		return nil
	}
	req, err := http.ReadRequest(bufio.NewReaderSize(bytes.NewReader(head), len(head)))
	if err != nil || !strings.EqualFold(req.Header.Get("Upgrade"), "websocket") {
		return nil
	}
	return req
}

// httpServer is a server of package net/http whose connections are handed to it.
type httpServer struct {
	srv  *http.Server
	ch   chan net.Conn
	once sync.Once
	done chan struct{}
}

func newHTTPServer(handler http.Handler, logger *slog.Logger) *httpServer {
	return &httpServer{
		srv: &http.Server{
			Handler:           handler,
			ReadHeaderTimeout: 10 * time.Second,
			ReadTimeout:       30 * time.Second,
			WriteTimeout:      30 * time.Second,
			IdleTimeout:       2 * time.Minute,
			MaxHeaderBytes:    maxHead,
			ErrorLog:          log.New(httpLog{logger}, "", 0),
		},
		ch:   make(chan net.Conn),
		done: make(chan struct{}),
	}
}

// run serves until close.
func (h *httpServer) run() error {
	if err := h.srv.Serve(h); !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("serve HTTP: %w", err)
	}
	return nil
}

// serve hands a connection over and returns when it has been closed.
func (h *httpServer) serve(conn net.Conn) error {
	c := &handed{Conn: conn, closed: make(chan struct{})}
	select {
	case h.ch <- c:
		<-c.closed
	case <-h.done:
	}
	return nil
}

// shutdown closes connections as they become idle, for at most that long, and then
// the others.
func (h *httpServer) shutdown(limit time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	if h.srv.Shutdown(ctx) != nil {
		h.srv.Close()
	}
}

// Accept, Close and Addr make h the listener of its server.
func (h *httpServer) Accept() (net.Conn, error) {
	select {
	case c := <-h.ch:
		return c, nil
	case <-h.done:
		return nil, net.ErrClosed
	}
}

// Close ends Accept.
func (h *httpServer) Close() error {
	h.once.Do(func() { close(h.done) })
	return nil
}

// Addr returns an address that nobody asks for.
func (h *httpServer) Addr() net.Addr { return &net.TCPAddr{} }

// handed is a connection that says when it is closed.
type handed struct {
	net.Conn
	once   sync.Once
	closed chan struct{}
}

func (c *handed) Close() error {
	err := c.Conn.Close()
	c.once.Do(func() { close(c.closed) })
	return err
}

// httpLog writes what package net/http has to say into a log.
type httpLog struct{ log *slog.Logger }

func (l httpLog) Write(p []byte) (int, error) {
	l.log.Debug("http", "message", strings.TrimSpace(string(p)))
	return len(p), nil
}
