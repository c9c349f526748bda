package nc

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"time"
)

// peers makes a listener of a socket for datagrams: each address that something comes
// from is a connection, until it is closed.
type peers struct {
	conn    net.PacketConn
	program *program
	fresh   chan *peer
	closed  chan struct{}
	once    sync.Once
	reading sync.WaitGroup

	mu   sync.Mutex
	open map[string]*peer // guarded by mu
	err  error            // why reading ended; guarded by mu
}

const (
	freshPeers = 64 // that wait to be accepted
	queued     = 64 // datagrams that wait for one peer's session
)

func newPeers(conn net.PacketConn, p *program) *peers {
	ps := &peers{conn: conn, program: p, fresh: make(chan *peer, freshPeers), closed: make(chan struct{}), open: map[string]*peer{}}
	ps.reading.Go(ps.read) // ends when Close closes the socket
	return ps
}

// read passes datagrams on. What nobody has taken in time is dropped, as the system
// does with what it has no room for.
func (ps *peers) read() {
	buf := make([]byte, 64<<10)
	for {
		n, addr, err := ps.conn.ReadFrom(buf)
		if err != nil && n == 0 {
			if ps.isClosed() || !errors.Is(err, errReset) { // Windows tells of a peer that is gone
				ps.fail(err)
				return
			}
			continue
		}
		p := ps.get(addr)
		if p == nil {
			continue
		}
		select {
		case p.queue <- append([]byte(nil), buf[:n]...):
		default:
		}
	}
}

func (ps *peers) isClosed() bool {
	select {
	case <-ps.closed:
		return true
	default:
		return false
	}
}

func (ps *peers) fail(err error) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	ps.err = err
	close(ps.fresh)
}

// get returns the peer with an address, perhaps a new one, or nil if there is no place
// for it.
func (ps *peers) get(addr net.Addr) *peer {
	key := ""
	if addr != nil {
		key = addr.String()
	}
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if p := ps.open[key]; p != nil {
		return p
	}
	p := &peer{peers: ps, key: key, addr: addr, queue: make(chan []byte, queued), done: make(chan struct{})}
	p.read, p.write = newDeadline(), newDeadline()
	select {
	case ps.fresh <- p:
		ps.open[key] = p
		return p
	default:
		return nil
	}
}

// Accept returns the next peer that is new.
func (ps *peers) Accept() (net.Conn, error) {
	if p, ok := <-ps.fresh; ok {
		return p, nil
	}
	ps.mu.Lock()
	defer ps.mu.Unlock()
	return nil, ps.err
}

// Close closes the socket, for all peers.
func (ps *peers) Close() error {
	var err error
	ps.once.Do(func() {
		close(ps.closed)
		err = ps.conn.Close()
		// The standard library does this for streams only.
		if addr, ok := ps.conn.LocalAddr().(*net.UnixAddr); ok && !strings.HasPrefix(addr.Name, "@") {
			os.Remove(addr.Name)
		}
	})
	ps.reading.Wait()
	return err
}

// Addr returns the address of the socket.
func (ps *peers) Addr() net.Addr { return ps.conn.LocalAddr() }

// A peer is an address, as a connection.
type peer struct {
	peers       *peers
	key         string
	addr        net.Addr // nil for one that has none, to which nothing can be sent
	queue       chan []byte
	done        chan struct{}
	once        sync.Once
	read, write *deadline
}

// Read returns the next datagram, as much of it as fits into p.
func (p *peer) Read(b []byte) (int, error) {
	select {
	case <-p.read.passed():
		return 0, os.ErrDeadlineExceeded
	default:
	}
	select {
	case data := <-p.queue:
		return copy(b, data), nil
	case <-p.done:
		return 0, net.ErrClosed
	case <-p.peers.closed:
		return 0, io.EOF
	case <-p.read.passed():
		return 0, os.ErrDeadlineExceeded
	}
}

// Write sends a datagram. To a peer without an address it does nothing.
func (p *peer) Write(b []byte) (int, error) {
	select {
	case <-p.write.passed():
		return 0, os.ErrDeadlineExceeded
	case <-p.done:
		return 0, net.ErrClosed
	default:
	}
	if p.key == "" {
		return len(b), nil
	}
	return p.peers.conn.WriteTo(b, p.addr)
}

// Close forgets the peer: another datagram makes a new one.
func (p *peer) Close() error {
	p.once.Do(func() {
		close(p.done)
		p.peers.mu.Lock()
		defer p.peers.mu.Unlock()
		delete(p.peers.open, p.key)
	})
	return nil
}

// LocalAddr returns the address of the socket.
func (p *peer) LocalAddr() net.Addr { return p.peers.conn.LocalAddr() }

// RemoteAddr returns the address of the peer.
func (p *peer) RemoteAddr() net.Addr { return p.addr }

// SetDeadline sets both deadlines.
func (p *peer) SetDeadline(t time.Time) error {
	p.read.set(t)
	p.write.set(t)
	return nil
}

// SetReadDeadline sets the deadline of Read, also of one that waits.
func (p *peer) SetReadDeadline(t time.Time) error { p.read.set(t); return nil }

// SetWriteDeadline sets the deadline of Write.
func (p *peer) SetWriteDeadline(t time.Time) error { p.write.set(t); return nil }

// A deadline is a channel that is closed at a time that may change.
type deadline struct {
	mu    sync.Mutex
	timer *time.Timer   // guarded by mu, as is the next
	over  chan struct{} // closed when it has passed
}

func newDeadline() *deadline { return &deadline{over: make(chan struct{})} }

func (d *deadline) passed() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.over
}

func (d *deadline) set(t time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
	select {
	case <-d.over:
		d.over = make(chan struct{})
	default:
	}
	switch left := time.Until(t); {
	case t.IsZero():
	case left <= 0:
		close(d.over)
	default:
		over := d.over
		d.timer = time.AfterFunc(left, func() {
			d.mu.Lock()
			defer d.mu.Unlock()
			if d.over == over {
				select {
				case <-over:
				default:
					close(over)
				}
			}
		})
	}
}
