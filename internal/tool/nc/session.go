package nc

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"baton/internal/endpoint"
	"baton/internal/exit"
	"baton/internal/tool/nc/flow"
	"baton/internal/ui"
	"baton/task"
)

// A session is one connection: bytes go from in to it and from it to out, until both
// directions have ended. The end of in closes only our half of the connection.
type session struct {
	opts *Stream
	conn net.Conn
	from client
	in   io.Reader // nil: nothing is sent, and our half stays open
	out  io.Writer // nil: what comes is thrown away
	// interrupt, if not nil, ends reads of in and writes to out that wait.
	interrupt func()
	// closeOut, if not nil, is called when nothing more comes.
	closeOut func()

	datagrams       bool
	endsWithInput   bool            // our half's end is the session's
	endsWithOutput  bool            // the other half's end is
	quiet           time.Duration   // silence that is the end, and no failure; 0: none
	quietAfterInput time.Duration   // the same, once in has ended
	child           <-chan struct{} // closed when the command that in and out are of has ended; or nil
	output          commandOutput   // in, if that can be asked when it has nothing more; or nil

	count     *counters
	totals    *counters
	uncounted bool        // the command has the socket itself
	sent      atomic.Bool // all that there is to send, before our half is closed
	copies    bool        // others use out too
	taps      taps
}

// run runs the session to its end, and interrupts what still goes on then. It doesn't
// close the connection.
func (s *session) run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	up, down := make(chan error, 1), make(chan error, 1)
	var wg sync.WaitGroup
	if s.in != nil {
		wg.Go(func() { up <- s.send(ctx) }) // ends with the input, or with the interruption below
	}
	wg.Go(func() { down <- s.receive(ctx) }) // ends with the connection, or as above
	w := &waiting{session: s, up: up, down: down, sending: s.in != nil, receiving: true, wg: &wg}
	err := w.wait(ctx)
	cancel(nil)
	s.conn.SetDeadline(time.Unix(1, 0))
	if s.interrupt != nil {
		s.interrupt()
	}
	wg.Wait()
	return err
}

// send moves from in to the connection, and then closes our half of it.
func (s *session) send(ctx context.Context) error {
	opts := s.flowOptions(ctx, &s.count.sent, &s.totals.sent, s.taps.sent)
	if s.datagrams {
		opts.Next = atMost(datagramSize, opts.Next)
	}
	err := flow.Move(s.conn, s.in, opts)
	if s.output != nil && ctx.Err() == nil && isOver(err) {
		err = s.sendRest(opts)
	}
	s.sent.Store(true)
	if err == nil && !s.opts.NoShutdown && !s.datagrams {
		err = closeWrite(s.conn)
	}
	return sendError(err)
}

// datagramSize is how much input makes one datagram at most, as with other netcats.
const datagramSize = 16 << 10

func atMost(n int, next func() (int, error)) func() (int, error) {
	if next == nil {
		return func() (int, error) { return n, nil }
	}
	return func() (int, error) {
		m, err := next()
		return min(n, m), err
	}
}

// receive moves from the connection to out.
func (s *session) receive(ctx context.Context) error {
	if s.closeOut != nil {
		defer s.closeOut()
	}
	opts := s.flowOptions(ctx, &s.count.received, &s.totals.received, s.taps.received)
	opts.Copy = s.copies
	if next := opts.Next; s.datagrams && next != nil {
		opts.Next = func() (int, error) { // half a datagram can't be read
			_, err := next()
			return 1 << 16, err
		}
	}
	out := s.out
	if out == nil {
		out = io.Discard
	}
	err := flow.Move(out, s.conn, opts)
	if s.child != nil && err != nil && ui.IsClosedPipe(err) {
		// The command reads no more, but what comes must be taken off the socket:
		// with something unread in it, closing it would destroy the answer.
		err = flow.Move(io.Discard, s.conn, opts)
	}
	return receiveError(err)
}

// A counter is one of counters.
type counter interface{ Add(delta int64) int64 }

func (s *session) flowOptions(ctx context.Context, count, total counter, see func([]byte)) flow.Options {
	o := flow.Options{See: see}
	var limit *limiter
	if s.opts.Rate > 0 {
		limit = newLimiter(s.opts.Rate)
		o.Next = func() (int, error) { return limit.next(ctx) }
	}
	o.Moved = func(n int) {
		count.Add(int64(n))
		total.Add(int64(n))
		s.count.touch()
		if limit != nil {
			limit.moved(n)
		}
	}
	return o
}

