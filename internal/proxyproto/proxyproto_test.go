package proxyproto

import (
	"bytes"
	"errors"
	"io"
	"net/netip"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

var (
	v4 = Header{netip.MustParseAddrPort("192.0.2.1:1234"), netip.MustParseAddrPort("192.0.2.2:80")}
	v6 = Header{netip.MustParseAddrPort("[2001:db8::1]:1234"), netip.MustParseAddrPort("[2001:db8::2]:65535")}
)

func TestRead(t *testing.T) {
	v2 := "\r\n\r\n\x00\r\nQUIT\n"
	tests := []struct {
		name, in string
		want     Header
		err      string
	}{
		{"TCP4", "PROXY TCP4 192.0.2.1 192.0.2.2 1234 80\r\n", v4, ""},
		{"TCP6", "PROXY TCP6 2001:db8::1 2001:db8::2 1234 65535\r\n", v6, ""},
		{"unknown", "PROXY UNKNOWN\r\n", Header{}, ""},
		{"unknown with more", "PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n", Header{}, ""},
		{"family differs", "PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n", Header{}, "invalid line"},
		{"port too high", "PROXY TCP4 192.0.2.1 192.0.2.2 65536 80\r\n", Header{}, "invalid line"},
		{"port with zero", "PROXY TCP4 192.0.2.1 192.0.2.2 080 80\r\n", Header{}, "invalid line"},
		{"port empty", "PROXY TCP4 192.0.2.1 192.0.2.2  80\r\n", Header{}, "invalid line"},
		{"zone", "PROXY TCP6 fe80::1%eth0 fe80::2 1 2\r\n", Header{}, "invalid line"},
		{"two spaces", "PROXY  TCP4 192.0.2.1 192.0.2.2 1 2\r\n", Header{}, "invalid line"},
		{"no end", "PROXY TCP4 " + strings.Repeat("1", 200), Header{}, "too long"},
		{"cut", "PROXY TCP4 192.0.2.1 192.", Header{}, "ended"},
		{"empty", "", Header{}, "ended"},
		{"HTTP", "GET / HTTP/1.1\r\n\r\n", Header{}, "no PROXY header"},
		{"v2 IPv4", v2 + "\x21\x11\x00\x0c\xc0\x00\x02\x01\xc0\x00\x02\x02\x04\xd2\x00\x50", v4, ""},
		{"v2 IPv4 with more", v2 + "\x21\x11\x00\x0f\xc0\x00\x02\x01\xc0\x00\x02\x02\x04\xd2\x00\x50\x04\x00\x00", v4, ""},
		{"v2 local", v2 + "\x20\x00\x00\x00", Header{}, ""},
		{"v2 unix", v2 + "\x21\x31\x00\x02ab", Header{}, ""},
		{"v2 short", v2 + "\x21\x21\x00\x0c\xc0\x00\x02\x01\xc0\x00\x02\x02\x04\xd2\x00\x50", Header{}, "too short"},
		{"v2 long", v2 + "\x21\x11\xff\xff", Header{}, "too long"},
		{"v2 cut", v2 + "\x21\x11\x00\x0c\xc0\x00", Header{}, "ended"},
		{"version 3", v2 + "\x31\x11\x00\x00", Header{}, "unknown version"},
		{"command 2", v2 + "\x22\x11\x00\x00", Header{}, "unknown version"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.err == "" {
				tt.in += "rest" // which belongs to the connection
			}
			r := strings.NewReader(tt.in)
			got, err := Read(iotest.OneByteReader(r))
			if got != tt.want || (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("got %v, %v; want %v, %q", got, err, tt.want, tt.err)
			}
			if rest, _ := io.ReadAll(r); err == nil && string(rest) != "rest" {
				t.Errorf("left %q", rest)
			}
		})
	}
	failed := errors.New("failed")
	if _, err := Read(iotest.ErrReader(failed)); !errors.Is(err, failed) {
		t.Errorf("error %v, want that of the connection", err)
	}
}

func TestAppend(t *testing.T) {
	mixed := Header{v4.Source, v6.Destination}
	mapped := Header{netip.MustParseAddrPort("[::ffff:192.0.2.1]:1234"), v4.Destination}
	for _, version := range []int{1, 2} {
		for h, want := range map[Header]Header{v4: v4, v6: v6, {}: {}, mixed: {}, mapped: v4} {
			b := h.Append([]byte("x"), version)
			got, err := Read(bytes.NewReader(b[1:]))
			if got != want || err != nil {
				t.Errorf("version %d: %v became %v, %v", version, h, got, err)
			}
		}
	}
	if got := string(v4.Append(nil, 1)); got != "PROXY TCP4 192.0.2.1 192.0.2.2 1234 80\r\n" {
		t.Errorf("version 1 is %q", got)
	}
}

func TestAppendProperty(t *testing.T) {
	end := func(size int) *rapid.Generator[netip.AddrPort] {
		return rapid.Custom(func(t *rapid.T) netip.AddrPort {
			ip, _ := netip.AddrFromSlice(rapid.SliceOfN(rapid.Byte(), size, size).Draw(t, "ip"))
			return netip.AddrPortFrom(ip.Unmap(), rapid.Uint16().Draw(t, "port"))
		})
	}
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.SampledFrom([]int{4, 16}).Draw(t, "size")
		h := Header{end(size).Draw(t, "source"), end(size).Draw(t, "destination")}
		if h.Source.Addr().Is4() != h.Destination.Addr().Is4() {
			t.Skip("one was an IPv4 address in IPv6's clothes")
		}
		for _, version := range []int{1, 2} {
			if got, err := Read(bytes.NewReader(h.Append(nil, version))); got != h || err != nil {
				t.Fatalf("version %d: %v became %v, %v", version, h, got, err)
			}
		}
	})
}

func FuzzRead(f *testing.F) {
	for _, h := range []Header{v4, v6, {}} {
		f.Add(h.Append(nil, 1))
		f.Add(h.Append(nil, 2))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := Read(bytes.NewReader(b))
		if err != nil {
			if h != (Header{}) {
				t.Errorf("%v with error %v", h, err)
			}
			return
		}
		for _, version := range []int{1, 2} {
			again, err := Read(bytes.NewReader(h.Append(nil, version)))
			if err != nil || again.Source != unmap(h, h.Source) || again.Destination != unmap(h, h.Destination) {
				t.Errorf("version %d: %v became %v, %v", version, h, again, err)
			}
		}
	})
}

// unmap returns an end as Append writes it.
func unmap(h Header, end netip.AddrPort) netip.AddrPort {
	if h.Source.Addr().Unmap().Is4() != h.Destination.Addr().Unmap().Is4() {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(end.Addr().Unmap(), end.Port())
}
