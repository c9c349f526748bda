package plain

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"baton/internal/tool/chat/room"
	"baton/internal/tool/chat/room/roomtest"
)

// A hall is a server in a bubble of testing/synctest.
type hall struct {
	*roomtest.Hall
	opts   Options
	guests []*guest
}

// A guest is the other end of a client's connection.
type guest struct {
	conn net.Conn
	mu   sync.Mutex
	got  []string // lines that nobody has asked for yet
}

// inHall runs a test with a server.
func inHall(t *testing.T, ro room.Options, test func(h *hall)) {
	t.Helper()
	roomtest.Run(t, ro, func(h *roomtest.Hall) {
		test(&hall{Hall: h, opts: Options{Hub: h.Hub, Server: "test"}})
	})
}

// connect adds a client, without a name yet.
func (h *hall) connect() *guest {
	near, far := h.Pipe()
	g := &guest{conn: near}
	h.guests = append(h.guests, g)
	h.Served.Go(func() {
		Serve(h.Ctx, far, room.ConnInfo{Addr: "192.0.2.1", Host: "host", Transport: "plain"}, &h.opts, false)
		far.Close()
	})
	h.Served.Go(func() {
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
