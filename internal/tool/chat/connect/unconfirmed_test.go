package connect

import (
	"bufio"
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"testing"

	"baton/internal/tool/chat/web/wire"
	"baton/internal/ui"
	"baton/internal/wsframe"
	"go.uber.org/goleak"
)

// A peer is a server's end of one connection, for a test to play.
type peer struct {
	*testing.T
	conn net.Conn
	in   wsframe.Reader
}

// run runs a client whose server is played by a function.
func run(t *testing.T, input string, play func(p *peer)) error {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	ended := make(chan error)
	s, _, _ := ui.Test(ui.Terminal{Stdin: strings.NewReader(input)})
	go func() { ended <- Run(t.Context(), Options{Address: ln.Addr().String(), Nick: "me"}, s) }() // ends with its input
	conn, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	req, err := http.ReadRequest(in)
	if err != nil {
		t.Fatal(err)
	}
	if err := wsframe.Accept(conn, req); err != nil {
		t.Fatal(err)
	}
	play(&peer{t, conn, wsframe.Reader{In: in, From: wsframe.Client, Limit: 1 << 16}})
	return <-ended
}

func (p *peer) send(e wire.Event) {
	if _, err := p.conn.Write(e.Append(nil)); err != nil {
		p.Error(err)
	}
}

// next returns the next frame, and the request in it.
func (p *peer) next() (op wsframe.Op, req wire.Request) {
	op, payload, err := p.in.Next()
	if err == nil && op == wsframe.Text {
		err = json.Unmarshal(payload, &req)
	}
	if err != nil {
		p.Error(err)
	}
	return op, req
}

// TestUnconfirmed: a server that confirms nothing isn't sent all of the input.
func TestUnconfirmed(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	const lines = 3 * maxPending
	err := run(t, strings.Repeat("text\n", lines), func(p *peer) {
		p.next() // the hello
		p.send(wire.Event{Op: "welcome", Nick: "me"})
		var sent []string
		for i := range lines {
			_, req := p.next()
			sent = append(sent, req.ID)
			if i < maxPending-1 {
				continue
			}
			if i == maxPending-1 {
				p.conn.Write(wsframe.Append(nil, wsframe.Ping, nil))
				if op, req := p.next(); op != wsframe.Pong {
					t.Errorf("sent %+v", req)
				}
			}
			p.send(wire.Event{Op: "message", ID: sent[0]})
			sent = sent[1:]
		}
		for _, id := range sent {
			p.send(wire.Event{Op: "message", ID: id})
		}
	})
	if err != nil {
		t.Error(err)
	}
}

// TestErrorWithoutText: what a server leaves out does no harm.
func TestErrorWithoutText(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	err := run(t, "", func(p *peer) {
		p.next()
		p.send(wire.Event{Op: "error"})
	})
	if err == nil {
		t.Error("no error")
	}
}
