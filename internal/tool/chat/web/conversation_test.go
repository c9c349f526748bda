package web

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"baton/internal/tool/chat/room"
	"baton/internal/tool/chat/store"
	"baton/internal/tool/chat/web/wire"
	"baton/internal/wsframe"
	"baton/serve"
	"go.uber.org/goleak"
)

// A chat is a server for a test.
type chat struct {
	*testing.T
	addr  string
	store store.Store
}

func newChat(t *testing.T, opts Options) *chat {
	t.Helper()
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before) })
	st := store.Memory(10_000)
	hub, err := room.New(t.Context(), room.Options{}, st)
	if err != nil {
		t.Fatal(err)
	}
	opts.Hub, opts.Server = hub, "test"
	srv := New(opts)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	hctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 2)
	go func() { ended <- hub.Run(hctx) }() // ends with hctx
	go func() {                            // ends with ctx
		ended <- serve.Listener(ctx, ln, serve.Options{}, func(ctx context.Context, conn net.Conn) error {
			undo := context.AfterFunc(ctx, func() { conn.SetReadDeadline(time.Unix(1, 0)) })
			br := bufio.NewReaderSize(conn, 4096)
			req, err := http.ReadRequest(br)
			if err != nil {
				return err
			}
			info := room.ConnInfo{Addr: "127.0.0.1", Host: "127.0.0.1", Transport: "web"}
			return serve.After(srv.Serve(ctx, conn, nil, req, info), func(err error) error {
				undo()
				return err
			})
		})
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
		stop()
		<-ended
		hub.Close()
		st.Close()
	})
	return &chat{T: t, addr: ln.Addr().String(), store: st}
}

// A browser is a client of the protocol.
type browser struct {
	*chat
	conn net.Conn
	in   *wsframe.Reader
	name string
}

// open connects and upgrades.
func (c *chat) open(name string) *browser {
	c.Helper()
	conn, err := net.Dial("tcp", c.addr)
	if err != nil {
		c.Fatal(err)
	}
	c.Cleanup(func() { conn.Close() })
	if end, ok := c.Deadline(); ok {
		conn.SetDeadline(end.Add(-10 * time.Second)) // in time to say what hasn't come
	}
	in, err := wsframe.Dial(conn, c.addr, "/ws", "http://"+c.addr)
	if err != nil {
		c.Fatal(err)
	}
	return &browser{chat: c, conn: conn, in: &wsframe.Reader{In: in, From: wsframe.Server, Limit: 1 << 20}, name: name}
}

// in connects and says hello.
func (c *chat) in(name string) *browser {
	c.Helper()
	b := c.open(name)
	b.send(wire.Request{Op: "hello", Nick: name})
	b.await("welcome")
	b.await("room")
	return b
}

func (b *browser) send(req wire.Request) {
	b.Helper()
	data, err := json.Marshal(req)
	if err != nil {
		b.Fatal(err)
	}
	b.frame(wsframe.Text, data)
}

func (b *browser) frame(op wsframe.Op, payload []byte) {
	b.Helper()
	b.raw(wsframe.AppendMasked(nil, op, payload, [4]byte{1, 2, 3, 4}))
}

func (b *browser) raw(data []byte) {
	b.Helper()
	if _, err := b.conn.Write(data); err != nil {
		b.Fatal(err)
	}
}

// next returns the next event.
func (b *browser) next() wire.Event {
	b.Helper()
	for {
		op, payload, err := b.in.Next()
		if err != nil {
			b.Fatalf("%s: %v", b.name, err)
		}
		switch op {
		case wsframe.Ping:
			b.frame(wsframe.Pong, payload)
		case wsframe.Close:
			b.Fatalf("%s: closed: %q", b.name, payload)
		case wsframe.Text:
			var e wire.Event
			if err := json.Unmarshal(payload, &e); err != nil {
				b.Fatalf("%s: %q: %v", b.name, payload, err)
			}
			return e
		}
	}
}

// await returns the next event with that op; those before it are left out.
func (b *browser) await(op string) wire.Event {
	b.Helper()
	for {
		e := b.next()
		if e.Op == op {
			return e
		}
		if e.Op == "error" {
			b.Fatalf("%s: error instead of %s: %s", b.name, op, *e.Text)
		}
	}
}

// closed waits for the end and returns its code. It answers as a browser does, which
// takes it for a fault when anything comes after the server's frame of the end.
func (b *browser) closed() wsframe.Code {
	b.Helper()
	for {
		op, payload, err := b.in.Next()
		if err != nil {
			if errors.Is(err, io.EOF) {
				return 0
			}
			b.Fatal(err)
		}
		if op == wsframe.Close {
			_, _ = b.conn.Write(wsframe.AppendMasked(nil, wsframe.Close, payload, [4]byte{})) // nobody may be there any more
			if op, payload, err := b.in.Next(); err == nil {
				b.Errorf("frame %d, %q, comes after that of the end", op, payload)
			}
			code, _, _ := wsframe.ParseClose(payload)
			return code
		}
	}
}

func line(e wire.Event) string { return fmt.Sprintf("%d %s: %s", e.Seq, e.Nick, *e.Text) }

// parts sends a message in fragments, with a ping in between.
func (b *browser) parts(list ...string) {
	b.Helper()
	var out []byte
	for i, part := range list {
		op := wsframe.Continuation
		if i == 0 {
			op = wsframe.Text
		} else {
			out = wsframe.AppendMasked(out, wsframe.Ping, nil, [4]byte{5, 6, 7, 8})
		}
		at := len(out)
		out = wsframe.AppendMasked(out, op, []byte(part), [4]byte{1, 2, 3, 4})
		if i < len(list)-1 {
			out[at] &= 0x7f // the flag of the last one
		}
	}
	b.raw(out)
}
