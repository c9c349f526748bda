package endpoint

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A chunked connection gives what is in it in pieces.
type chunked struct {
	net.Conn
	chunks [][]byte
	end    error
}

func (c *chunked) Read(p []byte) (int, error) {
	if len(c.chunks) == 0 {
		return 0, c.end
	}
	n := copy(p, c.chunks[0])
	if c.chunks[0] = c.chunks[0][n:]; len(c.chunks[0]) == 0 {
		c.chunks = c.chunks[1:]
	}
	return n, nil
}

func (c *chunked) SetReadDeadline(time.Time) error { return nil }

// all returns what Next says until its end.
func all(l *Lines) []string { return allWith(l, func() {}) }

// allWith is all, and calls between after each call of Next but the last.
func allWith(l *Lines, between func()) []string {
	var said []string
	for {
		line, err := l.Next()
		switch {
		case err == nil:
			said = append(said, fmt.Sprintf("%q", line))
		case errors.Is(err, ErrLineTooLong):
			said = append(said, "too long")
		default:
			return append(said, err.Error())
		}
		between()
	}
}

// expected is what Next says about text, written without regard to speed.
func expected(text []byte, limit int) []string {
	var said []string
	say := func(line []byte) {
		if len(line) > limit {
			said = append(said, "too long")
		} else {
			said = append(said, fmt.Sprintf("%q", line))
		}
	}
	for line := range bytes.SplitAfterSeq(text, []byte("\n")) {
		if whole, ok := bytes.CutSuffix(line, []byte("\n")); ok {
			say(bytes.TrimSuffix(whole, []byte("\r")))
		} else if len(line) > 0 {
			say(line)
		}
	}
	return append(said, "EOF")
}

func TestLines(t *testing.T) {
	long := strings.Repeat("x", 8)
	for _, text := range []string{
		"", "\n", "\r\n", "a", "a\n", "a\r\nb\n", "a\r", "a\r\r\n", "\n\n\n", "a\nb",
		long + "\n", long + "\r\n", long, long + "\r", long + "y\n", long + "y", long + "\ra\nb\n",
		long + long + long + "\nok\n", long + long + long, "ok\n" + long + long + "\r\n" + long + "\n",
		"nul\x00\n", "\xff\xfe\n",
	} {
		for size := 1; size <= len(text)+1; size++ {
			conn := &chunked{chunks: slices.Collect(slices.Chunk([]byte(text), size)), end: io.EOF}
			got := all(NewLines(conn, LineOptions{Max: 8}))
			if diff := cmp.Diff(expected([]byte(text), 8), got); diff != "" {
				t.Errorf("%q in pieces of %d: -want +got\n%s", text, size, diff)
			}
		}
	}
}

// FuzzLines compares with the simple splitter.
func FuzzLines(f *testing.F) {
	f.Add([]byte("a\r\nb\n\nlast"), 3, 2)
	f.Add([]byte("much too long\r\nb"), 4, 5)
	f.Add(bytes.Repeat([]byte("0123456789\n"), 1000), 4096, 4000)
	f.Fuzz(func(t *testing.T, text []byte, limit, size int) {
		limit, size = max(1, limit%10000), max(1, size%10000)
		conn := &chunked{chunks: slices.Collect(slices.Chunk(text, size)), end: io.EOF}
		l := NewLines(conn, LineOptions{Max: limit})
		defer l.Close()
		if diff := cmp.Diff(expected(text, limit), all(l)); diff != "" {
			t.Errorf("max %d, pieces of %d: -want +got\n%s", limit, size, diff)
		}
	})
}

func TestReadError(t *testing.T) {
	broken := errors.New("broken")
	l := NewLines(&chunked{chunks: [][]byte{[]byte("a\nb")}, end: broken}, LineOptions{})
	if got := all(l); !slices.Equal(got, []string{`"a"`, "broken"}) {
		t.Errorf("got %q", got)
	}
	if _, err := l.Next(); err != broken {
		t.Errorf("then %v", err)
	}
}

