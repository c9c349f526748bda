package load

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"

	"baton/internal/wsframe"
)

// webSocket is a client of the web page's protocol, see docs/json.md.
type webSocket struct{ address string }

// open upgrades the connection. What the server sends behind its answer is nothing
// yet: it waits for the hello.
func (t *webSocket) open(_ context.Context, conn net.Conn) error {
	in, err := wsframe.Dial(conn, t.address, "/ws", "http://"+t.address)
	if err != nil {
		return fmt.Errorf("upgrade to WebSocket: %w", err)
	}
	if in.Buffered() > 0 {
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

// frame appends an object. Its mask is zero: nobody chooses here what is on the wire.
func frame(dst []byte, v map[string]any) []byte {
	payload, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings and maps can be marshalled
	}
	return wsframe.AppendMasked(dst, wsframe.Text, payload, [4]byte{})
}

func (t *webSocket) feed(c *client, data []byte, now int64) (used int, err error) {
	for {
		n := wsframe.Cut(data[used:], wsframe.Server, maxMessage)
		if n == 0 {
			return used, nil
		}
		h, payload, err := wsframe.Open(data[used:used+n], wsframe.Server, maxMessage)
		if err != nil {
			return used, err
		}
		used += n
		if err := t.frame(c, h.Op, payload, now); err != nil {
			return used, err
		}
	}
}

// maxMessage is how long an event of the server may be.
const maxMessage = 16 << 20

// isMessage begins the events of messages. Others may tell of messages too, such as
// those of an earlier run.
var isMessage = []byte(`{"op":"message"`)

// isJoin begins those that all get when somebody comes in. They aren't taken apart:
// when all clients come in at once, they are by far the most.
var isJoin = []byte(`{"op":"join"`)

func (t *webSocket) frame(c *client, op wsframe.Op, payload []byte, now int64) error {
	switch op {
	case wsframe.Ping:
		return c.write(wsframe.AppendMasked(nil, wsframe.Pong, payload, [4]byte{}))
	case wsframe.Close:
		return errHungUp
	case wsframe.Text:
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
