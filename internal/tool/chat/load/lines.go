package load

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"strings"
)

// lines is a client of plain lines, as baton chat takes them. It knows that it has
// its name, and is in the room, by the answer to a message of its own to itself.
type lines struct{ nick string }

func (t *lines) open(context.Context, net.Conn) error { return nil }

func (t *lines) hello(dst []byte, nick string) []byte {
	t.nick = nick
	return fmt.Appendf(dst, "%s\r\n/msg %s %s\r\n", nick, nick, registeredMark)
}

func (t *lines) join(dst []byte, room string) []byte {
	return fmt.Appendf(dst, "/join %s\r\n/msg %s %s\r\n", room, t.nick, joinedMark)
}

func (t *lines) say(dst []byte, _, text string) []byte {
	return append(append(dst, text...), "\r\n"...)
}

const (
	registeredMark = "load-registered"
	joinedMark     = "load-joined"
)

func (t *lines) feed(c *client, data []byte, now int64) (used int, err error) {
	for {
		i := bytes.IndexByte(data[used:], '\n')
		if i < 0 {
			return used, nil
		}
		line := data[used : used+i]
		used += i + 1
		switch {
		case bytes.Contains(line, []byte(opening)):
			c.got(line, now)
		case strings.Contains(string(line), registeredMark):
			closeOnce(c.registered)
		case strings.Contains(string(line), joinedMark):
			closeOnce(c.joined)
		}
	}
}
