package endpoint

import (
	"net"
	"strings"
	"testing"
)

func TestAddress(t *testing.T) {
	for _, tt := range []struct{ in, port, want string }{
		{"8000", "", "127.0.0.1:8000"},
		{":8000", "", "127.0.0.1:8000"},
		{"0", "", "127.0.0.1:0"},
		{"65535", "", "127.0.0.1:65535"},
		{"localhost", "8000", "localhost:8000"},
		{"example.com:80", "8000", "example.com:80"},
		{"example.com:http", "", "example.com:http"},
		{"under_score:1", "", "under_score:1"},
		{"münchen.example:1", "", "münchen.example:1"},
		{"10.1.2.3", "7", "10.1.2.3:7"},
		{"*:8000", "", ":8000"},
		{"*", "8000", ":8000"},
		{"0.0.0.0:1", "", "0.0.0.0:1"},
		{"[::1]:8000", "", "[::1]:8000"},
		{"[::1]", "8000", "[::1]:8000"},
		{"::1", "8000", "[::1]:8000"},
		{"::", "8000", "[::]:8000"},
		{"[fe80::1%eth0]:1", "", "[fe80::1%eth0]:1"},
	} {
		if got, err := Address(tt.in, tt.port); got != tt.want || err != nil {
			t.Errorf("Address(%q, %q) = %q, %v; want %q", tt.in, tt.port, got, err, tt.want)
		}
	}
	for _, tt := range []struct{ in, port, why string }{
		{"", "8000", "want HOST:PORT"},
		{"localhost", "", "lacks a port"},
		{"localhost:", "", "lacks a port"},
		{":", "", "lacks a port"},
		{"65536", "", "more than 65535"},
		{"host:99999999999999999999", "", "more than 65535"},
		{"host:80:80", "", "want HOST:PORT"},
		{"[host]:80", "", "brackets"},
		{"[host]", "80", "brackets"},
		{"[::1", "80", "want HOST:PORT"},
		{"host:-1", "", "no port"},
		{"host:a b", "", "no port"},
		{"a b:80", "", "character ' '"},
		{"a\nb:80", "", `character '\n'`},
		{"http://host:80", "", "want HOST:PORT"},
		{"user@host:80", "", "character '@'"},
		{"a\u202eb:80", "", `\u202e`},
		{strings.Repeat("a", 254), "80", "too long"},
	} {
		if got, err := Address(tt.in, tt.port); err == nil || !strings.Contains(err.Error(), tt.why) {
			t.Errorf("Address(%q, %q) = %q, %v; want an error with %q", tt.in, tt.port, got, err, tt.why)
		}
	}
}

func TestIsLoopback(t *testing.T) {
	for in, want := range map[string]bool{
		"127.0.0.1:8000": true, "127.9.9.9:1": true, "[::1]:8000": true, "localhost:1": true, "LocalHost.:1": true,
		"[::ffff:127.0.0.1]:1": true, "::1": true, "localhost": true,
		":8000": false, "0.0.0.0:1": false, "[::]:1": false, "example.com:1": false, "10.0.0.1:1": false, "localhost.example:1": false, "": false,
	} {
		if got := IsLoopback(in); got != want {
			t.Errorf("IsLoopback(%q) = %v", in, got)
		}
	}
}

// FuzzAddress: what is accepted has a host and a port that net can take apart, is
// accepted again, and holds nothing that could forge a line.
func FuzzAddress(f *testing.F) {
	for _, s := range []string{"8000", ":8000", "*:8000", "host", "host:http", "[::1]:8000", "fe80::1%eth0", "a\nb:80", "::ffff:1.2.3.4"} {
		f.Add(s, "80")
		f.Add(s, "")
	}
	f.Fuzz(func(t *testing.T, s, port string) {
		got, err := Address(s, port)
		if err != nil {
			return
		}
		host, p, err := net.SplitHostPort(got)
		if err != nil || p == "" {
			t.Fatalf("Address(%q, %q) = %q: %v", s, port, got, err)
		}
		if strings.ContainsFunc(got, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			t.Errorf("Address(%q, %q) = %q has a control character", s, port, got)
		}
		again := got
		if host == "" {
			again = "*" + got
		}
		if twice, err := Address(again, ""); twice != got || err != nil {
			t.Errorf("Address(%q) = %q, %v", again, twice, err)
		}
	})
}
