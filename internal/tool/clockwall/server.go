package clockwall

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"baton/internal/endpoint"
)

// A Server is a clock on the wall. It is made by [Parse].
type Server struct {
	Name     string
	Protocol string         // lines, daytime, time, ntp, http or https
	Network  string         // tcp or udp
	Address  string         // HOST:PORT
	Path     string         // of an HTTP server
	Zone     *time.Location // of a server that doesn't tell; nil: to be guessed
}

// protocols are what a URL can begin with, and the port without one; "" is for
// protocols that need one to be given.
var protocols = []struct{ scheme, network, port string }{
	{"lines", "tcp", ""},
	{"daytime", "tcp", "13"},
	{"daytime+udp", "udp", "13"},
	{"time", "tcp", "37"},
	{"time+udp", "udp", "37"},
	{"ntp", "udp", "123"},
	{"http", "tcp", "80"},
	{"https", "tcp", "443"},
}

// Parse reads NAME=HOST:PORT for a clock's lines, or NAME=PROTOCOL://HOST. Behind
// lines and daytime servers @ZONE may follow, the time zone of what they tell.
func Parse(arg string) (Server, error) {
	name, rest, ok := strings.Cut(arg, "=")
	if !ok || name == "" || rest == "" {
		return Server{}, errors.New("want NAME=HOST:PORT or NAME=PROTOCOL://HOST")
	}
	scheme, where, ok := strings.Cut(rest, "://")
	if !ok {
		scheme, where = "lines", rest
	}
	for _, p := range protocols {
		if p.scheme == strings.ToLower(scheme) {
			s := Server{Name: name, Network: p.network}
			s.Protocol, _, _ = strings.Cut(p.scheme, "+")
			return s.complete(where, p.port)
		}
	}
	return Server{}, fmt.Errorf("no protocol %q: there are lines, daytime, time, ntp, http and https", scheme)
}

// complete fills in what follows the protocol.
func (s Server) complete(where, port string) (_ Server, err error) {
	switch s.Protocol {
	case "http", "https":
		u, err := url.Parse(s.Protocol + "://" + where)
		if err != nil {
			return Server{}, err
		}
		if u.User != nil {
			return Server{}, errors.New("a user name is not used")
		}
		where, s.Path = u.Host, u.RequestURI()
	case "lines", "daytime":
		host, zone, ok := strings.Cut(where, "@")
		where = host
		if ok {
			if s.Zone, err = time.LoadLocation(zone); err != nil || zone == "" {
				return Server{}, fmt.Errorf("no time zone %q", zone)
			}
		}
		fallthrough
	default:
		where = strings.TrimSuffix(where, "/")
	}
	if where == "" {
		return Server{}, errors.New("no host")
	}
	s.Address, err = endpoint.Address(where, port)
	if err == nil && strings.HasPrefix(s.Address, ":") {
		err = errors.New("no host")
	}
	return s, err
}

// Host returns the host of the server's address.
func (s Server) Host() string {
	host, _, _ := net.SplitHostPort(s.Address) // Address has a port
	return host
}
