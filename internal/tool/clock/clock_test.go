package clock

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"baton/internal/endpoint"
	"baton/internal/pipenet"
	"baton/serve"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func format(t *testing.T, p Protocol) *Format {
	t.Helper()
	f, err := NewFormat(p, "", time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestLines has clients that read, one that doesn't, one that leaves and one too many,
// on connections whose writes have to wait.
func TestLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := pipenet.Listen()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		opts := Options{Protocol: Lines, Format: format(t, Lines)}
		opts.Server.Limits.Idle = time.Minute
		opts.Server.Limits.MaxConns = 3
		go func() { ended <- Run(ctx, l, nil, opts) }()
		time.Sleep(300 * time.Millisecond)
		reads, stuck, leaves := l.Dial(), l.Dial(), l.Dial()
		if text, err := io.ReadAll(l.Dial()); !strings.Contains(string(text), "too many") || err != nil {
			t.Errorf("one too many is told %q, %v", text, err)
		}
		in := bufio.NewReader(reads)
		var got []string
		var late time.Duration
		for i := range 3 {
			line, err := in.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, strings.TrimSpace(line))
			late += time.Duration(time.Now().Nanosecond())
			if i == 0 {
				leaves.Close()
			}
		}
		if diff := cmp.Diff([]string{"00:00:01", "00:00:02", "00:00:03"}, got); diff != "" || late != 0 {
			t.Errorf("%s%v late", diff, late)
		}
		go io.Copy(io.Discard, in) // ends with the server
		time.Sleep(2 * time.Minute)
		if _, err := io.ReadAll(stuck); err != nil {
			t.Error(err)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// TestSockets is the same over TCP, where writers write for all clients: those that
// never read cost the others nothing, and all get the same lines.
func TestSockets(t *testing.T) {
	seconds, err := NewFormat(Lines, "%s", time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := endpoint.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Run(ctx, ln, nil, Options{Protocol: Lines, Format: seconds}) }()
	var all []*bufio.Reader
	for range 50 {
		c, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		all = append(all, bufio.NewReader(c))
	}
	next := func(c *bufio.Reader) (second int) {
		t.Helper()
		line, err := c.ReadString('\n')
		if err == nil {
			second, err = strconv.Atoi(strings.TrimSpace(line))
		}
		if err != nil {
			t.Fatal(err)
		}
		return second
	}
	var last []int // seconds that they have got
	for _, c := range all {
		last = append(last, next(c))
	}
	// Clients may have come in different seconds, and a slow machine leaves some out for
	// some of them. After that, there is one that all get who read.
	for i, latest, same := 0, slices.Max(last)+1, 0; same < 40; i = (i + 1) % 40 {
		for last[i] < latest {
			last[i] = next(all[i])
		}
		if last[i] > latest {
			latest, same = last[i], 0
		}
		same++
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	rest, err := io.ReadAll(all[45])
	if err != nil || len(rest)%len("1234567890\n") != 0 {
		t.Errorf("%q, %v", rest, err)
	}
}

// A patient connection gives the last write all the time that it takes.
type patient struct{ net.Conn }

func (patient) SetWriteDeadline(time.Time) error { return nil }

// TestWriter has a writer with a client that is stuck, another that is slow and
// one that has gone.
func TestWriter(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	type end = func(context.Context) error
	let := make(map[*client]end) // those that the writer has let go
	dial := func() (*client, net.Conn) {
		conn, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		server, err := ln.Accept()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			conn.Close()
			server.Close()
		})
		raw := endpoint.Raw(server)
		if raw == nil {
			t.Skip("needs writes that don't wait")
		}
		c := &client{conn: server, raw: raw, idle: time.Nanosecond}
		c.resume = func(next end) { let[c] = next }
		return c, conn
	}
	var w writer
	stuck, stuckEnd := dial()
	endpoint.SetBuffers(stuckEnd, 1, 0)
	slow, slowEnd := dial()
	endpoint.SetBuffers(slow.conn, receiveBuffer, sendBuffer)
	slow.idle, slow.conn, slow.ready = 0, patient{slow.conn}, true
	gone, goneEnd := dial()
	for _, c := range []*client{stuck, slow, gone} {
		w.add(c)
	}
	goneEnd.Close()
	line := []byte(strings.Repeat("x", 1<<20-1) + "\n") // more than there is room for
	for len(w.clients) > 1 || len(slow.rest) == 0 {     // until those who take nothing are gone
		w.write(line)
	}
	for who, c := range map[string]*client{"stuck": stuck, "gone": gone} {
		if end := let[c]; end == nil || end(t.Context()) == nil {
			t.Errorf("the one that is %s wasn't let go, or without an error", who)
		}
	}
	// The slow one gets whole lines, and then goes on with the latest.
	w.close()
	go func() { // ends when the rest is written
		defer slow.conn.Close()
		let[slow](context.Background())
	}()
	text, err := io.ReadAll(slowEnd)
	if err != nil || len(text)%len(line) != 0 || len(text) == 0 {
		t.Errorf("%d bytes, %v", len(text), err)
	}
}

func TestOneAnswer(t *testing.T) {
	at := time.Date(2026, 11, 26, 22, 40, 23, 0, time.UTC)
	for protocol, want := range map[Protocol]string{
		Daytime: "Thursday, November 26, 2026 22:40:23 +0000\r\n",
		Time:    "\xee\xb3\x33\xd7",
	} {
		ln, err := endpoint.Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		udp, err := endpoint.ListenPacket(t.Context(), "udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			ended <- Run(ctx, ln, udp, Options{Protocol: protocol, Format: format(t, protocol), now: func() time.Time { return at }})
		}()
		for _, addr := range []net.Addr{ln.Addr(), udp.LocalAddr()} {
			c, err := net.Dial(addr.Network(), addr.String())
			if err != nil {
				t.Fatal(err)
			}
			c.Write([]byte("what time is it?"))
			got := make([]byte, 100)
			n, err := c.Read(got)
			if string(got[:n]) != want || err != nil {
				t.Errorf("%s over %s: %q, %v", protocol, addr.Network(), got[:n], err)
			}
			c.Close()
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

func TestRefuse(t *testing.T) {
	for addr, want := range map[string]string{
		"192.0.2.1:1024":          "",
		"[2001:db8::1]:5000":      "",
		"192.0.2.1:1023":          "a port of a service",
		"192.0.2.1:0":             "a port of a service",
		"255.255.255.255:5000":    "an address of many machines",
		"224.0.0.1:5000":          "an address of many machines",
		"[ff02::1]:5000":          "an address of many machines",
		"0.0.0.0:5000":            "no address",
		"[::ffff:224.0.0.1]:5000": "an address of many machines",
	} {
		if got := refuse(netip.MustParseAddrPort(addr)); got != want {
			t.Errorf("%s: %q, want %q", addr, got, want)
		}
	}
	if refuse(netip.AddrPort{}) == "" {
		t.Error("no address at all gets an answer")
	}
}

func TestQuota(t *testing.T) {
	q := newQuota(3)
	at := time.Unix(1000, 0)
	count := func(addr string) (n int) {
		for range 10 {
			if q.allows(netip.MustParseAddr(addr), at) {
				n++
			}
		}
		return n
	}
	got := []int{count("192.0.2.1"), count("192.0.2.77"), count("::ffff:192.0.2.9"), count("2001:db8::1"), count("2001:db8::2")}
	at = at.Add(time.Second)
	got = append(got, count("192.0.2.1"))
	if diff := cmp.Diff([]int{3, 0, 0, 3, 0, 3}, got); diff != "" {
		t.Error(diff)
	}
}

// The order of ends must not matter: here the listener fails.
func TestListenerFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := pipenet.Listen()
		l.Close()
		err := Run(t.Context(), l, nil, Options{Protocol: Lines, Format: format(t, Lines)})
		if err == nil || err == serve.ErrCutOff {
			t.Errorf("Run = %v", err)
		}
	})
}
