package web

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"baton/internal/tool/chat/room"
	"baton/internal/tool/chat/store"
	"baton/internal/tool/chat/web/wire"
	"baton/internal/wsframe"
)

// A bubble is a server in a bubble of testing/synctest.
type bubble struct {
	t      *testing.T
	hub    *room.Hub
	srv    *Server
	ctx    context.Context
	served sync.WaitGroup
	conns  []net.Conn
}

// A page is the other end of a client's connection.
type page struct {
	b    *bubble
	conn net.Conn
	mu   sync.Mutex
	got  []wire.Event // nobody has asked for them yet
}

// inBubble runs a test with a server.
func inBubble(t *testing.T, ro room.Options, test func(b *bubble)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		hub, err := room.New(ctx, ro, store.Memory(1000))
		if err != nil {
			t.Fatal(err)
		}
		b := &bubble{t: t, hub: hub, srv: New(Options{Hub: hub, Server: "test", Ping: 24 * time.Hour}), ctx: ctx}
		var run sync.WaitGroup
		run.Go(func() {
			if err := hub.Run(ctx); err != nil {
				t.Error(err)
			}
		})
		defer func() { // also after a fatal failure
			for _, conn := range b.conns {
				conn.Close()
			}
			b.served.Wait()
			stop()
			run.Wait()
			if err := hub.Close(); err != nil {
				t.Error(err)
			}
		}()
		test(b)
	})
}

// pipe returns both ends of a connection.
func (b *bubble) pipe() (near, far net.Conn) {
	near, far = net.Pipe()
	b.conns = append(b.conns, near)
	return near, far
}

// open connects a client that has not said hello.
func (b *bubble) open() *page {
	b.t.Helper()
	near, far := b.pipe()
	b.served.Go(func() {
		defer far.Close()
		if req, err := http.ReadRequest(bufio.NewReader(far)); err == nil {
			b.srv.Serve(b.ctx, far, nil, req, room.ConnInfo{Addr: "192.0.2.1", Host: "host", Transport: "web"})
		}
	})
	in, err := wsframe.Dial(near, "test", "/ws", "http://test")
	if err != nil {
		b.t.Fatal(err)
	}
	p := &page{b: b, conn: near}
	b.served.Go(func() {
		frames := wsframe.Reader{In: in, From: wsframe.Server, Limit: 4 << 20}
		for {
			op, payload, err := frames.Next()
			if err != nil {
				return
			}
			e := wire.Event{Op: fmt.Sprint("frame ", op)}
			if op == wsframe.Text {
				if e.Op = ""; json.Unmarshal(payload, &e) != nil {
					b.t.Errorf("got %q", payload)
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
	b.t.Helper()
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

// crowd brings so many into a room who only sit there.
func (b *bubble) crowd(roomName string, n int) {
	b.t.Helper()
	for i := range n {
		near, far := b.pipe()
		c := b.hub.Connect(far, room.ConnInfo{Addr: "192.0.2.2", Host: "host"}, silent{})
		err := b.hub.Do(b.ctx, c, func(tx *room.Tx) error {
			if err := tx.Register(c, room.Identity{Nick: fmt.Sprint("sits", i), User: "u", Host: "host"}); err != nil {
				return err
			}
			_, err := tx.Join(c, roomName, "")
			return err
		})
		if err != nil {
			b.t.Fatal(err)
		}
		b.served.Go(func() { // ends when the test closes the connection
			near.Read(make([]byte, 1))
			b.hub.Leave(c, "end")
			far.Close()
		})
	}
}

// silent is the encoder of those who are shown nothing.
type silent struct{}

func (silent) Encode(dst []byte, _ *room.Event, _ room.Shape, _ bool) []byte { return dst }
