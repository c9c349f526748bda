package wsframe

import (
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Accept answers a request for a WebSocket (RFC 6455, section 4.2). A request that is
// none gets an answer that says so, and an [*Error] is returned. Who may ask, and at
// which path, is for the caller to check first, with [Refuse].
func Accept(w io.Writer, req *http.Request) error {
	key := req.Header.Get("Sec-WebSocket-Key")
	nonce, err := base64.StdEncoding.DecodeString(key)
	switch {
	case req.Header.Get("Sec-WebSocket-Version") != "13":
		return Refuse(w, http.StatusUpgradeRequired, "the version of WebSocket is 13")
	case req.Method != http.MethodGet || err != nil || len(nonce) != nonceSize ||
		!hasToken(req.Header, "Connection", "upgrade") || !hasToken(req.Header, "Upgrade", "websocket"):
		return Refuse(w, http.StatusBadRequest, "this is no request for a WebSocket")
	}
	_, err = fmt.Fprintf(w, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n", proofOf(key))
	return err
}

// Refuse answers a request for a WebSocket with why there is none, and returns that
// as an [*Error], or the error of writing it.
func Refuse(w io.Writer, status int, why string) error {
	extra := ""
	if status == http.StatusUpgradeRequired {
		extra = "Sec-WebSocket-Version: 13\r\n"
	}
	_, err := fmt.Fprintf(w, "HTTP/1.1 %d %s\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n%sContent-Length: %d\r\n\r\n%s\n",
		status, http.StatusText(status), extra, len(why)+1, why)
	if err != nil {
		return err
	}
	return &Error{Code: Policy, Why: why}
}

// nonceSize is how many bytes a client's key stands for.
const nonceSize = 16

// proofOf returns what shows that a request with that key was understood. It protects
// nothing: that the hash is weak doesn't matter.
func proofOf(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// hasToken reports whether the list that a field of the header has contains a word.
func hasToken(header http.Header, field, token string) bool {
	for _, v := range header.Values(field) {
		for word := range strings.SplitSeq(v, ",") {
			if strings.EqualFold(strings.TrimSpace(word), token) {
				return true
			}
		}
	}
	return false
}
