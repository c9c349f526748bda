package chat

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"time"

	"baton/internal/endpoint"
	"baton/internal/tool/chat/plain"
	"baton/internal/tool/chat/room"
)

// A protocol is what a client speaks.
type protocol int

const (
	unknown protocol = iota // not enough to tell
	plainLines
	irc
	httpRequest
	tlsHello
)

// longest is how many bytes are needed to tell: those of "AUTHENTICATE ".
const longest = 16

// sniff tells the protocol by the first bytes that a client sends. Whole says that no
// more will come.
func sniff(head []byte, whole bool) protocol {
	if len(head) == 0 {
		return unknown
	}
	if head[0] == 0x16 {
		return tlsHello
	}
	// A line that begins with a prefix or with tags is of IRC too, but no client
	// begins so.
	end := bytes.IndexAny(head, " \r\n")
	if end < 0 {
		if len(head) < longest && !whole && isWord(head) {
			return unknown
		}
		return plainLines
	}
	switch word := string(bytes.ToUpper(head[:end])); {
	case head[end] != ' ':
		return plainLines // "NICK" alone is a name
	case word == "CAP", word == "NICK", word == "USER", word == "PASS", word == "AUTHENTICATE":
		return irc
	case string(head[:end]) == word && isMethod(word):
		return httpRequest
	}
	return plainLines
}

func isWord(b []byte) bool {
	for _, c := range b {
		if c|0x20 < 'a' || c|0x20 > 'z' {
			return false
		}
	}
	return true
}

func isMethod(word string) bool {
	switch word {
	case "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE", "PRI":
		return true
	}
	return false
}

// serve finds out what a client speaks and serves it.
func (s *server) serve(ctx context.Context, conn net.Conn) error {
	return s.speak(ctx, conn, false)
}

// lingering is how long a client has to close its side after ours.
const lingering = 500 * time.Millisecond

// linger lets the client read the last that was written to it. A connection that is
// closed while there is something of the client's unread is reset, and what is on its
// way to the client may be lost then.
func linger(_ context.Context, conn net.Conn, err error) error {
	c, ok := conn.(interface{ CloseWrite() error })
	if !ok || c.CloseWrite() != nil {
		return err
	}
	conn.SetReadDeadline(time.Now().Add(lingering))
	io.Copy(io.Discard, conn) // until the client closes, or the deadline
	return err
}

// speak serves a connection, within TLS if secure.
func (s *server) speak(ctx context.Context, conn net.Conn, secure bool) error {
	p, conn, greeted, err := s.detect(ctx, conn)
	if err != nil {
		return err
	}
	info := about(conn, secure)
	switch p {
	case tlsHello:
		if secure || s.opts.TLS == nil {
			s.conns.refused.Add(1)
			return nil
		}
		return s.speakTLS(ctx, conn)
	case irc:
		s.conns.irc.Add(1)
		info.Transport = transportIRC
		return s.serveIRC(ctx, conn, info)
	case httpRequest:
		s.conns.http.Add(1)
		info.Transport = transportWeb
		return s.serveHTTP(ctx, conn, info)
	}
	s.conns.plain.Add(1)
	info.Transport = transportPlain
	return plain.Serve(ctx, conn, info, &s.plain, greeted)
}

func (s *server) speakTLS(ctx context.Context, conn net.Conn) error {
	s.conns.tls.Add(1)
	secure := tls.Server(conn, s.opts.TLS)
	if err := endpoint.Handshake(ctx, secure, s.opts.Endpoint.Limits.Handshake); err != nil {
		s.log.InfoContext(ctx, "handshake failed", "remote", conn.RemoteAddr(), "err", err)
		return nil
	}
	defer secure.Close() // tells the client that nothing was cut off
	return s.speak(ctx, secure, true)
}

// detect waits for the first bytes. A client that is silent is greeted, and then its
// first line decides. The connection that it returns has all bytes still unread.
func (s *server) detect(ctx context.Context, conn net.Conn) (_ protocol, _ net.Conn, greeted bool, err error) {
	undo := context.AfterFunc(ctx, func() { conn.SetReadDeadline(time.Unix(1, 0)) })
	defer undo()
	limits := s.opts.Endpoint.Limits
	peeker := newPeeker(conn)
	conn.SetReadDeadline(time.Now().Add(s.moment()))
	p, err := peeker.protocol(sniff)
	s.silent.Add(-1)
	if errors.Is(err, os.ErrDeadlineExceeded) && ctx.Err() == nil {
		if !peeker.any() {
			greeted = true
			conn.SetWriteDeadline(time.Now().Add(limits.Handshake))
			if _, err := conn.Write(s.plain.Greeting()); err != nil {
				return 0, conn, false, err
			}
			conn.SetWriteDeadline(time.Time{})
		}
		conn.SetReadDeadline(time.Now().Add(time.Minute))
		p, err = peeker.protocol(sniff)
		if greeted && errors.Is(err, os.ErrDeadlineExceeded) && ctx.Err() == nil {
			conn.SetWriteDeadline(time.Now().Add(limits.Handshake))
			_, werr := io.WriteString(conn, plain.TooSilent+"\r\n")
			return 0, conn, false, errors.Join(err, werr)
		}
	}
	if ctx.Err() != nil {
		return 0, conn, false, context.Cause(ctx)
	}
	if err != nil {
		return 0, conn, false, err
	}
	conn.SetReadDeadline(time.Time{})
	return p, peeker.conn(), greeted, nil
}

// moment returns how long a client that has just connected may be silent. Where many
// come at once, this machine or theirs may have no time for them at once, and one that
// is greeted although it is about to speak HTTP takes the greeting for the answer.
func (s *server) moment() time.Duration {
	return s.opts.Greet * time.Duration(min(1+s.silent.Add(1)/8, 10))
}

// about returns what is known of a connection's other end.
func about(conn net.Conn, secure bool) room.ConnInfo {
	info := room.ConnInfo{Addr: "local", Host: "local", Secure: secure}
	if addr := conn.RemoteAddr(); addr != nil {
		if ap, err := netip.ParseAddrPort(addr.String()); err == nil {
			info.Addr = ap.Addr().Unmap().WithZone("").String()
			info.Host = info.Addr
			if ap.Addr().Is6() && !ap.Addr().Is4In6() && info.Host[0] == ':' {
				info.Host = "0" + info.Host // in IRC nothing may begin with a colon
			}
		}
	}
	return info
}
