package load

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"

	"github.com/gobwas/ws"
)

// webSocket is a client of the web page's protocol, see docs/json.md.
type webSocket struct{ address string }

// open upgrades the connection. What the server sends behind its answer is nothing
// yet: it waits for the hello.
func (t *webSocket) open(_ context.Context, conn net.Conn) error {
	dialer := ws.Dialer{Header: ws.HandshakeHeaderHTTP{"Origin": {"http://" + t.address}}}
	br, _, err := dialer.Upgrade(conn, &url.URL{Scheme: "ws", Host: t.address, Path: "/ws"})
	if err != nil {
		return fmt.Errorf("upgrade to WebSocket: %w", err)
	}
	if br != nil {
		ws.PutReader(br)
		return errors.New("upgrade to WebSocket: the server spoke first")
	}
	return nil
}

func (t *webSocket) hello(dst []byte, nick string) []byte {
	// With no room to go on with, it isn't brought into the lobby, where each that
	// comes in is told to all that are there.
	return frame(dst, map[string]any{"op": "hello", "nick": nick, "resume": map[string]int{}})
}

func (t *webSocket) join(dst []byte, room string) []byte {
	return frame(dst, map[string]any{"op": "join", "room": room})
}

func (t *webSocket) say(dst []byte, room, text string) []byte {
	return frame(dst, map[string]any{"op": "say", "room": room, "text": text, "id": text})
}

// frame appends a text frame. Its mask is zero: masks protect proxies from scripts
// that choose what is on the wire, and here nobody does.
func frame(dst []byte, v map[string]any) []byte {
	payload, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings and maps can be marshalled
	}
	return control(dst, ws.OpText, payload)
}

func control(dst []byte, op ws.OpCode, payload []byte) []byte {
	var b bytes.Buffer
	if err := ws.WriteHeader(&b, ws.Header{Fin: true, OpCode: op, Masked: true, Length: int64(len(payload))}); err != nil {
		panic(err) // a buffer takes everything
	}
	return append(append(dst, b.Bytes()...), payload...)
}

func (t *webSocket) feed(c *client, data []byte, now int64) (used int, err error) {
	for {
		r := bytes.NewReader(data[used:])
		h, err := ws.ReadHeader(r)
		if err != nil {
			return used, nil // it isn't whole yet
		}
		head := len(data) - used - r.Len()
		if h.Length > int64(r.Len()) {
			return used, nil
		}
		payload := data[used+head : used+head+int(h.Length)]
		used += head + int(h.Length)
		if err := t.frame(c, h.OpCode, payload, now); err != nil {
			return used, err
		}
	}
}

// isMessage begins the events of messages. Others may tell of messages too, such as
// those of an earlier run.
var isMessage = []byte(`{"op":"message"`)

// isJoin begins those that all get when somebody comes in. They aren't taken apart:
// when all clients come in at once, they are by far the most.
var isJoin = []byte(`{"op":"join"`)

func (t *webSocket) frame(c *client, op ws.OpCode, payload []byte, now int64) error {
	switch op {
	case ws.OpPing:
		return c.write(control(nil, ws.OpPong, payload))
	case ws.OpClose:
		return errHungUp
	case ws.OpText:
	default:
		return nil
	}
	switch {
	case bytes.HasPrefix(payload, isMessage):
		c.got(payload, now)
		return nil
	case bytes.HasPrefix(payload, isJoin):
		return nil
	}
	var event struct{ Op, Room, Text string }
	if err := json.Unmarshal(payload, &event); err != nil {
		return fmt.Errorf("the server sent what is no JSON: %w", err)
	}
	switch event.Op {
	case "welcome":
		closeOnce(c.registered)
	case "room":
		if event.Room == c.run.opts.Room { // the first one is the lobby
			closeOnce(c.joined)
		}
	case "error":
		return fmt.Errorf("the server says: %s", event.Text)
	}
	return nil
}
