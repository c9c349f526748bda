package nc

import (
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestParsePorts(t *testing.T) {
	tests := []struct {
		in   string
		want []Ports
		n    int
	}{
		{"80", []Ports{{80, 80}}, 1},
		{"0", []Ports{{0, 0}}, 1},
		{"65535", []Ports{{65535, 65535}}, 1},
		{"20-25", []Ports{{20, 25}}, 6},
		{"25-20", []Ports{{20, 25}}, 6},
		{"0-65535", []Ports{{0, 65535}}, 65536},
		{"22,80-81", []Ports{{22, 22}, {80, 81}}, 3},
		{"http", []Ports{{80, 80}}, 1},
		{"", nil, 0},
		{"65536", nil, 0},
		{"-1", nil, 0},
		{"1-", nil, 0},
		{"-", nil, 0},
		{"1-2-3", nil, 0},
		{"80,", nil, 0},
		{"0x50", nil, 0},
		{" 80", nil, 0},
		{"80-http", nil, 0},
	}
	for _, tt := range tests {
		got, err := ParsePorts(TCP, tt.in)
		if diff := cmp.Diff(tt.want, got); diff != "" || (err == nil) != (tt.want != nil) {
			t.Errorf("%q: %v %s", tt.in, err, diff)
		}
		n := 0
		for range each(got) {
			n++
		}
		if n != tt.n || countPorts(got) != tt.n {
			t.Errorf("%q: %d ports, counted %d; want %d", tt.in, n, countPorts(got), tt.n)
		}
	}
}

func FuzzParsePorts(f *testing.F) {
	for _, s := range []string{"80", "20-25", "1-2,3", "http", "65536", "1--2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		all, err := ParsePorts("", s) // no lookups
		if (err == nil) != (len(all) > 0) {
			t.Errorf("%q: %v, %v", s, all, err)
		}
		for _, p := range all {
			if p.First > p.Last {
				t.Errorf("%q: %v", s, p)
			}
		}
	})
}

func TestNetworks(t *testing.T) {
	tests := []struct {
		list  string
		in    []string
		notIn []string
	}{
		{"127.0.0.1", []string{"127.0.0.1", "::ffff:127.0.0.1"}, []string{"127.0.0.2", "::1"}},
		{"192.0.2.9/24, ::1", []string{"192.0.2.255", "::1"}, []string{"192.0.3.1", "::2"}},
		{"::ffff:192.0.2.0/120", []string{"192.0.2.1"}, []string{"192.0.3.1"}},
		{"fe80::/10", []string{"fe80::1%eth0"}, []string{"fec0::1"}},
		{"0.0.0.0/0", []string{"1.2.3.4", "::ffff:1.2.3.4"}, []string{"::1"}},
	}
	for _, tt := range tests {
		ns, err := ParseNetworks(tt.list)
		if err != nil {
			t.Fatalf("%q: %v", tt.list, err)
		}
		for _, a := range tt.in {
			if !ns.has(netip.MustParseAddr(a)) {
				t.Errorf("%s is not in %s", a, tt.list)
			}
		}
		for _, a := range tt.notIn {
			if ns.has(netip.MustParseAddr(a)) {
				t.Errorf("%s is in %s", a, tt.list)
			}
		}
	}
	for _, s := range []string{"", "x", "1.2.3", "1.2.3.4/33", "::ffff:1.2.3.4/90", "fe80::1%eth0", "1.2.3.4,"} {
		if ns, err := ParseNetworks(s); err == nil {
			t.Errorf("%q became %v", s, ns)
		}
	}
	ns, err := ReadNetworks(strings.NewReader("# ours\n192.0.2.0/24 ::1 # and this\n\n127.0.0.1\n"))
	if err != nil || len(ns) != 3 {
		t.Errorf("read %v, %v", ns, err)
	}
	if _, err := ReadNetworks(strings.NewReader("::1\nnone\n")); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("error %v", err)
	}
}

func TestAdmits(t *testing.T) {
	some, _ := ParseNetworks("192.0.2.0/24")
	one, _ := ParseNetworks("192.0.2.7")
	at := func(s string) net.Addr { return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(s)) }
	tests := []struct {
		server Server
		addr   net.Addr
		want   bool
	}{
		{Server{}, at("192.0.2.7:1"), true},
		{Server{}, &net.UnixAddr{}, true},
		{Server{Allow: some}, at("192.0.2.7:1"), true},
		{Server{Allow: some}, at("192.0.3.7:1"), false},
		{Server{Allow: Networks{}}, at("192.0.3.7:1"), false},
		{Server{Deny: one}, at("192.0.2.7:1"), false},
		{Server{Deny: one}, at("192.0.2.8:1"), true},
		{Server{Allow: some, Deny: one}, at("192.0.2.7:1"), false},
		{Server{Allow: some}, &net.UnixAddr{}, false},
	}
	for _, tt := range tests {
		if got := tt.server.admits(tt.addr); got != tt.want {
			t.Errorf("%+v admits %v: %v", tt.server, tt.addr, got)
		}
	}
}

