package room

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"baton/internal/tool/chat/store"
)

// textEncoder writes one line for each event.
type textEncoder struct{}

func (textEncoder) Encode(dst []byte, e *Event, _ Shape, self bool) []byte {
	return fmt.Appendf(dst, "%d %s\n", e.Stamp, text(e, self))
}

func text(e *Event, self bool) string {
	var s strings.Builder
	fmt.Fprintf(&s, "k%d %s %s %s m%d", e.Kind, e.RoomName, e.From.Nick, e.Target+e.Text, e.Msg)
	if self {
		s.WriteString(" self " + e.Label)
	}
	for _, ch := range e.Changes {
		fmt.Fprintf(&s, " %c%c%s", ch.sign(), ch.Mode, ch.Arg)
	}
	for _, p := range e.Present {
		s.WriteString(" " + p.Prefix(true) + p.Identity.Nick)
		if p.New {
			s.WriteString("!")
		}
	}
	for _, id := range e.Gone {
		s.WriteString(" -" + id.Nick)
	}
	return s.String()
}

// A socket is the server's end of a connection with a send buffer. What is written
// moves to its reader while it is not stuck.
type socket struct {
	mu       sync.Mutex
	changed  *sync.Cond
	got      bytes.Buffer // by the reader
	buffered []byte
	size     int // of the buffer
	stuck    bool
	closed   bool
	try      bool
	deadline time.Time
	timer    *time.Timer
}

func newSocket(try bool) *socket {
	s := &socket{size: 1 << 12, try: try}
	s.changed = sync.NewCond(&s.mu)
	return s
}

func (s *socket) put(p []byte) int {
	if !s.stuck {
		s.got.Write(p)
		return len(p)
	}
	n := min(len(p), s.size-len(s.buffered))
	s.buffered = append(s.buffered, p[:n]...)
	return n
}

func (s *socket) TryWrite(p []byte) (int, bool, error) {
	if !s.try {
		return 0, false, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return 0, true, net.ErrClosed
	}
	return s.put(p), true, nil
}

func (s *socket) Write(p []byte) (n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		k := s.put(p)
		n, p = n+k, p[k:]
		switch {
		case s.closed:
			return n, net.ErrClosed
		case len(p) == 0:
			return n, nil
		case !s.deadline.IsZero() && !time.Now().Before(s.deadline):
			return n, os.ErrDeadlineExceeded
		}
		s.changed.Wait()
	}
}

func (s *socket) setStuck(stuck bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stuck = stuck
	if !stuck {
		s.got.Write(s.buffered)
		s.buffered = nil
	}
	s.changed.Broadcast()
}

// grow makes the send buffer larger by n bytes.
func (s *socket) grow(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.size += n
	s.changed.Broadcast()
}

// forget drops what the reader has got.
func (s *socket) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got.Reset()
}

func (s *socket) SetWriteDeadline(t time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deadline = t
	if s.timer != nil {
		s.timer.Stop()
	}
	if !t.IsZero() {
		s.timer = time.AfterFunc(max(0, time.Until(t)), s.changed.Broadcast)
	}
	s.changed.Broadcast()
	return nil
}

func (s *socket) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.timer != nil {
		s.timer.Stop()
	}
	s.changed.Broadcast()
	return nil
}

func (s *socket) lines() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Split(strings.TrimSuffix(s.got.String(), "\n"), "\n")
}

func (s *socket) Read([]byte) (int, error)        { return 0, errors.New("not read") }
func (s *socket) SetReadDeadline(time.Time) error { return nil }
func (s *socket) SetDeadline(t time.Time) error   { return s.SetWriteDeadline(t) }
func (s *socket) LocalAddr() net.Addr             { return nil }
func (s *socket) RemoteAddr() net.Addr            { return nil }
func (s *socket) client(h *Hub, enc Encoder) *Client {
	return h.Connect(s, ConnInfo{Addr: "192.0.2.1", Host: "host"}, enc)
}

// A server is a hub that runs, with its clients.
type server struct {
	t    testing.TB
	hub  *Hub
	done chan struct{}
	stop context.CancelFunc
	all  map[string]*person
}

// A person is a client and its connection.
type person struct {
	*Client
	sock *socket
}

func start(t testing.TB, opts Options, st store.Store) *server {
	t.Helper()
	if st == nil {
		st = store.Memory(10_000)
	}
	h, err := New(t.Context(), opts, st)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &server{t: t, hub: h, done: make(chan struct{}), stop: cancel, all: map[string]*person{}}
	go func() { // ends with cancel
		h.Run(ctx)
		close(s.done)
	}()
	return s
}

// end makes all clients leave and stops the hub.
func (s *server) end() {
	for _, p := range s.all {
		s.hub.Leave(p.Client, "end")
		p.sock.Close()
	}
	s.stop()
	<-s.done
	s.hub.Close()
}

// person connects and registers somebody.
func (s *server) person(nick string, try bool) *person {
	s.t.Helper()
	p := &person{sock: newSocket(try)}
	p.Client = p.sock.client(s.hub, textEncoder{})
	s.all[nick] = p
	s.do(p, func(tx *Tx) error { return tx.Register(p.Client, Identity{Nick: nick, User: "u", Host: "host"}) })
	return p
}

// do runs a transaction that has to succeed.
func (s *server) do(p *person, fn func(tx *Tx) error) {
	s.t.Helper()
	if err := s.try(p, fn); err != nil {
		s.t.Fatalf("%v: %v", p.Identity().Nick, err)
	}
}

func (s *server) try(p *person, fn func(tx *Tx) error) error {
	return s.hub.Do(context.Background(), p.Client, fn)
}

func (s *server) join(p *person, rooms ...string) {
	s.t.Helper()
	s.do(p, func(tx *Tx) error {
		for _, r := range rooms {
			if _, err := tx.Join(p.Client, r, ""); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *server) say(p *person, room, text string) {
	s.t.Helper()
	s.do(p, func(tx *Tx) error { return tx.Say(p.Client, room, Message, text, "", "") })
}

// stamped are the lines without their stamps.
func bare(lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		_, out[i], _ = strings.Cut(l, " ")
	}
	return out
}
