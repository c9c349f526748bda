package wsframe

import (
	"bufio"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// errNoAnswer says that the other side is no server of WebSocket.
var errNoAnswer = errors.New("its answer is not one to a request for a WebSocket")

// Dial asks for a WebSocket on a connection, and returns what reads on: the server's
// first frames may have come with its answer. Origin is the scheme and the host of
// the page that asks, as a browser tells it. Dial waits for the answer for as long as
// the connection lets it.
func Dial(conn io.ReadWriter, host, path, origin string) (*bufio.Reader, error) {
	var nonce [nonceSize]byte
	rand.Read(nonce[:]) // never fails
	key := base64.StdEncoding.EncodeToString(nonce[:])
	_, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n\r\n", path, host, origin, key)
	if err != nil {
		return nil, fmt.Errorf("ask for a WebSocket: %w", err)
	}
	in := bufio.NewReader(conn)
	resp, err := http.ReadResponse(in, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoAnswer, err)
	}
	// The body is not closed, which would read what a server goes on to send.
	switch {
	case resp.StatusCode != http.StatusSwitchingProtocols:
		return nil, fmt.Errorf("%w: %s", errNoAnswer, resp.Status)
	case !hasToken(resp.Header, "Upgrade", "websocket"), !hasToken(resp.Header, "Connection", "upgrade"),
		resp.Header.Get("Sec-WebSocket-Accept") != proofOf(key),
		// Neither was asked for.
		resp.Header.Get("Sec-WebSocket-Extensions") != "", resp.Header.Get("Sec-WebSocket-Protocol") != "":
		return nil, errNoAnswer
	}
	return in, nil
}

// A Reader reads messages and frames of control, one after the other. It is for one
// goroutine.
type Reader struct {
	In    io.Reader
	From  Side // who sends
	Limit int  // bytes of a message

	joiner Joiner
}

// Next returns the next message or frame of control. It waits for as long as In lets
// it; its errors are those of In, and an [*Error] where the other side breaks the
// protocol. The payload is the caller's.
func (r *Reader) Next() (Op, []byte, error) {
	for {
		h, payload, err := r.frame()
		if err != nil || h.Op.IsControl() {
			return h.Op, payload, err
		}
		op, message, whole, err := r.joiner.Add(h, payload, r.Limit)
		if whole || err != nil {
			return op, message, err
		}
	}
}

// frame reads one frame.
func (r *Reader) frame() (Header, []byte, error) {
	var buf [maxHeader]byte
	head := buf[:2]
	if _, err := io.ReadFull(r.In, head); err != nil {
		return Header{}, nil, err
	}
	h, size, err := Parse(head, r.From)
	if err == nil && size == 0 {
		head = buf[:headerSize(head)]
		if _, err := io.ReadFull(r.In, head[2:]); err != nil {
			return h, nil, cutShort(err)
		}
		h, _, err = Parse(head, r.From)
	}
	switch {
	case err != nil:
		return h, nil, err
	case h.Length > int64(r.Limit):
		return h, nil, tooBig(r.Limit)
	}
	payload := make([]byte, h.Length)
	if _, err := io.ReadFull(r.In, payload); err != nil {
		return h, nil, cutShort(err)
	}
	xor(payload, h.Mask)
	return h, payload, nil
}

// cutShort returns the error of an end within a frame.
func cutShort(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
