package clock

import (
	"context"
	"errors"
	"hash/maphash"
	"net"
	"net/netip"
	"time"
)

const (
	// lowPort is the first port from which questions are answered. Below are
	// services such as daytime itself: two of them could be set to answer each other
	// for ever, by one datagram with a false sender.
	lowPort = 1024
	// perSecond is how many answers a network gets in a second.
	perSecond = 50
)

// answer answers each datagram that comes on conn with the time, until ctx ends,
// which is no error. It closes conn.
//
// A sender's address is easily made up, so that what is sent here may go to someone
// who didn't ask. The answer is small, its number per second and network is limited,
// and addresses of more than one machine and low ports get none.
func answer(ctx context.Context, conn net.PacketConn, opts Options) error {
	closed := make(chan struct{})
	undo := context.AfterFunc(ctx, func() {
		defer close(closed)
		conn.Close() // ends the read that waits
	})
	defer func() {
		if undo() {
			conn.Close()
		} else {
			<-closed
		}
	}()
	limit := newQuota(perSecond)
	question := make([]byte, 1) // nobody cares what it says
	line := make([]byte, 0, maxLine)
	for {
		_, from, err := conn.ReadFrom(question)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, net.ErrClosed):
			return err
		case from == nil:
			// Such as that an earlier answer has reached nobody.
			opts.log().Debug("receiving failed", "err", err)
			pause(ctx, 10*time.Millisecond)
			continue
		}
		now := opts.now()
		to := addrPort(from)
		if why := refuse(to); why != "" {
			opts.log().Debug("question not answered", "from", to, "reason", why)
			continue
		}
		if !limit.allows(to.Addr(), now) {
			continue
		}
		line = opts.Format.Append(line[:0], now)
		if _, err := conn.WriteTo(line, from); err != nil {
			opts.log().Debug("answer failed", "to", to, "err", err)
		}
	}
}

// pause waits for d, or the end of ctx.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// refuse says why an address gets no answer, or nothing.
func refuse(to netip.AddrPort) string {
	ip := to.Addr().Unmap()
	switch {
	case !ip.IsValid() || ip.IsUnspecified():
		return "no address"
	case ip.IsMulticast() || ip == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		return "an address of many machines"
	case to.Port() < lowPort:
		return "a port of a service"
	}
	return ""
}

func addrPort(a net.Addr) netip.AddrPort {
	if udp, ok := a.(*net.UDPAddr); ok {
		return udp.AddrPort()
	}
	return netip.AddrPort{}
}

// A quota bounds what a network gets in a second. It has a fixed size: networks
// whose hashes are equal share what there is for one.
type quota struct {
	most   int
	seed   maphash.Seed
	second int64
	used   [1024]int
}

func newQuota(most int) *quota { return &quota{most: most, seed: maphash.MakeSeed()} }

// allows reports whether addr gets one more, and counts it.
func (q *quota) allows(addr netip.Addr, now time.Time) bool {
	if second := now.Unix(); second != q.second {
		q.second, q.used = second, [1024]int{}
	}
	addr = addr.Unmap().WithZone("")
	bits := 24
	if addr.Is6() {
		bits = 64
	}
	network, _ := addr.Prefix(bits) // no error: the bits are in range
	used := &q.used[maphash.Comparable(q.seed, network)%uint64(len(q.used))]
	*used++
	return *used <= q.most
}
