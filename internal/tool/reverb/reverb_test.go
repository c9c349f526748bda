package reverb

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"baton/internal/endpoint"
	"baton/internal/pipenet"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestShout(t *testing.T) {
	for _, tt := range []struct {
		line  string
		times int
		want  string
	}{
		{"Hello", 3, "HELLO|Hello|hello"},
		{"Hello", 1, "HELLO"},
		{"Hello", 2, "HELLO|hello"},
		{"Hello", 5, "HELLO|Hello|Hello|Hello|hello"},
		{"Grün ÉÈ", 3, "GRÜN ÉÈ|Grün ÉÈ|grün éè"},
		{"\xffa\xc3", 3, "\xffA\xc3|\xffa\xc3|\xffa\xc3"},
		{"\ufffd\x00", 2, "\ufffd\x00|\ufffd\x00"},
		{"", 3, "||"},
	} {
		var got []string
		for n := range tt.times {
			got = append(got, string(appendShout(nil, []byte(tt.line), n, tt.times)))
		}
		if s := strings.Join(got, "|"); s != tt.want {
			t.Errorf("%q: %q, want %q", tt.line, s, tt.want)
		}
	}
}

// A duplex connection is two pipes, so that a side can be closed alone.
type duplex struct {
	net.Conn // what it reads
	w        net.Conn
}

func newDuplex() (server, client duplex) {
	a, b := net.Pipe()
	c, d := net.Pipe()
	return duplex{a, c}, duplex{d, b}
}

func (d duplex) Write(p []byte) (int, error)         { return d.w.Write(p) }
func (d duplex) SetWriteDeadline(at time.Time) error { return d.w.SetWriteDeadline(at) }
func (d duplex) CloseWrite() error                   { return d.w.Close() }
func (d duplex) Close() error                        { d.w.Close(); return d.Conn.Close() }

// A room is a server with one client, in a bubble.
type room struct {
	t      *testing.T
	begin  time.Time
	client duplex
	cancel context.CancelFunc
	ended  chan error
	heard  chan string // what the client heard, with the seconds since begin
	log    bytes.Buffer
}

func enter(t *testing.T, o Options) *room {
	r := &room{t: t, begin: time.Now(), ended: make(chan error, 1), heard: make(chan string, 1)}
	o.Server.Log = slog.New(slog.NewTextHandler(&r.log, nil))
	l := pipenet.Listen()
	var ctx context.Context
	ctx, r.cancel = context.WithCancel(t.Context())
	go func() { r.ended <- Serve(ctx, l, o) }() // ends with leave
	server, client := newDuplex()
	r.client = client
	l.Hand(server)
	go func() { // ends with the connection
		var all strings.Builder
		for in := bufio.NewReader(client); ; {
			line, err := in.ReadString('\n')
			if err != nil {
				fmt.Fprintf(&all, "%g %v", time.Since(r.begin).Seconds(), err)
				break
			}
			fmt.Fprintf(&all, "%g %s", time.Since(r.begin).Seconds(), line)
		}
		r.heard <- all.String()
	}()
	return r
}

func (r *room) at(seconds float64) {
	time.Sleep(time.Until(r.begin.Add(time.Duration(seconds * float64(time.Second)))))
}

func (r *room) say(s string) {
	if _, err := io.WriteString(r.client, s); err != nil {
		r.t.Error(err)
	}
}

// leave ends the server and compares what was heard.
func (r *room) leave(want string) {
	r.t.Helper()
	if diff := cmp.Diff(want, <-r.heard); diff != "" {
		r.t.Errorf("-want +got\n%s", diff)
	}
	r.client.Close()
	r.cancel()
	if err := <-r.ended; err != nil {
		r.t.Error(err)
	}
}

var three = Options{Delay: time.Second, Times: 3, Pending: 4}

func TestOverlap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := enter(t, three)
		r.say("Hello\r\n")
		r.at(0.5)
		r.say("You\nth") // half a line does not hold up the shouts
		r.at(1.25)
		r.say("ere")
		r.client.CloseWrite() // and all is still answered
		r.leave("0 \tHELLO\n0.5 \tYOU\n1 \tHello\n1.25 \tTHERE\n1.5 \tYou\n2 \thello\n2.25 \tthere\n2.5 \tyou\n3.25 \tthere\n3.25 EOF")
	})
}

