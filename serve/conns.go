package serve

import (
	"context"
	"net"
	"net/netip"
	"runtime/pprof"
	"sync"

	"baton/watch"
)

// conns are the open connections of a server and their limits.
type conns struct {
	max, maxPerIP int

	mu              sync.Mutex
	open            map[net.Conn]netip.Prefix // guarded by mu, as are the next
	perIP           map[netip.Prefix]int
	in, out, failed uint64
}

func newConns(limit, limitPerIP int) *conns {
	return &conns{max: limit, maxPerIP: limitPerIP, open: make(map[net.Conn]netip.Prefix), perIP: make(map[netip.Prefix]int)}
}

// add adds a connection, or returns the reason why it is one too many.
func (c *conns) add(conn net.Conn) (refused string) {
	from := network(conn)
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case len(c.open) >= c.max:
		c.failed++
		return "too many connections"
	case c.maxPerIP > 0 && from.IsValid() && c.perIP[from] >= c.maxPerIP:
		c.failed++
		return "too many connections from your address"
	}
	c.in++
	c.open[conn] = from
	if from.IsValid() {
		c.perIP[from]++
	}
	return ""
}

// remove removes a connection whose handler has ended with err.
func (c *conns) remove(conn net.Conn, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	from := c.open[conn]
	delete(c.open, conn)
	if c.perIP[from]--; c.perIP[from] <= 0 {
		delete(c.perIP, from)
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
	var all []net.Conn
	for conn := range c.open {
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
	n.State = map[string]int{"serving": len(c.open)}
}

// network returns the network that a connection's other end counts under, or
// the zero Prefix if it has no IP address.
func network(conn net.Conn) netip.Prefix {
	addr, err := netip.ParseAddrPort(remote(conn))
	if err != nil {
		return netip.Prefix{}
	}
	ip := addr.Addr().Unmap().WithZone("")
	bits := 32
	if ip.Is6() {
		bits = 64
	}
	p, _ := ip.Prefix(bits)
	return p
}

// remote returns the address of a connection's other end, or "" if it has none.
func remote(conn net.Conn) string {
	if addr := conn.RemoteAddr(); addr != nil {
		return addr.String()
	}
	return ""
}

// label gives the goroutine the pprof labels of ctx.
func label(ctx context.Context) { pprof.SetGoroutineLabels(ctx) }
