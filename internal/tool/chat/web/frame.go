package web

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/gobwas/ws"
)

var errProtocol = errors.New("not the protocol of WebSocket")

// accept answers a request for a WebSocket (RFC 6455, section 4.2). A page of
// another site is refused: a browser sends its origin along.
func accept(w io.Writer, req *http.Request, hosts func(string) bool) error {
	key, err := base64.StdEncoding.DecodeString(req.Header.Get("Sec-WebSocket-Key"))
	switch {
	case req.Method != http.MethodGet || req.URL.Path != "/ws":
		return refuse(w, http.StatusNotFound, "there is a WebSocket at /ws only")
	case req.Header.Get("Sec-WebSocket-Version") != "13":
		return refuse(w, http.StatusUpgradeRequired, "the version of WebSocket is 13")
	case err != nil || len(key) != 16 || !hasToken(req.Header.Values("Connection"), "upgrade"):
		return refuse(w, http.StatusBadRequest, "this is no request for a WebSocket")
	case hosts != nil && !hosts(req.Host), !sameOrigin(req):
		return refuse(w, http.StatusForbidden, "pages of other sites may not use this")
	}
	// The response is to show that the request was understood, not to protect
	// anything: that the hash is weak doesn't matter.
	sum := sha1.Sum([]byte(req.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	_, err = fmt.Fprintf(w, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
		base64.StdEncoding.EncodeToString(sum[:]))
	return err
}

func refuse(w io.Writer, code int, why string) error {
	extra := ""
	if code == http.StatusUpgradeRequired {
		extra = "Sec-WebSocket-Version: 13\r\n"
	}
	_, err := fmt.Fprintf(w, "HTTP/1.1 %d %s\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n%sContent-Length: %d\r\n\r\n%s\n",
		code, http.StatusText(code), extra, len(why)+1, why)
	return errors.Join(fmt.Errorf("%w: %s", errProtocol, why), err)
}

// sameOrigin reports whether a request comes from a page of this server, or from no
// browser.
func sameOrigin(req *http.Request) bool {
	origin := req.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, req.Host)
}

func hasToken(values []string, token string) bool {
	for _, v := range values {
		for word := range strings.SplitSeq(v, ",") {
			if strings.EqualFold(strings.TrimSpace(word), token) {
				return true
			}
		}
	}
	return false
}

// cut returns how many bytes the first frame has, or 0 if it isn't whole. It is how
// package endpoint reads frames.
func cut(unread []byte) int {
	r := bytes.NewReader(unread)
	h, err := ws.ReadHeader(r)
	head := len(unread) - r.Len()
	if err != nil || h.Length > int64(r.Len()) {
		return 0
	}
	return head + int(h.Length)
}

// open takes a whole frame apart. The payload is part of it.
func open(b []byte) (h ws.Header, payload []byte, err error) {
	r := bytes.NewReader(b)
	if h, err = ws.ReadHeader(r); err != nil {
		return h, nil, fmt.Errorf("%w: %w", errProtocol, err)
	}
	// Each object is in one frame; no client of ours needs fragments.
	if err = ws.CheckHeader(h, ws.StateServerSide); err != nil || !h.Fin || h.OpCode == ws.OpContinuation {
		return h, nil, fmt.Errorf("%w: unexpected frame", errProtocol)
	}
	payload = b[len(b)-r.Len():]
	ws.Cipher(payload, h.Mask, 0)
	return h, payload, nil
}