// A client that says more than is answered at once has to wait.
func TestBackpressure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := three
		o.Pending = 2
		r := enter(t, o)
		for _, line := range []string{"a\n", "b\n", "c\n"} {
			r.say(line)
		}
		if took := time.Since(r.begin); took != 2*time.Second {
			t.Errorf("the third line was taken after %v", took)
		}
		r.client.CloseWrite()
		r.leave("0 \tA\n0 \tB\n1 \ta\n1 \tb\n2 \ta\n2 \tb\n2 \tC\n3 \tc\n4 \tc\n4 EOF")
	})
}

func TestNoDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := enter(t, Options{Times: 2, Pending: 1})
		r.say("Aa\nBb\n")
		r.client.CloseWrite()
		r.leave("0 \tAA\n0 \taa\n0 \tBB\n0 \tbb\n0 EOF")
	})
}

func TestLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := three
		o.Server.Limits.Idle = 10 * time.Second
		r := enter(t, o)
		r.say(strings.Repeat("x", MaxLine+1) + "\nA\n")
		r.leave("0 reverb: a line of more than 4096 bytes is left out\n0 \tA\n1 \tA\n2 \ta\n10 EOF")
	})
	synctest.Test(t, func(t *testing.T) {
		r := enter(t, three)
		r.say("slow")
		r.leave("30 EOF")
	})
}

// At the end of the server nothing more is read, and what is pending is heard.
func TestDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := enter(t, three)
		r.say("Hello\n")
		r.at(0.5)
		r.cancel()
		r.leave("0 \tHELLO\n1 \tHello\n2 \thello\n2 EOF")
	})
	synctest.Test(t, func(t *testing.T) { // while no more is read anyway
		o := three
		o.Pending = 1
		r := enter(t, o)
		r.say("Hello\n")
		r.at(0.5)
		r.cancel()
		r.leave("0 \tHELLO\n1 \tHello\n2 \thello\n2 EOF")
	})
	synctest.Test(t, func(t *testing.T) { // an idle client
		r := enter(t, three)
		r.at(1)
		r.cancel()
		r.leave("1 EOF")
	})
	synctest.Test(t, func(t *testing.T) { // what would take too long is given up at once
		o := three
		o.Delay = time.Minute
		r := enter(t, o)
		r.say("Hello\n")
		r.at(1)
		r.cancel()
		r.leave("0 \tHELLO\n1 EOF")
		if !strings.Contains(r.log.String(), "shouts were not heard") {
			t.Errorf("log: %s", &r.log)
		}
	})
}

// A client that does not read is cut off when it has been idle, or at the end.
func TestStuckWriter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		o := three
		o.Server.Limits.Idle = time.Minute
		conn, client := newDuplex()
		defer client.Close()
		s := &server{o: o, clients: map[*endpoint.Lines]struct{}{}}
		ended := make(chan error, 1)
		go func() { ended <- s.handle(ctx, conn) }() // ends with the write
		io.WriteString(client, "Hello\n")
		begin := time.Now()
		if err := <-ended; endpoint.Classify(err) != endpoint.Timeout || time.Since(begin) != time.Minute {
			t.Errorf("after %v: %v", time.Since(begin), err)
		}
		cancel()
		conn.Close()
	})
}

// TestPlain sends much in both directions, and closes one.
func TestPlain(t *testing.T) {
	ln, err := endpoint.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- Serve(ctx, ln, Options{Plain: true}) }() // ends with ctx
	conn, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	sent, got := sha256.New(), sha256.New()
	wrote := make(chan error)
	go func() { // ends with its data
		chunk := bytes.Repeat([]byte("0123456789abcdef\n\x00\xff"), 1000)
		var err error
		for i := 0; i < 300 && err == nil; i++ {
			sent.Write(chunk[i:])
			_, err = conn.Write(chunk[i:])
		}
		wrote <- errors.Join(err, conn.(*net.TCPConn).CloseWrite())
	}()
	_, err = io.Copy(got, conn)
	if err := errors.Join(err, <-wrote); err != nil || !bytes.Equal(sent.Sum(nil), got.Sum(nil)) {
		t.Errorf("what came back differs: %v", err)
	}
	idle, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestPackets(t *testing.T) {
	packets, err := endpoint.ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- ServePackets(ctx, packets.(*net.UDPConn), Options{}) }() // ends with ctx
	for _, size := range []int{0, 1, 1000, 60_000} {
		peer, err := net.Dial("udp", packets.LocalAddr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer peer.Close()
		want := bytes.Repeat([]byte{'x'}, size)
		peer.Write(want)
		got := make([]byte, 64<<10)
		if n, err := peer.Read(got); err != nil || !bytes.Equal(got[:n], want) {
			t.Errorf("%d of %d bytes, %v", n, size, err)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
