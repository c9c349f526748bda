package nc

import (
	"net"
	"sync"
	"time"

	"baton/internal/proxyproto"
)

// A gate is a listener that lets only those in whom the lists admit.
type gate struct {
	net.Listener
	program *program
}

// Accept returns the next client that may come in.
func (g *gate) Accept() (net.Conn, error) {
	for {
		conn, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		p := g.program
		if !p.opts.Server.admits(conn.RemoteAddr()) {
			p.log.Warn("client refused", "remote", peerName(conn), "err", "its address is not allowed")
			conn.Close()
			continue
		}
		if p.opts.Server.Header {
			conn = &headed{Conn: conn, limit: p.handshake()}
		}
		return conn, nil
	}
}

// A headed connection begins with a PROXY header, which is read before anything else.
type headed struct {
	net.Conn
	limit  time.Duration
	once   sync.Once
	header proxyproto.Header
	err    error
}

// Read reads what follows the header.
func (h *headed) Read(p []byte) (int, error) {
	if err := h.readHeader(); err != nil {
		return 0, err
	}
	return h.Conn.Read(p)
}

// readHeader reads the header if that hasn't been done.
func (h *headed) readHeader() error {
	h.once.Do(func() {
		h.SetReadDeadline(time.Now().Add(h.limit))
		h.header, h.err = proxyproto.Read(h.Conn)
		h.SetReadDeadline(time.Time{})
	})
	return h.err
}

// CloseWrite closes our half.
func (h *headed) CloseWrite() error { return closeWrite(h.Conn) }
