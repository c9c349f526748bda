package endpoint

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"time"
)

// A Datagram is one that came, and where from.
type Datagram struct {
	From    netip.AddrPort
	Payload []byte // valid during the call
}

// ServePackets answers datagrams of UDP until ctx ends, one after the other, and
// closes conn, which [ListenPacket] has made. answer returns what to send back, nil for
// nothing; it may use the payload's memory and must not wait.
//
// Whoever forges the sender's address can have an answer sent to someone else, and
// two servers answer each other without end. So there is one answer to one
// datagram, and none to a datagram that was broadcast or sent to many, whose sender
// is no address of one machine, or whose port is below 1024, as other services
// have, or this server's own.
func ServePackets(ctx context.Context, conn *net.UDPConn, log *slog.Logger, answer func(Datagram) []byte) error {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.SetReadDeadline(time.Unix(1, 0)) })()
	own := addrPort(conn.LocalAddr()).Port()
	payload, oob := make([]byte, 64<<10), make([]byte, 128)
	for {
		n, noob, _, from, err := conn.ReadMsgUDPAddrPort(payload, oob)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil && errors.Is(err, net.ErrClosed):
			return err
		case err != nil:
			// A system tells so that an answer has not arrived, or that it is out of
			// memory: neither is the end, nor to be asked about without a pause.
			log.DebugContext(ctx, "datagram lost", "err", err)
			if !errors.Is(err, os.ErrDeadlineExceeded) {
				time.Sleep(time.Millisecond)
			}
			continue
		}
		from = netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
		back, toOne := replyFrom(oob[:noob])
		if !toOne || !mayAnswer(from, own) {
			log.DebugContext(ctx, "datagram not answered", "from", from)
			continue
		}
		if p := answer(Datagram{From: from, Payload: payload[:n]}); p != nil {
			if _, _, err := conn.WriteMsgUDPAddrPort(p, back, from); err != nil {
				log.DebugContext(ctx, "answer not sent", "to", from, "err", err)
			}
		}
	}
}

// lowPorts are those of services that might answer an answer.
const lowPorts = 1024

// mayAnswer reports whether a sender is one machine and no server.
func mayAnswer(from netip.AddrPort, own uint16) bool {
	ip := from.Addr()
	return from.Port() >= lowPorts && from.Port() != own && ip.IsValid() && !ip.IsUnspecified() && !ip.IsMulticast() &&
		ip != netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

func addrPort(addr net.Addr) netip.AddrPort {
	if a, ok := addr.(*net.UDPAddr); ok {
		return a.AddrPort()
	}
	return netip.AddrPort{}
}
