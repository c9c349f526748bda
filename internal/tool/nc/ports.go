package nc

import (
	"fmt"
	"iter"
	"net"
	"strconv"
	"strings"
)

// Ports are the ports from First to Last.
type Ports struct{ First, Last uint16 }

// ParsePorts parses a port, a range such as 20-25, or several of these with commas
// between them. A port may be a service's name, such as http.
func ParsePorts(network Network, s string) ([]Ports, error) {
	var all []Ports
	for part := range strings.SplitSeq(s, ",") {
		p, err := parsePorts(network, part)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

func parsePorts(network Network, s string) (Ports, error) {
	// A name may have a hyphen too.
	if first, last, ok := strings.Cut(s, "-"); ok && isNumber(first) && isNumber(last) {
		a, err := parsePort(first)
		if err != nil {
			return Ports{}, err
		}
		b, err := parsePort(last)
		if err != nil {
			return Ports{}, err
		}
		return Ports{min(a, b), max(a, b)}, nil
	}
	if isNumber(s) {
		n, err := parsePort(s)
		return Ports{n, n}, err
	}
	if network == TCP || network == UDP {
		if n, err := net.LookupPort(string(network), s); err == nil && strings.ContainsAny(s, letters) {
			return Ports{uint16(n), uint16(n)}, nil
		}
	}
	return Ports{}, fmt.Errorf("invalid port %q: want a number up to 65535, a range such as 20-25, or a service's name", s)
}

// letters are what a service's name has one of at least.
const letters = "abcdefghijklmnopqrstuvwxyz"

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func parsePort(s string) (uint16, error) {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return 0, fmt.Errorf("invalid port %q: want a number up to 65535", s)
	}
	return uint16(n), nil
}

// countPorts returns how many ports there are in all.
func countPorts(all []Ports) int {
	n := 0
	for _, p := range all {
		n += int(p.Last) - int(p.First) + 1
	}
	return n
}

// each returns all ports, in the order given.
func each(all []Ports) iter.Seq[uint16] {
	return func(yield func(uint16) bool) {
		for _, p := range all {
			for n := int(p.First); n <= int(p.Last); n++ {
				if !yield(uint16(n)) {
					return
				}
			}
		}
	}
}