// waiting is a session that goes on, as seen by who waits for its end.
type waiting struct {
	*session
	up, down           chan error
	sending, receiving bool
	wg                 *sync.WaitGroup

	failed error            // of sending: an answer may still come
	quit   <-chan time.Time // when it is over in any case
	gone   chan struct{}    // closed when the other side has no use for more input
	base   int64            // how much it had of it when its own half ended
	ended  bool             // the command has ended
}

// wait returns when the session is over, and how it went.
func (w *waiting) wait(ctx context.Context) error {
	idle := time.NewTimer(0)
	defer idle.Stop()
	child := w.child
	for {
		limit, failure := w.idleLimit()
		if limit > 0 {
			idle.Reset(limit - w.count.idle())
		}
		select {
		case err := <-w.up:
			w.up, w.sending = nil, false
			if over, err := w.inputEnded(ctx, err); over {
				return err
			}
		case err := <-w.down:
			w.down, w.receiving = nil, false
			if err != nil && endpoint.Classify(err) == endpoint.TLS {
				return err // it says why sending has failed
			}
			if err != nil {
				return cmp.Or(w.failed, err)
			}
			if w.endsWithOutput {
				return w.failed
			}
			if w.sending {
				w.watchOther()
			}
		case <-child:
			child, w.ended = nil, true
			if w.output == nil || w.output.SetReadDeadline(time.Now().Add(grace)) != nil {
				w.quit = time.After(grace)
			}
		case <-w.quit:
			w.settle(ctx)
			return w.failed
		case <-w.gone:
			w.gone = nil
			if w.session.sent.Load() {
				continue // it is we who have closed the other half
			}
			if w.count.sent.Load() > w.base {
				return sendError(&flow.Error{Write: true, Err: errReset})
			}
			return w.failed
		case <-idle.C:
			if limit > 0 && w.count.idle() >= limit {
				return cmp.Or(w.failed, failure)
			}
		case <-ctx.Done():
			return task.Cause(ctx)
		}
		if w.child != nil && w.ended && !w.sending {
			w.settle(ctx)
			return w.failed
		}
		if !w.sending && !w.receiving && w.child == nil {
			return w.failed
		}
	}
}

// idleLimit returns how long there may be no byte, 0 for ever, and what it means when
// there is none: nil is an end like others.
func (w *waiting) idleLimit() (limit time.Duration, failure error) {
	switch {
	case w.opts.Idle > 0 && w.quiet == 0:
		return w.opts.Idle, &exit.Error{Code: exit.Timeout, Err: fmt.Errorf("nothing came or went for %v", w.opts.Idle)}
	case w.quietAfterInput > 0 && !w.sending && w.in != nil:
		return w.quietAfterInput, nil
	}
	return w.quiet, nil
}

// inputEnded notes that sending is over, and says whether with it the session is.
func (w *waiting) inputEnded(ctx context.Context, err error) (over bool, result error) {
	if err != nil {
		if endpoint.Classify(err) != endpoint.Reset || w.datagrams {
			return true, err
		}
		w.failed = err // perhaps the other side said why
		return false, nil
	}
	w.count.touch() // silence counts from here
	switch {
	case w.endsWithInput:
		w.settle(ctx)
		return true, nil
	case w.opts.Quit != nil && *w.opts.Quit >= 0 && w.child == nil:
		w.quit = time.After(*w.opts.Quit)
	}
	return false, nil
}

// watchOther watches for the other side's going away. Its half has ended, so that
// only a failing write would show it, and there may be nothing to write for long.
func (w *waiting) watchOther() {
	left, _ := unsent(w.conn)
	w.base = w.count.sent.Load() - int64(left)
	gone := make(chan struct{})
	w.gone = gone
	w.wg.Go(func() { // ends at the latest when the session interrupts it
		if waitGone(w.conn) {
			close(gone)
		}
	})
}

// settle waits until the other side has what was sent, for some seconds at most. To
// close a socket with something unread in it would destroy what is on its way; so
// receiving goes on meanwhile.
func (w *waiting) settle(ctx context.Context) {
	deadline := time.Now().Add(10 * time.Second)
	for pause := time.Millisecond; time.Now().Before(deadline); pause = min(2*pause, 100*time.Millisecond) {
		if left, ok := unsent(w.conn); !ok || left == 0 {
			return
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-w.down:
			timer.Stop()
			return
		case <-ctx.Done():
			timer.Stop()
			return
		}
	}
}

// closeWrite closes our half of a connection.
func closeWrite(conn net.Conn) error {
	c, ok := conn.(interface{ CloseWrite() error })
	if !ok {
		return nil
	}
	err := c.CloseWrite()
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOTCONN): // it was reset before
		err = errReset
	}
	return &flow.Error{Write: true, Err: err}
}
