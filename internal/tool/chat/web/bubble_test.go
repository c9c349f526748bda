package web

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"baton/internal/tool/chat/room"
	"baton/internal/tool/chat/room/roomtest"
	"baton/internal/tool/chat/web/wire"
	"baton/internal/wsframe"
)

// A bubble is a server in a bubble of testing/synctest.
type bubble struct {
	*roomtest.Hall
	srv *Server
}

// A page is the other end of a client's connection.
type page struct {
	conn net.Conn
	mu   sync.Mutex
	got  []wire.Event // nobody has asked for them yet
}

// inBubble runs a test with a server.
func inBubble(t *testing.T, ro room.Options, test func(b *bubble)) {
	t.Helper()
	roomtest.Run(t, ro, func(h *roomtest.Hall) {
		test(&bubble{h, New(Options{Hub: h.Hub, Server: "test", Ping: 24 * time.Hour})})
	})
}

// open connects a client that has not said hello.
func (b *bubble) open() *page {
	b.T.Helper()
	near, far := b.Pipe()
	b.Served.Go(func() {
		defer far.Close()
		if req, err := http.ReadRequest(bufio.NewReader(far)); err == nil {
			b.srv.Serve(b.Ctx, far, nil, req, room.ConnInfo{Addr: "192.0.2.1", Host: "host", Transport: "web"})
		}
	})
	in, err := wsframe.Dial(near, "test", "/ws", "http://test")
	if err != nil {
		b.T.Fatal(err)
	}
	p := &page{conn: near}
	b.Served.Go(func() {
		frames := wsframe.Reader{In: in, From: wsframe.Server, Limit: 4 << 20}
		for {
			op, payload, err := frames.Next()
			if err != nil {
				return
			}
			e := wire.Event{Op: fmt.Sprint("frame ", op)}
			if op == wsframe.Text {
				if e.Op = ""; json.Unmarshal(payload, &e) != nil {
					b.T.Errorf("got %q", payload)
				}
			}
			p.mu.Lock()
			p.got = append(p.got, e)
			p.mu.Unlock()
		}
	})
	return p
}

// in connects a client and says hello.
func (b *bubble) in(nick string) *page {
	b.T.Helper()
	p := b.open()
	p.ask(wire.Request{Op: "hello", Nick: nick})
	return p
}

// frame sends frames, and waits until all is quiet.
func (p *page) frame(frames ...[]byte) {
	for _, f := range frames {
		p.conn.Write(f)
	}
	synctest.Wait()
}

// take returns what the client has got and nobody has asked for yet.
func (p *page) take() []wire.Event {
	synctest.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	got := p.got
	p.got = nil
	return got
}

// ask sends a request and returns what comes.
func (p *page) ask(req wire.Request) []wire.Event {
	p.frame(masked(wsframe.Text, requestText(req)))
	return p.take()
}

func requestText(req wire.Request) []byte {
	data, err := json.Marshal(req)
	if err != nil {
		panic(err)
	}
	return data
}

func masked(op wsframe.Op, payload []byte) []byte {
	return wsframe.AppendMasked(nil, op, payload, [4]byte{1, 2, 3, 4})
}
