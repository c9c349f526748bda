package endpoint

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// Address completes an address as a user gives it, for [net.Listen] and
// [net.Dial]: a port alone, "8000" or ":8000", is one of this machine's loopback
// address; a host alone gets defaultPort; "*:8000" and "*" are all addresses of
// this machine. An IPv6 address needs its brackets only before a port. Ports may
// be names, such as "http".
//
// It looks nothing up: a host that has the form of one is accepted. Without a
// port, and defaultPort empty, it fails.
func Address(s, defaultPort string) (hostport string, err error) {
	host, port, err := split(s, defaultPort)
	if err == nil {
		err = checkHost(host)
	}
	if err == nil {
		err = checkPort(port)
	}
	if err != nil {
		return "", fmt.Errorf("invalid address %q: %w", s, err)
	}
	if host == "*" {
		host = ""
	}
	return net.JoinHostPort(host, port), nil
}

const loopback = "127.0.0.1"

// split splits s; an empty host has become loopback.
func split(s, defaultPort string) (host, port string, err error) {
	switch {
	case s == "":
		return "", "", fmt.Errorf("want HOST:PORT")
	case isNumber(s):
		return loopback, s, nil
	case isIPv6(s):
		return s, defaultPort, nil
	case s[0] == '[' && s[len(s)-1] == ']':
		host, port = s[1:len(s)-1], defaultPort
		if !isIPv6(host) {
			return "", "", fmt.Errorf("only an IPv6 address has brackets")
		}
		return host, port, nil
	case !strings.Contains(s, ":"):
		return s, defaultPort, nil
	}
	host, port, err = net.SplitHostPort(s)
	switch {
	case err != nil:
		return "", "", fmt.Errorf("want HOST:PORT, or [HOST]:PORT for an IPv6 address")
	case s[0] == '[' && !isIPv6(host):
		return "", "", fmt.Errorf("only an IPv6 address has brackets")
	case host == "":
		host = loopback
	}
	return host, port, nil
}

func checkHost(host string) error {
	if host == "*" || isIPv6(host) {
		return nil
	}
	if len(host) > 253 {
		return fmt.Errorf("the host is too long")
	}
	for _, r := range host {
		// Names outside of ASCII are for the resolver to judge, not what could
		// forge a line of a log or of a protocol.
		if r <= ' ' || r == 0x7f || strings.ContainsRune(`/\[]:*?#@%"'<>`, r) || r >= 0x80 && !strconv.IsPrint(r) || r == '\ufffd' {
			return fmt.Errorf("the host has the character %q", r)
		}
	}
	return nil
}

func checkPort(port string) error {
	if port == "" {
		return fmt.Errorf("it lacks a port")
	}
	if isNumber(port) {
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return fmt.Errorf("the port is more than 65535")
		}
		return nil
	}
	for _, r := range port {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' {
			return fmt.Errorf("%q is no port", port)
		}
	}
	if port[0] == '-' {
		return fmt.Errorf("%q is no port", port)
	}
	return nil
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// isIPv6 reports whether s is an IPv6 address, perhaps with a zone.
func isIPv6(s string) bool {
	addr, err := netip.ParseAddr(s)
	if err != nil || !addr.Is6() {
		return false
	}
	for _, r := range addr.Zone() {
		if r <= ' ' || r >= 0x7f || r == '[' || r == ']' || r == '%' {
			return false
		}
	}
	return true
}

// IsLoopback reports whether an address, as [Address] returns it, can be reached
// from this machine only. All addresses of the machine are not.
func IsLoopback(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	if strings.EqualFold(strings.TrimSuffix(host, "."), "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}
