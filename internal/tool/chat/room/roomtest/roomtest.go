// Package roomtest has hubs for the tests of those who speak with clients.
package roomtest

import (
	"context"
	"fmt"
	"net"
	"sync"
	"testing"
	"testing/synctest"

	"baton/internal/tool/chat/room"
	"baton/internal/tool/chat/store"
)

// A Hall is a hub in a bubble of testing/synctest, and the connections of its clients.
type Hall struct {
	T      *testing.T
	Hub    *room.Hub
	Store  store.Store
	Ctx    context.Context // of the hub
	Served sync.WaitGroup  // of those who serve clients, and end with their connections

	conns []net.Conn
}

// Run runs a test with a hub. At its end all connections are closed, and what serves
// them has to end.
func Run(t *testing.T, opts room.Options, test func(h *Hall)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		st := store.Memory(1000)
		hub, err := room.New(ctx, opts, st)
		if err != nil {
			t.Fatal(err)
		}
		h := &Hall{T: t, Hub: hub, Store: st, Ctx: ctx}
		var run sync.WaitGroup
		run.Go(func() {
			if err := hub.Run(ctx); err != nil {
				t.Error(err)
			}
		})
		defer func() { // also after a fatal failure
			for _, conn := range h.conns {
				conn.Close()
			}
			h.Served.Wait()
			stop()
			run.Wait()
			if err := hub.Close(); err != nil {
				t.Error(err)
			}
		}()
		test(h)
	})
}

// Pipe returns both ends of a connection: the client's and the server's.
func (h *Hall) Pipe() (near, far net.Conn) {
	near, far = net.Pipe()
	h.conns = append(h.conns, near)
	return near, far
}

// In is for Crowd, and puts all into the same rooms.
func In(rooms ...string) func(int) []string { return func(int) []string { return rooms } }

// Crowd adds n clients who only sit there, each in its rooms, and are shown nothing.
func (h *Hall) Crowd(n int, rooms func(i int) []string) {
	h.T.Helper()
	for i := range n {
		near, far := h.Pipe()
		c := h.Hub.Connect(far, room.ConnInfo{Addr: "192.0.2.2", Host: "host"}, silent{})
		err := h.Hub.Do(h.Ctx, c, func(tx *room.Tx) error {
			if err := tx.Register(c, room.Identity{Nick: fmt.Sprint("sits", i), User: "u", Host: "host"}); err != nil {
				return err
			}
			for _, r := range rooms(i) {
				if _, err := tx.Join(c, r, ""); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			h.T.Fatal(err)
		}
		h.Served.Go(func() { // ends when the test closes the connection
			near.Read(make([]byte, 1))
			h.Hub.Leave(c, "end")
			far.Close()
		})
	}
}

type silent struct{}

func (silent) Encode(dst []byte, _ *room.Event, _ room.Shape, _ bool) []byte { return dst }
