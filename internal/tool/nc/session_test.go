package nc

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"baton/internal/exit"
	"baton/internal/ui"
)

// A half is a connection of a test: what one end gets is piped from the other, and
// each direction ends by itself.
type half struct {
	net.Conn
	in  *io.PipeReader
	out *io.PipeWriter
	end *deadline
}

// connected returns both ends of a connection that waits in virtual time.
func connected() (a, b *half) {
	ar, bw := io.Pipe()
	br, aw := io.Pipe()
	return &half{in: ar, out: aw, end: newDeadline()}, &half{in: br, out: bw, end: newDeadline()}
}

func (h *half) Read(p []byte) (int, error)  { return h.in.Read(p) }
func (h *half) Write(p []byte) (int, error) { return h.out.Write(p) }
func (h *half) CloseWrite() error           { return h.out.Close() }

// SetDeadline ends both directions: sessions use it for that only.
func (h *half) SetDeadline(time.Time) error {
	h.in.CloseWithError(os.ErrDeadlineExceeded)
	h.out.CloseWithError(os.ErrDeadlineExceeded)
	return nil
}

// start starts a session between conn and an input and output of the test's.
func start(ctx context.Context, conn net.Conn, change func(*session)) (in *io.PipeWriter, out *strings.Builder, result chan error) {
	r, w := io.Pipe()
	out = new(strings.Builder)
	s := &session{
		opts: &Stream{}, conn: conn, in: r, out: out, count: newCounters(), totals: newCounters(),
		interrupt: func() { r.CloseWithError(os.ErrDeadlineExceeded) },
	}
	if change != nil {
		change(s)
	}
	result = make(chan error, 1)
	go func() { result <- s.run(ctx) }() // ends with the session
	return w, out, result
}

func over(result chan error) (err error, ended bool) {
	synctest.Wait()
	select {
	case err := <-result:
		return err, true
	default:
		return nil, false
	}
}

// Both directions have to end, in either order.
func TestSessionEnds(t *testing.T) {
	for _, inputFirst := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			conn, other := connected()
			in, out, result := start(t.Context(), conn, nil)
			steps := []func(){
				func() { io.WriteString(in, "question"); in.Close() },
				func() { io.WriteString(other, "answer"); other.CloseWrite() },
			}
			got := make(chan string, 1)
			go func() { // ends with our half of the connection
				b, _ := io.ReadAll(other)
				got <- string(b)
			}()
			if !inputFirst {
				steps[0], steps[1] = steps[1], steps[0]
			}
			steps[0]()
			time.Sleep(time.Hour)
			if err, ended := over(result); ended {
				t.Fatalf("ended after one direction: %v", err)
			}
			steps[1]()
			if err, ended := over(result); !ended || err != nil {
				t.Fatalf("ended %v, %v", ended, err)
			}
			if q := <-got; q != "question" || out.String() != "answer" {
				t.Errorf("sent %q, received %q", q, out)
			}
		})
	}
}

// The ways to end before that.
func TestSessionEndsEarly(t *testing.T) {
	quit := 5 * time.Second
	failed := errors.New("stop")
	tests := []struct {
		name  string
		after time.Duration // from the end of the input, or of the output
		half  string
		set   func(*session)
		code  int
	}{
		{"-q", quit, "in", func(s *session) { s.opts.Quit = &quit }, 0},
		{"--send-only", 0, "in", func(s *session) { s.endsWithInput = true }, 0},
		{"typed", 0, "out", func(s *session) { s.endsWithOutput = true }, 0},
		{"-i", 7 * time.Second, "", func(s *session) { s.opts.Idle = 7 * time.Second }, exit.Timeout},
		{"silence", time.Second, "in", func(s *session) { s.datagrams, s.quietAfterInput = true, time.Second }, 0},
		{"peer is quiet", time.Minute, "", func(s *session) { s.datagrams, s.quiet = true, time.Minute }, 0},
		{"no input", 0, "out", func(s *session) { s.in = nil }, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				conn, other := connected()
				go io.Copy(io.Discard, other) // ends with the session
				in, _, result := start(t.Context(), conn, tt.set)
				began := time.Now()
				switch tt.half {
				case "in":
					in.Close()
				case "out":
					other.CloseWrite()
				}
				err := <-result
				if took := time.Since(began); took != tt.after || exit.Code(err) != tt.code {
					t.Errorf("ended after %v with %v; want %v, code %d", took, err, tt.after, tt.code)
				}
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		conn, _ := connected()
		_, _, result := start(ctx, conn, nil)
		synctest.Wait()
		cancel(failed)
		if err := <-result; !errors.Is(err, failed) || !errors.Is(err, context.Canceled) {
			t.Errorf("after the end of the context: %v", err)
		}
	})
}

