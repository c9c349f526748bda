package nc

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
)

// Networks are addresses and networks.
type Networks []netip.Prefix

// ParseNetworks parses addresses and networks in CIDR notation, with commas between
// them: 127.0.0.1,192.0.2.0/24,2001:db8::/32.
func ParseNetworks(s string) (Networks, error) {
	var all Networks
	for part := range strings.SplitSeq(s, ",") {
		p, err := parseNetwork(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// ReadNetworks reads lines of addresses and networks. Empty lines count for nothing,
// nor does what follows a #.
func ReadNetworks(r io.Reader) (Networks, error) {
	all := Networks{}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line, _, _ := strings.Cut(lines.Text(), "#")
		for field := range strings.FieldsSeq(line) {
			some, err := ParseNetworks(field)
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
			all = append(all, some...)
		}
	}
	return all, lines.Err()
}

func parseNetwork(s string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(s); err == nil && addr.Zone() == "" {
		addr = addr.Unmap()
		return addr.Prefix(addr.BitLen())
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("invalid network %q: want an address, or one with a number of bits such as 192.0.2.0/24", s)
	}
	if a := p.Addr(); a.Is4In6() { // 4 of the 16 bytes count
		if p.Bits() < 96 {
			return netip.Prefix{}, fmt.Errorf("invalid network %q: write it as one of IPv4", s)
		}
		p = netip.PrefixFrom(a.Unmap(), p.Bits()-96)
	}
	return p.Masked(), nil
}

// has reports whether addr is in one of the networks.
func (ns Networks) has(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	for _, n := range ns {
		if n.Contains(addr) {
			return true
		}
	}
	return false
}

// admits reports whether a client at addr may connect.
func (s *Server) admits(addr net.Addr) bool {
	if s.Allow == nil && s.Deny == nil {
		return true
	}
	from, err := netip.ParseAddrPort(addr.String())
	if err != nil || s.Deny.has(from.Addr()) {
		return false
	}
	return s.Allow == nil || s.Allow.has(from.Addr())
}
