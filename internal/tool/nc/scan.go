package nc

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"sync/atomic"
	"time"

	"baton/internal/endpoint"
	"baton/internal/exit"
	"baton/internal/ui"
	"baton/pipe"
	"baton/task"
)

// A port is what a scan found out about one.
type port struct {
	Host    string  `json:"host"`
	Port    uint16  `json:"port"`
	Network Network `json:"network"`
	State   string  `json:"state"`
	Address string  `json:"address,omitempty"` // that was reached
	Error   string  `json:"error,omitempty"`
	Seconds float64 `json:"seconds"`

	err error
}

// The states of a port.
const (
	stateOpen    = "open"
	stateRefused = "refused"
	stateTimeout = "timeout"
	stateSilent  = "no answer" // of UDP: open, or something throws datagrams away
	stateFailed  = "failed"
)

// scanners is how many ports are tried at once.
const scanners = 100

// scan tries all ports and prints those that are open, in the order given.
func scan(ctx context.Context, o *Options, s *ui.Streams) error {
	d := &dialer{Options: o}
	addrs, err := d.lookUp(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", o.Host, plainly(err))
	}
	total := countPorts(o.Ports)
	var done atomic.Int64
	progress := s.StartProgress(func() string {
		return fmt.Sprintf("%s of %s ports tried", ui.Count(done.Load()), ui.Count(total))
	})
	defer progress.Stop()
	results := pipe.Map(ctx, pipe.From(each(o.Ports)), pipe.Options{Name: "nc -z", Workers: min(scanners, total)},
		func(ctx context.Context, n uint16) (port, error) {
			p := d.try(ctx, addrs, n)
			done.Add(1)
			return p, ctx.Err()
		})
	t := tally{codes: map[int]bool{}}
	table := s.Out.Table(ui.Column{Title: "port", Right: true}, ui.Column{Title: "state"}, ui.Column{Title: "service"})
	err = pipe.ForEach(ctx, results, pipe.Options{}, func(_ context.Context, p port) error {
		t.add(p)
		switch {
		case o.JSON:
			return s.Out.JSON(p)
		case o.Verbose || p.err == nil:
			table.Row(strconv.Itoa(int(p.Port)), p.State, service(p.Port))
		}
		return nil
	})
	progress.Stop()
	if ferr := table.Flush(); err == nil {
		err = ferr
	}
	if err != nil {
		if ctx.Err() != nil {
			return task.Cause(ctx)
		}
		return err
	}
	return t.result(total)
}

// lookUp looks the host up, once for all ports.
func (d *dialer) lookUp(ctx context.Context) ([]netip.Addr, error) {
	if addr, err := netip.ParseAddr(d.Host); err == nil {
		return []netip.Addr{addr}, nil
	}
	if d.Dial.NoLookup {
		return nil, errNumeric
	}
	network := "ip"
	if d.Family != 0 {
		network += strconv.Itoa(d.Family)
	}
	return net.DefaultResolver.LookupNetIP(ctx, network, d.Host)
}

// try finds out about one port, at the first address where it is open.
func (d *dialer) try(ctx context.Context, addrs []netip.Addr, n uint16) port {
	p := port{Host: d.Host, Port: n, Network: d.Network}
	began := time.Now()
	for _, addr := range addrs {
		at := netip.AddrPortFrom(addr.Unmap(), n).String()
		state, err := d.tryAddress(ctx, at)
		p.State, p.err = state, err
		if err == nil {
			p.Address = at
			break
		}
	}
	p.Seconds = time.Since(began).Seconds()
	if p.err != nil {
		p.Error = plainly(p.err).Error()
		p.State = stateFailed
		switch endpoint.Classify(p.err) {
		case endpoint.Refused:
			p.State = stateRefused
		case endpoint.Timeout:
			p.State = stateTimeout
		}
	}
	return p
}

func (d *dialer) tryAddress(ctx context.Context, address string) (state string, err error) {
	if d.Dial.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, d.Dial.Timeout)
		defer cancel()
	}
	conn, err := d.connect(ctx, address)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if d.Network != UDP {
		return stateOpen, nil
	}
	return tryUDP(ctx, conn)
}

// tryUDP sends an empty datagram. A system without that port says so, and a server
// may answer; silence says little.
func tryUDP(ctx context.Context, conn net.Conn) (state string, err error) {
	const patience = time.Second
	conn.SetDeadline(time.Now().Add(patience))
	defer context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })()
	if _, err := conn.Write(nil); err != nil {
		return "", err
	}
	var b [1]byte
	switch _, err := conn.Read(b[:]); {
	case err == nil:
		return stateOpen, nil
	case endpoint.Classify(err) == endpoint.Timeout:
		return stateSilent, nil
	default:
		return "", err
	}
}

// A tally is how many ports were open, and why the others weren't.
type tally struct {
	open  int
	codes map[int]bool
	first error
}

func (t *tally) add(p port) {
	if p.err == nil {
		t.open++
		return
	}
	if t.first == nil {
		t.first = fmt.Errorf("port %d: %w", p.Port, plainly(p.err))
	}
	t.codes[exit.Code(coded(p.err))] = true
}

// result is nil if a port is open, as with other netcats. If all failed in one way, it
// has that one's code.
func (t *tally) result(total int) error {
	switch {
	case t.open > 0:
		return nil
	case total == 1:
		return t.first
	}
	err := fmt.Errorf("none of %d ports is open", total)
	if len(t.codes) == 1 {
		return &exit.Error{Code: exit.Code(coded(t.first)), Err: err}
	}
	return err
}