// TestSessionActivity puts the end for idleness off.
func TestSessionActivity(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn, other := connected()
		in, _, result := start(t.Context(), conn, func(s *session) { s.opts.Idle = 10 * time.Second })
		go io.Copy(io.Discard, other) // ends with the session
		for range 5 {
			time.Sleep(6 * time.Second)
			io.WriteString(in, "x")
			time.Sleep(6 * time.Second)
			io.WriteString(other, "y")
		}
		began := time.Now()
		if err := <-result; exit.Code(err) != exit.Timeout || time.Since(began) != 10*time.Second {
			t.Errorf("ended after %v with %v", time.Since(began), err)
		}
	})
}

// TestSessionRate takes as long as it has to.
func TestSessionRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn, other := connected()
		in, _, result := start(t.Context(), conn, func(s *session) { s.opts.Rate = 1000 })
		go func() { // ends with the session
			io.Copy(io.Discard, other)
			other.CloseWrite()
		}()
		began := time.Now()
		in.Write(make([]byte, 10_000))
		in.Close()
		err := <-result
		if took := time.Since(began).Round(100 * time.Millisecond); err != nil || took < 9800*time.Millisecond || took > 10*time.Second {
			t.Errorf("%v, after %v", err, took)
		}
	})
}

// TestSessionOutputFails has nobody who wants what comes.
func TestSessionOutputFails(t *testing.T) {
	for _, tt := range []struct {
		err  error
		code int
	}{{errors.New("disk full"), exit.Failed}, {io.ErrClosedPipe, exit.ClosedPipe}} {
		synctest.Test(t, func(t *testing.T) {
			conn, other := connected()
			_, _, result := start(t.Context(), conn, func(s *session) { s.out = failing{tt.err} })
			go io.WriteString(other, "x") // ends with the session
			if err := <-result; exit.Code(err) != tt.code {
				t.Errorf("%v: ended with %v", tt.err, err)
			}
		})
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// TestHub cuts off who takes nothing, when others do, and lets nobody wait for it.
func TestHub(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, _ := ui.Test(ui.Terminal{})
		p := &program{opts: &Options{}, streams: s}
		h := newHub(p)
		defer h.topic.Close()
		ctx := t.Context()
		quick, _ := h.add(ctx, "quick")
		stuck, sub := h.add(ctx, "stuck")
		defer h.remove(quick)
		defer h.remove(stuck)
		var got int
		go func() { // ends when the hub is closed
			b := make([]byte, 100)
			for got < 5000 {
				n, err := quick.Read(b)
				if err != nil {
					return
				}
				got += n
			}
		}()
		for range 5000 {
			if err := h.publish(ctx, nil, []byte{1}); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		if got != 5000 || sub.Err() == nil {
			t.Errorf("the quick one got %d; the stuck one: %v", got, sub.Err())
		}
	})
}

// TestHubPace makes who speaks wait for the only one who listens.
func TestHubPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, _ := ui.Test(ui.Terminal{})
		h := newHub(&program{opts: &Options{}, streams: s})
		defer h.topic.Close()
		ctx, cancel := context.WithCancel(t.Context())
		said := make(chan int, 1)
		go func() { // ends with ctx
			n := 0
			for h.publish(ctx, nil, []byte{1}) == nil {
				n++
			}
			said <- n
		}()
		synctest.Wait() // for somebody to hear it
		m, _ := h.add(ctx, "slow")
		defer h.remove(m)
		synctest.Wait()
		cancel()
		if n := <-said; n != window {
			t.Errorf("%d messages were said to one who took none, want %d", n, window)
		}
	})
}

// An output is that of a command, in virtual time.
type output struct {
	left  string // in it, unread
	until *deadline
}

func (o *output) ready() bool { return o.left != "" }

func (o *output) SetReadDeadline(t time.Time) error { o.until.set(t); return nil }

func (o *output) Read(p []byte) (int, error) {
	select {
	case <-o.until.passed():
		return 0, os.ErrDeadlineExceeded
	default:
	}
	if o.left == "" { // those left behind hold it open
		<-o.until.passed()
		return 0, os.ErrDeadlineExceeded
	}
	n := copy(p, o.left[:min(4, len(o.left))])
	o.left = o.left[n:]
	return n, nil
}

// A command's output arrives in full, though the client reads it long after its end,
// and though somebody holds it open.
func TestSessionSlowClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn, other := connected()
		from := &output{left: "all that it has said", until: newDeadline()}
		child := make(chan struct{})
		close(child)
		_, _, result := start(t.Context(), conn, func(s *session) {
			s.in, s.output, s.child = from, from, child
			s.interrupt = func() { from.until.set(time.Unix(1, 0)) }
		})
		var got []byte
		for range 5 {
			time.Sleep(grace * 2)
			p := make([]byte, 4)
			n, err := io.ReadFull(other, p)
			if got = append(got, p[:n]...); err != nil {
				t.Fatalf("got %q, %v", got, err)
			}
		}
		time.Sleep(grace * 2)
		if err, ended := over(result); !ended || err != nil || string(got) != "all that it has said" {
			t.Errorf("got %q; ended %v with %v", got, ended, err)
		}
	})
}
