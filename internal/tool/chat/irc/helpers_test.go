package irc

import (
	"bufio"
	"cmp"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"baton/internal/tool/chat/account"
	"baton/internal/tool/chat/room"
	"baton/internal/tool/chat/room/roomtest"
)

// A world is a server and its clients in a bubble of testing/synctest.
type world struct {
	*roomtest.Hall
	srv     *Server
	clients map[string]*peer
	host    string // of all clients, if not empty
}

// theWorlds stands for accounts in the world's store, of which al's password is
// secretsecret.
var theWorlds = new(account.Accounts)

// A peer is the other end of a client's connection.
type peer struct {
	conn net.Conn
	mu   sync.Mutex
	got  []string // lines that were not expected yet
	end  bool
	seen []string // all
}

// inWorld runs a test with a server.
func inWorld(t *testing.T, ro room.Options, o Options, test func(w *world)) {
	t.Helper()
	roomtest.Run(t, ro, func(h *roomtest.Hall) {
		if o.Accounts != nil {
			o.Accounts = account.New(h.Store, account.Options{Memory: 8, Passes: 1, ScramRounds: 4096})
			if _, err := o.Accounts.Register(h.Ctx, "al", "secretsecret"); err != nil {
				h.T.Fatal(err)
			}
		}
		if o.Name == "" {
			o.Name = "srv"
		}
		test(&world{Hall: h, srv: New(h.Hub, o), clients: map[string]*peer{}})
	})
}

// inBubble is inWorld for a test of properties, with its own bubble for each case.
func inBubble(t *testing.T, test func(w *world), o Options) {
	t.Helper()
	inWorld(t, room.Options{}, o, test)
}

// connect adds a client, which is called name in the scripts.
func (w *world) connect(name string) *peer {
	near, far := w.Pipe()
	p := &peer{conn: near}
	w.clients[name] = p
	w.Served.Go(func() {
		w.srv.Serve(w.Ctx, far, room.ConnInfo{Addr: "192.0.2.1", Host: cmp.Or(w.host, "host."+name), Transport: "irc"})
		far.Close()
	})
	w.Served.Go(func() {
		r := bufio.NewReader(near)
		for {
			line, err := r.ReadString('\n')
			p.mu.Lock()
			if err != nil {
				p.end = true
				p.mu.Unlock()
				return
			}
			if !strings.HasSuffix(line, "\r\n") || strings.ContainsAny(line[:len(line)-2], "\r\n\x00") {
				w.T.Errorf("%s got a bad line: %q", name, line)
			}
			line = strings.TrimSuffix(line, "\r\n")
			p.got = append(p.got, line)
			p.seen = append(p.seen, line)
			p.mu.Unlock()
		}
	})
	return p
}

// send sends lines as one write, and waits until all is quiet.
func (w *world) send(name string, lines ...string) {
	p := w.clients[name]
	if p == nil {
		p = w.connect(name)
	}
	fmt.Fprint(p.conn, strings.Join(lines, "\r\n")+"\r\n")
	synctest.Wait()
}

// take returns what the client has got and nobody has asked for yet.
func (w *world) take(name string) []string {
	synctest.Wait()
	p := w.clients[name]
	p.mu.Lock()
	defer p.mu.Unlock()
	got := p.got
	p.got = nil
	return got
}

// join registers a client, and brings it into rooms.
func (w *world) join(name, caps string, rooms ...string) {
	w.T.Helper()
	if caps != "" {
		w.send(name, "CAP LS 302", "CAP REQ :"+caps)
	}
	w.send(name, "NICK "+name, "USER "+name+" 0 * :Real "+name, "CAP END")
	for _, r := range rooms {
		w.send(name, "JOIN "+r)
	}
	for other := range w.clients {
		w.take(other)
	}
}

// script runs a conversation. "al> LINE" is a line that al sends; "al< PATTERN" is
// the next line that al must get, in which * is any text; "al..PATTERN" looks for
// it among what al has got, and forgets what came before; "al:" says that al must
// have got no more lines, "al!" that its connection must be closed.
func (w *world) script(text string) {
	w.T.Helper()
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		line = strings.TrimLeft(line, "\t")
		if line == "" || strings.HasPrefix(line, "//") {
			continue
		}
		at := strings.IndexAny(line, "><:!.")
		name, rest := line[:at], line[at+1:]
		if line[at] != '>' && w.clients[name] == nil {
			w.T.Fatalf("line %d: there is no client %s", i+1, name)
		}
		p := w.clients[name]
		switch line[at] {
		case '>':
			w.send(name, strings.TrimPrefix(rest, " "))
		case '<':
			got := p.next()
			if want := strings.TrimPrefix(rest, " "); !like(want, got) {
				w.T.Fatalf("line %d: %s\n got %q\nthen %q", i+1, line, got, w.take(name))
			}
		case '.':
			want := strings.TrimPrefix(strings.TrimPrefix(rest, "."), " ")
			for seen := []string{}; ; {
				got := p.next()
				if like(want, got) {
					break
				}
				if seen = append(seen, got); got == "" {
					w.T.Fatalf("line %d: %s\n got %q", i+1, line, seen)
				}
			}
		case ':':
			if got := w.take(name); len(got) > 0 {
				w.T.Fatalf("line %d: %s got %q", i+1, name, got)
			}
		case '!':
			p.mu.Lock()
			end := p.end
			p.mu.Unlock()
			if !end {
				w.T.Fatalf("line %d: %s is still connected", i+1, name)
			}
		}
	}
}

// next returns the next line, or "".
func (p *peer) next() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.got) == 0 {
		return ""
	}
	line := p.got[0]
	p.got = slices.Delete(p.got, 0, 1)
	return line
}

// like reports whether s fits a pattern in which * is any text.
func like(pattern, s string) bool {
	first, rest, star := strings.Cut(pattern, "*")
	if !star {
		return pattern == s
	}
	if !strings.HasPrefix(s, first) {
		return false
	}
	for s = s[len(first):]; ; s = s[1:] {
		if like(rest, s) {
			return true
		}
		if s == "" {
			return false
		}
	}
}
