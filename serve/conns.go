package serve

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"

	"baton/watch"
)

// A connection is one that is being served. There may be tens of thousands that
// do nothing, so it has no more than it needs.
type connection struct {
	net.Conn
	ctx   context.Context
	end   func()              // takes it out of package watch
	after []func(error) error // of a handler that has parked

	prev, next *connection // guarded by conns.mu
}

// conns are the open connections of a server and their limits.
type conns struct {
	max, maxPerIP int
	parked        atomic.Int64

	mu              sync.Mutex
	ends            connection      // guarded by mu, as are the next; the list of open ones is a ring through it
	open            int             // how many are in the ring
	perIP           map[network]int // only if there is a limit
	in, out, failed uint64
}

func newConns(limit, limitPerIP int) *conns {
	c := &conns{max: limit, maxPerIP: limitPerIP, perIP: make(map[network]int)}
	c.ends.prev, c.ends.next = &c.ends, &c.ends
	return c
}

// add adds a connection, or returns the reason why it is one too many.
func (c *conns) add(conn net.Conn) (_ *connection, refused string) {
	from, limited := network{}, false
	if c.maxPerIP > 0 {
		from, limited = networkOf(conn)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.open >= c.max:
		c.failed++
		return nil, "too many connections"
	case limited && c.perIP[from] >= c.maxPerIP:
		c.failed++
		return nil, "too many connections from your address"
	}
	c.in++
	c.open++
	if limited {
		c.perIP[from]++
	}
	added := &connection{Conn: conn, prev: c.ends.prev, next: &c.ends}
	added.prev.next, added.next.prev = added, added
	return added, ""
}

// remove removes a connection whose handler has ended with err.
func (c *conns) remove(conn *connection, err error) {
	from, limited := network{}, false
	if c.maxPerIP > 0 {
		from, limited = networkOf(conn)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	conn.prev.next, conn.next.prev = conn.next, conn.prev
	c.open--
	if limited {
		if c.perIP[from]--; c.perIP[from] <= 0 {
			delete(c.perIP, from)
		}
	}
	if err != nil {
		c.failed++
	} else {
		c.out++
	}
}

// closeAll closes what is open and returns how many that were.
func (c *conns) closeAll() int {
	c.mu.Lock()
	var all []*connection
	for conn := c.ends.next; conn != &c.ends; conn = conn.next {
		all = append(all, conn)
	}
	c.mu.Unlock()
	for _, conn := range all {
		conn.Close()
	}
	return len(all)
}

func (c *conns) describe(n *watch.Node) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n.In, n.Out, n.Errors = c.in, c.out, c.failed
	n.Limit = c.max
	parked := min(int(c.parked.Load()), c.open)
	n.State = map[string]int{"serving": c.open - parked, "parked": parked}
}

// A network is whom a connection counts under: an IPv4 address, or the /64 of an
// IPv6 address.
type network struct {
	v6   bool
	bits [8]byte
}

// networkOf returns the network of a connection's other end, or false if it has
// no IP address.
func networkOf(conn net.Conn) (n network, ok bool) {
	var addr netip.Addr
	if tcp, ok := conn.RemoteAddr().(*net.TCPAddr); ok {
		addr = tcp.AddrPort().Addr()
	} else if ap, err := netip.ParseAddrPort(remote(conn)); err == nil {
		addr = ap.Addr()
	}
	switch addr = addr.Unmap(); {
	case addr.Is4():
		ip := addr.As4()
		copy(n.bits[:], ip[:])
	case addr.Is6():
		ip := addr.As16()
		n.v6 = true
		copy(n.bits[:], ip[:8])
	default:
		return n, false
	}
	return n, true
}

// remote returns the address of a connection's other end, or "" if it has none.
func remote(conn net.Conn) string {
	if addr := conn.RemoteAddr(); addr != nil {
		return addr.String()
	}
	return ""
}
