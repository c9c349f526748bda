package endpoint

import (
	"net/netip"
	"os"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// tellDestinations makes the system tell for each datagram what address it was
// sent to. That is asked for before the first can come.
func tellDestinations(network, _ string, raw syscall.RawConn) error {
	if !strings.HasPrefix(network, "udp") {
		return nil
	}
	var v4, v6 error
	err := raw.Control(func(fd uintptr) {
		// A socket of IPv6 gets datagrams of IPv4 too, unless it says otherwise.
		v4 = unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_PKTINFO, 1)
		v6 = unix.SetsockoptInt(int(fd), unix.IPPROTO_IPV6, unix.IPV6_RECVPKTINFO, 1)
	})
	if err == nil && v4 != nil && v6 != nil {
		err = os.NewSyscallError("setsockopt", v4)
	}
	return err
}

// replyFrom returns the control message with which an answer has the address that
// was asked, and whether that is the address of this machine alone.
func replyFrom(oob []byte) (back []byte, toOne bool) {
	messages, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return nil, false
	}
	for _, m := range messages {
		switch {
		case m.Header.Level == unix.IPPROTO_IP && m.Header.Type == unix.IP_PKTINFO && len(m.Data) >= unix.SizeofInet4Pktinfo:
			info := (*unix.Inet4Pktinfo)(unsafe.Pointer(&m.Data[0]))
			// Addr is what the datagram says, Spec_dst what an answer should come
			// from: the same, unless it was sent to many.
			return unix.PktInfo4(&unix.Inet4Pktinfo{Spec_dst: info.Spec_dst}), info.Addr == info.Spec_dst
		case m.Header.Level == unix.IPPROTO_IPV6 && m.Header.Type == unix.IPV6_PKTINFO && len(m.Data) >= unix.SizeofInet6Pktinfo:
			info := (*unix.Inet6Pktinfo)(unsafe.Pointer(&m.Data[0]))
			ip := netip.AddrFrom16(info.Addr)
			if ip.Is4In6() {
				continue // IP_PKTINFO tells more
			}
			return unix.PktInfo6(&unix.Inet6Pktinfo{Addr: info.Addr, Ifindex: info.Ifindex}), !ip.IsMulticast()
		}
	}
	return nil, false
}