func TestBuffered(t *testing.T) {
	l := NewLines(&chunked{chunks: [][]byte{[]byte("a\nb\nc"), []byte("c\n")}, end: io.EOF}, LineOptions{})
	for _, want := range []bool{false, true, false, false} {
		if got := l.Buffered(); got != want {
			t.Errorf("Buffered() = %v, want %v", got, want)
		}
		l.Next()
	}
	if !l.Buffered() {
		t.Error("the end is not told without waiting")
	}
}

// drip sends a byte a second until what it returns is called.
func drip(conn net.Conn) (stop func()) {
	var wg sync.WaitGroup
	wg.Go(func() { // ends when conn is closed
		for {
			if _, err := io.WriteString(conn, "x"); err != nil {
				return
			}
			time.Sleep(time.Second)
		}
	})
	return func() { conn.Close(); wg.Wait() }
}

// TestDeadlines has a client that is silent, then one that sends a byte a second.
func TestDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, client := net.Pipe()
		defer client.Close()
		defer server.Close()
		l := NewLines(server, LineOptions{Idle: time.Minute, Line: 10 * time.Second})
		defer l.Close()
		next := func(want string, wantErr error, after time.Duration) {
			t.Helper()
			begin := time.Now()
			line, err := l.Next()
			if took := time.Since(begin); string(line) != want || err != wantErr || took != after {
				t.Errorf("after %v: %q, %v; want after %v: %q, %v", took, line, err, after, want, wantErr)
			}
		}
		next("", ErrIdle, time.Minute)
		next("", ErrIdle, time.Minute)

		time.AfterFunc(59*time.Second, func() { io.WriteString(client, "he") })
		time.AfterFunc(68*time.Second, func() { io.WriteString(client, "llo\nyo") })
		next("hello", nil, 68*time.Second)
		time.AfterFunc(9*time.Second, func() { io.WriteString(client, "u\n") })
		next("you", nil, 9*time.Second)

		defer drip(client)()
		next("", ErrSlowLine, 10*time.Second)
	})
}

// TestNextBefore wakes often; that makes no difference to what a client may take.
func TestNextBefore(t *testing.T) {
	for _, say := range []string{"", "x"} {
		synctest.Test(t, func(t *testing.T) {
			server, client := net.Pipe()
			defer client.Close()
			defer server.Close()
			l := NewLines(server, LineOptions{Idle: 10 * time.Second, Line: 10 * time.Second})
			defer l.Close()
			var wg sync.WaitGroup
			wg.Go(func() { io.WriteString(client, say) }) // ends when it is read
			begin := time.Now()
			want := ErrIdle
			if say != "" {
				want = ErrSlowLine
			}
			for i := 1; ; i++ {
				at := begin.Add(time.Duration(i) * 3 * time.Second)
				_, err := l.NextBefore(at)
				if i <= 3 && err == ErrNotYet && time.Now().Equal(at) {
					continue
				}
				if i != 4 || err != want || time.Since(begin) != 10*time.Second {
					t.Errorf("call %d, after %v: %v", i, time.Since(begin), err)
				}
				break
			}
			wg.Wait()
		})
	}
}

func TestChunk(t *testing.T) {
	l := NewLines(&chunked{chunks: [][]byte{[]byte("a\nb\nc"), []byte("c\nd")}, end: io.EOF}, LineOptions{})
	defer l.Close()
	l.Next()
	for _, want := range []string{"b\nc", "c\nd", ""} {
		got, err := l.Chunk()
		if string(got) != want || (want == "") != (err == io.EOF) {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
}

// A line that is too long must not have its time start anew with each piece.
func TestSlowLongLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, client := net.Pipe()
		defer client.Close()
		defer server.Close()
		l := NewLines(server, LineOptions{Max: 2, Line: 10 * time.Second})
		defer l.Close()
		defer drip(client)()
		begin := time.Now()
		if _, err := l.Next(); err != ErrLineTooLong {
			t.Error(err)
		}
		if _, err := l.Next(); err != ErrSlowLine || time.Since(begin) != 10*time.Second {
			t.Errorf("after %v: %v", time.Since(begin), err)
		}
	})
}

