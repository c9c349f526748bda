package load

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"strings"
)

// irc is a client of IRC, for any server.
type irc struct{ echo bool }

func (t *irc) open(context.Context, net.Conn) error { return nil }

func (t *irc) hello(dst []byte, nick string) []byte {
	if t.echo {
		dst = append(dst, "CAP REQ :echo-message\r\nCAP END\r\n"...)
	}
	return fmt.Appendf(dst, "NICK %s\r\nUSER %s 0 * :load\r\n", nick, nick)
}

func (t *irc) join(dst []byte, room string) []byte { return fmt.Appendf(dst, "JOIN %s\r\n", room) }

func (t *irc) say(dst []byte, room, text string) []byte {
	dst = append(dst, "PRIVMSG "...)
	dst = append(dst, room...)
	dst = append(dst, " :"...)
	dst = append(dst, text...)
	return append(dst, "\r\n"...)
}

var privmsg = []byte(" PRIVMSG ")

func (t *irc) feed(c *client, data []byte, now int64) (used int, err error) {
	for {
		i := bytes.IndexByte(data[used:], '\n')
		if i < 0 {
			return used, nil
		}
		line := data[used : used+i]
		used += i + 1
		if _, text, ok := bytes.Cut(line, privmsg); ok { // not the sender's name: it may look like a mark
			c.got(text, now)
		} else if err := t.other(c, string(bytes.TrimRight(line, "\r"))); err != nil {
			return used, err
		}
	}
}

// other handles what is no message.
func (t *irc) other(c *client, line string) error {
	if token, ok := strings.CutPrefix(line, "PING"); ok {
		return c.write([]byte("PONG" + token + "\r\n"))
	}
	if strings.HasPrefix(line, "ERROR ") {
		return fmt.Errorf("the server says: %s", line)
	}
	words := strings.Fields(line)
	if len(words) < 3 {
		return nil
	}
	switch code := words[1]; {
	case code == "001":
		closeOnce(c.registered)
	case code == "366":
		closeOnce(c.joined)
	case code == "CAP" && len(words) > 3 && words[3] == "NAK":
		return fmt.Errorf("the server has no echo-message, which a window needs")
	case len(code) == 3 && (code[0] == '4' || code[0] == '5') && code != "422":
		return fmt.Errorf("the server says: %s", line)
	}
	return nil
}