func FuzzParseNetworks(f *testing.F) {
	for _, s := range []string{"127.0.0.1", "192.0.2.0/24,::1", "::ffff:1.2.3.4/100", "1.2.3.4/99"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ns, err := ParseNetworks(s)
		if err != nil {
			return
		}
		for _, n := range ns {
			if !n.IsValid() || n.Addr().Is4In6() || !ns.has(n.Addr()) {
				t.Errorf("%q: %v", s, n)
			}
		}
	})
}

func TestEscaper(t *testing.T) {
	tests := []struct{ in, want string }{
		{"plain\n", "plain\n"},
		{"tab\there\r\nnext", "tab\there\nnext"},
		{"\x1b[2J\x07", `\x1b[2J\x07`},
		{"over\rwritten", `over\rwritten`},
		{"grüße 世界\n", "grüße 世界\n"},
		{"\xff\xc3", `\xff\xc3`},
		{"end\r", `end\r`},
		{"\u202ereversed", `\u202ereversed`},
	}
	for _, tt := range tests {
		for _, size := range []int{1, 2, 3, 100} {
			var b strings.Builder
			e := &escaper{w: &b}
			for i := 0; i < len(tt.in); i += size {
				e.Write([]byte(tt.in[i:min(i+size, len(tt.in))]))
			}
			e.flush()
			if b.String() != tt.want {
				t.Errorf("%q by %d became %q, want %q", tt.in, size, b.String(), tt.want)
			}
		}
	}
}

func FuzzEscaper(f *testing.F) {
	f.Add("text\x1b]52;c;x\x07\r\n", 3)
	f.Fuzz(func(t *testing.T, in string, cut int) {
		cut = max(0, min(cut, len(in)))
		var whole, parts strings.Builder
		for _, x := range []struct {
			b     *strings.Builder
			parts []string
		}{{&whole, []string{in}}, {&parts, []string{in[:cut], in[cut:]}}} {
			e := &escaper{w: x.b}
			for _, p := range x.parts {
				e.Write([]byte(p))
			}
			e.flush()
		}
		if whole.String() != parts.String() {
			t.Errorf("%q cut at %d: %q and %q", in, cut, whole.String(), parts.String())
		}
		for _, r := range whole.String() {
			if r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r >= 0x80 && r < 0xa0 {
				t.Errorf("%q became %q", in, whole.String())
			}
		}
	})
}

func TestCRLF(t *testing.T) {
	in, want := "a\nb\r\n\nc", "a\r\nb\r\n\r\nc"
	for _, one := range []bool{false, true} {
		var r io.Reader = &crlf{r: strings.NewReader(in)}
		if one {
			r = iotest.OneByteReader(r)
		}
		if got, err := io.ReadAll(r); string(got) != want || err != nil {
			t.Errorf("got %q, %v; want %q", got, err, want)
		}
	}
}

// said collects what chatLines say.
type said struct{ strings.Builder }

func TestChatLines(t *testing.T) {
	long := strings.Repeat("ü", longestLine)
	tests := []struct{ in, want string }{
		{"one\ntwo\r\nthree", "<me> one\n<me> two\n<me> three\n"},
		{"\x1b[2J\n\n", "<me> \\x1b[2J\n<me> \n"},
		{long + "\n", "<me> " + long[:longestLine] + "\n<me> " + long[longestLine:] + "\n"},
	}
	for _, tt := range tests {
		for _, size := range []int{1, 5, 100_000} {
			var s said
			c := &chatLines{to: &s, name: "me"}
			for i := 0; i < len(tt.in); i += size {
				c.Write([]byte(tt.in[i:min(i+size, len(tt.in))]))
				if len(c.line) > longestLine {
					t.Fatalf("%d bytes are kept", len(c.line))
				}
			}
			c.flush()
			if diff := cmp.Diff(tt.want, s.String()); diff != "" {
				t.Errorf("by %d: %s", size, diff)
			}
		}
	}
}