func TestInterrupt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, client := net.Pipe()
		defer client.Close()
		defer server.Close()
		l := NewLines(server, LineOptions{Idle: time.Minute})
		defer l.Close()
		time.AfterFunc(time.Second, l.Interrupt)
		go io.WriteString(client, "a\nb\n") // ends when both lines are read
		for _, want := range []string{"a", "b"} {
			if line, err := l.Next(); string(line) != want || err != nil {
				t.Errorf("%q, %v", line, err)
			}
		}
		for range 2 { // while it waits, and before
			if _, err := l.Next(); err != ErrInterrupted {
				t.Error(err)
			}
		}
	})
}

// tcpPair returns two ends of a connection through the system.
func tcpPair(t testing.TB, network, address string) (server, client net.Conn) {
	t.Helper()
	ln, err := Listen(t.Context(), network, address)
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	client, err = net.Dial(network, ln.Addr().String())
	if err == nil {
		server, err = ln.Accept()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close(); client.Close() })
	return server, client
}

// TestRealLines does it all on sockets, and sees that a client who waits holds no
// buffer where the system allows that.
func TestRealLines(t *testing.T) {
	for network, address := range map[string]string{"tcp": "127.0.0.1:0", "unix": t.TempDir() + "/s"} {
		t.Run(network, func(t *testing.T) {
			server, client := tcpPair(t, network, address)
			l := NewLines(server, LineOptions{Max: 10, Idle: time.Millisecond, Line: time.Hour})
			defer l.Close()
			if _, err := l.Next(); err != ErrIdle {
				t.Error(err)
			}
			if l.raw != nil && (l.buf.mem != nil || l.small != nil) {
				t.Error("holds a buffer while idle")
			}
			go func() { // ends with its writes
				io.WriteString(client, "first\r\nsecond\nmuch too long\nla")
				io.WriteString(client, "st")
				client.Close()
			}()
			l.SetIdle(0)
			want := []string{`"first"`, `"second"`, "too long", `"last"`, "EOF"}
			if diff := cmp.Diff(want, all(l)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRealInterrupt(t *testing.T) {
	server, _ := tcpPair(t, "tcp", "127.0.0.1:0")
	l := NewLines(server, LineOptions{})
	defer l.Close()
	ended := make(chan error)
	go func() { _, err := l.Next(); ended <- err }() // ends with the call
	l.Interrupt()
	if err := <-ended; err != ErrInterrupted {
		t.Error(err)
	}
}

func TestTryWrite(t *testing.T) {
	for network, address := range map[string]string{"tcp": "127.0.0.1:0", "unix": t.TempDir() + "/s"} {
		t.Run(network, func(t *testing.T) {
			server, client := tcpPair(t, network, address)
			if Raw(server) == nil {
				t.Skip("this system has no such thing")
			}
			SetBuffers(server, 0, 4096)
			p := bytes.Repeat([]byte("x"), 1<<20)
			total := 0
			for { // until it is full
				n, ok, err := TryWrite(server, p)
				if !ok || err != nil {
					t.Fatalf("%d, %v, %v", n, ok, err)
				}
				if total += n; n == 0 {
					break
				}
			}
			server.Close()
			got, err := io.Copy(io.Discard, client)
			if int(got) != total || total == 0 || err != nil {
				t.Errorf("wrote %d bytes, arrived %d, %v", total, got, err)
			}
			if _, ok, err := TryWrite(server, p); !ok || !errors.Is(err, net.ErrClosed) {
				t.Errorf("closed: %v, %v", ok, err)
			}
			for err = nil; err == nil; { // the other end is closed
				_, _, err = TryWrite(client, p)
				_, werr := client.Write(p)
				err = errors.Join(err, werr)
			}
			if Classify(err) != Reset {
				t.Errorf("broken: %v", err)
			}
		})
	}
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	if n, ok, err := TryWrite(a, []byte("x")); n != 0 || ok || err != nil {
		t.Errorf("pipe: %d, %v, %v", n, ok, err)
	}
}

func BenchmarkLines(b *testing.B) {
	text := bytes.Repeat([]byte(strings.Repeat("x", 60)+"\r\n"), 50)
	for b.Loop() {
		l := NewLines(&chunked{chunks: [][]byte{text}, end: io.EOF}, LineOptions{})
		for {
			if _, err := l.Next(); err != nil {
				break
			}
		}
		l.Close()
	}
}
