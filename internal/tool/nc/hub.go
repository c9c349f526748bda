package nc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"sync"

	"baton/fanout"
	"baton/task"
)

// A hub passes messages on to all clients but their author. Its pace is that of the
// fastest listener: one that falls far behind is cut off, and can't stop the others.
type hub struct {
	program *program
	topic   *fanout.Topic[message]

	mu      sync.Mutex
	members map[*member]uint64 // the last message each has had; guarded by mu, as are the next
	sent    uint64             // the number of the last message
	next    int                // of the member who joins next
	change  chan struct{}      // closed when somebody waits and members changed; else nil
}

// A message is what a member, or our own input if that is nil, says to all others.
type message struct {
	from *member
	data []byte
}

const (
	logged = 1024       // how many messages one may be behind
	window = logged / 2 // how many the fastest may be
	piece  = 16 << 10   // how long one is at most
)

func newHub(p *program) *hub {
	return &hub{program: p, topic: fanout.New[message](fanout.Options{Name: "nc", Log: logged}), members: map[*member]uint64{}}
}

// A member is a client of the hub. It reads what the others say.
type member struct {
	hub    *hub
	name   string
	number int
	next   func() (uint64, message, bool)
	stop   func()
	rest   []byte // of a message that is being read
	seq    uint64 // its number
}

// join makes a session's client a member, until the session ends. From the moment that
// the log says so, it misses nothing of what is said.
func (p *program) join(ctx context.Context, s *session) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	listening, leave := context.WithCancel(ctx)
	defer leave()
	m, sub := p.hub.add(listening, s.from.name)
	defer p.hub.remove(m)
	p.logAccepted(s.from)
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { // ends with the subscription, and so at the latest when we leave
		<-sub.Done()
		if errors.Is(sub.Err(), fanout.ErrSlow) {
			cancel(errTooSlow) // it may be stuck in a write
		}
	})
	defer leave()
	s.in, s.interrupt, s.copies = m, leave, true
	if !p.shares() {
		p.setOutput(s)
		p.setLines(s)
		return s.run(ctx)
	}
	s.endsWithOutput = true // who has nothing more to say leaves
	say := &speaker{ctx: listening, member: m}
	s.out = say
	if p.opts.Server.Chat {
		lines := &chatLines{to: say, name: m.name}
		s.out, s.closeOut = lines, lines.flush
		p.hub.welcome(listening, m, s.from.name)
		defer p.hub.announce(context.WithoutCancel(ctx), "<%s> is disconnected", m.name)
	}
	return s.run(ctx)
}

func (h *hub) add(ctx context.Context, name string) (*member, *fanout.Subscription[message]) {
	sub := h.topic.Subscribe(ctx, fanout.SubscribeOptions{Name: name, WhenFull: fanout.Kick})
	h.mu.Lock()
	defer h.mu.Unlock()
	h.next++
	m := &member{hub: h, number: h.next, name: fmt.Sprintf("user%d", h.next)}
	m.next, m.stop = iter.Pull2(sub.All())
	h.members[m] = h.sent
	h.changed()
	return m, sub
}

func (h *hub) remove(m *member) {
	m.stop()
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.members, m)
	h.changed()
}

// changed wakes who waits in admit. The mutex is held.
func (h *hub) changed() {
	if h.change != nil {
		close(h.change)
		h.change = nil
	}
}

// publish says data, which is the hub's from now on, to all but from. It waits while
// all of them are behind. Our own input waits for somebody to hear it.
func (h *hub) publish(ctx context.Context, from *member, data []byte) error {
	for {
		h.mu.Lock()
		ready := h.heard(from)
		if !ready && h.change == nil {
			h.change = make(chan struct{})
		}
		change := h.change
		h.mu.Unlock()
		if ready {
			break
		}
		select {
		case <-change:
		case <-ctx.Done():
			return task.Cause(ctx)
		}
	}
	seq, err := h.topic.Publish(ctx, message{from, data})
	if err == nil {
		h.mu.Lock()
		h.sent = max(h.sent, seq)
		h.mu.Unlock()
	}
	return err
}

// heard reports whether somebody else than from keeps up. The mutex is held.
func (h *hub) heard(from *member) bool {
	others := 0
	for m, had := range h.members {
		if m == from {
			continue
		}
		others++
		if h.sent < had+window {
			return true
		}
	}
	return others == 0 && from != nil
}

// feed says what our own input has to all clients, and lets that be the end of what
// is sent to them.
func (h *hub) feed(ctx context.Context) error {
	defer h.topic.Close()
	buf := make([]byte, piece)
	for {
		n, err := h.program.near.in.Read(buf)
		if n > 0 {
			if err := h.publish(ctx, nil, append([]byte(nil), buf[:n]...)); err != nil {
				return err
			}
		}
		switch {
		case err == io.EOF:
			return nil
		case err != nil && ctx.Err() != nil:
			return task.Cause(ctx)
		case err != nil:
			return fmt.Errorf("read the input: %w", err)
		}
	}
}

// Read returns what others say, once they do.
func (m *member) Read(p []byte) (int, error) {
	for len(m.rest) == 0 {
		m.had(m.seq)
		seq, msg, ok := m.next()
		if !ok {
			return 0, io.EOF
		}
		m.seq = seq
		if msg.from != m {
			m.rest = msg.data
		}
	}
	n := copy(p, m.rest)
	m.rest = m.rest[n:]
	return n, nil
}

// had notes that all up to the message seq was sent.
func (m *member) had(seq uint64) {
	m.hub.mu.Lock()
	defer m.hub.mu.Unlock()
	m.hub.members[m] = max(m.hub.members[m], seq)
	m.hub.changed()
}

// A speaker says to the others what is written to it.
type speaker struct {
	ctx    context.Context
	member *member
}

// Write says p, in pieces.
func (s *speaker) Write(p []byte) (int, error) {
	for i := 0; i < len(p); i += piece {
		part := append([]byte(nil), p[i:min(i+piece, len(p))]...)
		if err := s.member.hub.publish(s.ctx, s.member, part); err != nil {
			return i, err
		}
	}
	return len(p), nil
}
