package plain

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"baton/internal/tool/chat/room"
	"baton/internal/tool/chat/store"
)

// A hall is a server in a bubble of testing/synctest.
type hall struct {
	t      *testing.T
	hub    *room.Hub
	opts   Options
	ctx    context.Context
	served sync.WaitGroup
	guests []*guest
}

// A guest is the other end of a client's connection.
type guest struct {
	h    *hall
	conn net.Conn
	mu   sync.Mutex
	got  []string // lines that nobody has asked for yet
}

// inHall runs a test with a server.
func inHall(t *testing.T, ro room.Options, test func(h *hall)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		hub, err := room.New(ctx, ro, store.Memory(1000))
		if err != nil {
			t.Fatal(err)
		}
		h := &hall{t: t, hub: hub, opts: Options{Hub: hub, Server: "test"}, ctx: ctx}
		var run sync.WaitGroup
		run.Go(func() {
			if err := hub.Run(ctx); err != nil {
				t.Error(err)
			}
		})
		defer func() { // also after a fatal failure
			for _, g := range h.guests {
				g.conn.Close()
			}
			h.served.Wait()
			stop()
			run.Wait()
			if err := hub.Close(); err != nil {
				t.Error(err)
			}
		}()
		test(h)
	})
}

// connect adds a client, without a name yet.
func (h *hall) connect() *guest {
	near, far := net.Pipe()
	g := &guest{h: h, conn: near}
	h.guests = append(h.guests, g)
	h.served.Go(func() {
		Serve(h.ctx, far, room.ConnInfo{Addr: "192.0.2.1", Host: "host", Transport: "plain"}, &h.opts, false)
		far.Close()
	})
	h.served.Go(func() {
		for in := bufio.NewScanner(near); in.Scan(); {
			line := in.Text()
			if at := time.Now().Format("[15:04] "); strings.HasPrefix(line, at[:1]) && len(line) > len(at) {
				line = line[len(at):]
			}
			g.mu.Lock()
			g.got = append(g.got, line)
			g.mu.Unlock()
		}
	})
	return g
}

// in adds a client with a name, and forgets what all have got.
func (h *hall) in(name string) *guest {
	g := h.connect()
	g.send(name)
	for _, g := range h.guests {
		g.take()
	}
	return g
}

// send sends a line, and waits until all is quiet.
func (g *guest) send(line string) {
	fmt.Fprint(g.conn, line+"\r\n")
	synctest.Wait()
}

// take returns what the client has got and nobody has asked for yet, without the time.
func (g *guest) take() []string {
	synctest.Wait()
	g.mu.Lock()
	defer g.mu.Unlock()
	got := g.got
	g.got = nil
	return got
}

// ask sends a line and returns what comes.
func (g *guest) ask(line string) []string {
	g.send(line)
	return g.take()
}

// crowd brings so many into a room who only sit there.
func (h *hall) crowd(roomName string, n int) {
	h.t.Helper()
	for i := range n {
		near, far := net.Pipe()
		c := h.hub.Connect(far, room.ConnInfo{Addr: "192.0.2.2", Host: "host"}, silent{})
		h.guests = append(h.guests, &guest{h: h, conn: near})
		err := h.hub.Do(h.ctx, c, func(tx *room.Tx) error {
			if err := tx.Register(c, room.Identity{Nick: fmt.Sprint("sits", i), User: "u", Host: "host"}); err != nil {
				return err
			}
			_, err := tx.Join(c, roomName, "")
			return err
		})
		if err != nil {
			h.t.Fatal(err)
		}
		h.served.Go(func() { // ends when the test closes the connection
			near.Read(make([]byte, 1))
			h.hub.Leave(c, "end")
			far.Close()
		})
	}
}

// silent is the encoder of those who are shown nothing.
type silent struct{}

func (silent) Encode(dst []byte, _ *room.Event, _ room.Shape, _ bool) []byte { return dst }
