package nc

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"baton/internal/exit"
	"baton/internal/tool/nc/flow"
	"baton/internal/ui"
)

// serve serves one connection, and logs what came of it. It doesn't close it.
func (p *program) serve(ctx context.Context, c client) error {
	s := &session{
		opts: &p.opts.Stream, conn: c.conn, from: c, taps: p.taps(c.name),
		count: newCounters(), totals: p.totals,
		datagrams: p.opts.Network.datagrams(),
	}
	switch quit := p.opts.Stream.Quit; {
	case s.datagrams && p.opts.Listen: // who says no more is gone
		s.quiet = cmp.Or(p.opts.Stream.Idle, time.Minute)
	case s.datagrams && quit == nil: // nobody says when an answer is complete
		s.quietAfterInput = time.Second
	}
	p.totals.active.Add(1)
	defer p.totals.active.Add(-1)
	var err error
	switch {
	case p.opts.Command != nil:
		err = p.runCommand(ctx, s)
	case p.hub != nil:
		err = p.join(ctx, s)
	case p.many():
		err = p.useFile(ctx, s)
	default:
		err = p.useNear(ctx, s)
	}
	p.logClosed(s, err)
	return err
}

// useNear connects a session to the standard streams.
func (p *program) useNear(ctx context.Context, s *session) error {
	n := p.near
	s.in, s.interrupt = n.in, n.interrupt
	// Who types and sees the other side hang up would only wait for nothing. A file
	// or a pipe is sent to its end.
	s.endsWithOutput = n.typed && !s.datagrams
	s.endsWithInput = p.opts.Stream.SendOnly
	p.setOutput(s)
	p.setLines(s)
	return s.run(ctx)
}

// setOutput gives a session its standard output.
func (p *program) setOutput(s *session) {
	s.out = p.near.output()
	if e, ok := s.out.(*escaper); ok {
		s.closeOut = e.flush
	}
}

// setLines makes the lines of a session's input end as they should.
func (p *program) setLines(s *session) {
	if p.opts.Stream.CRLF && s.in != nil {
		s.in = &crlf{r: s.in}
	}
}

// useFile sends a client the whole of a file if there is one, whoever else gets it.
func (p *program) useFile(ctx context.Context, s *session) error {
	if p.near.file != nil {
		s.in = &flow.Section{File: p.near.file, Offset: p.near.start}
	}
	s.endsWithInput = p.opts.Stream.SendOnly
	s.copies = true
	p.setOutput(s)
	p.setLines(s)
	return s.run(ctx)
}

// logClosed logs the end of a connection, and prints the sums that were asked for.
func (p *program) logClosed(s *session, err error) {
	sent, received, took := s.count.sent.Load(), s.count.received.Load(), time.Since(s.count.began)
	attrs := []any{"remote", s.from.name, "sent", sent, "received", received, "seconds", float64(took.Microseconds()) / 1e6}
	if s.uncounted {
		attrs = []any{"remote", s.from.name, "seconds", float64(took.Microseconds()) / 1e6}
	}
	if n := max(sent, received); n > 0 && took > 0 {
		attrs = append(attrs, "rate", ui.Bytes(uint64(float64(n)/took.Seconds()))+"/s")
	}
	if s.taps.sentSum != nil {
		attrs = append(attrs, "sent_sha256", hexSum(s.taps.sentSum), "received_sha256", hexSum(s.taps.receivedSum))
	}
	if err != nil && exit.Code(err) != exit.ClosedPipe {
		attrs = append(attrs, "err", err)
	}
	p.log.Info("closed", attrs...)
	if s.taps.sentSum != nil {
		p.printSums(s, sent, received)
	}
}

func (p *program) printSums(s *session, sent, received int64) {
	var text string
	if sent > 0 {
		text += fmt.Sprintf("baton nc: sent %d bytes, sha256 %s\n", sent, hexSum(s.taps.sentSum))
	}
	if received > 0 {
		text += fmt.Sprintf("baton nc: received %d bytes, sha256 %s\n", received, hexSum(s.taps.receivedSum))
	}
	p.streams.Err.Printf("%s", text)
}
