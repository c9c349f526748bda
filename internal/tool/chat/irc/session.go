package irc

import (
	"context"
	"errors"
	"io"
	"net"
	"time"

	"baton/internal/endpoint"
	"baton/internal/tool/chat/account"
	"baton/internal/tool/chat/irc/wire"
	"baton/internal/tool/chat/room"
)

// A session is one client's connection. Its fields belong to the reader and, while
// that waits for a transaction, to the hub.
type session struct {
	srv   *Server
	c     *room.Client
	lines *endpoint.Lines

	caps        caps
	cap302      bool
	negotiating bool   // CAP END is still to come
	asked       bool   // whether it is there, by PING
	quiet       bool   // says nothing for now
	leaving     bool   // has sent QUIT
	failures    int32  // of passwords
	batches     uint32 // how many batches it was given

	nick, user, real string             // as given before registration
	sasl             *account.Exchange  // under way
	watching         map[string]watched // names in MONITOR, by key
	replays          []replay           // of the rooms just joined
	deadline         *time.Timer        // of the registration, until then
	reason           string             // why the connection ends, when it does
}

func newSession(srv *Server, conn net.Conn, info room.ConnInfo) *session {
	s := &session{srv: srv}
	s.lines = endpoint.NewLines(conn, endpoint.LineOptions{
		Max: wire.MaxClientTags + wire.MaxBody, Idle: srv.opts.Ping, Line: srv.opts.Line, Park: true,
	})
	info.Reader = s.lines
	s.c = srv.hub.Connect(conn, info, srv.enc)
	s.registerBy(time.AfterFunc(srv.opts.Handshake, func() {
		s.c.CloseWith(closing("you have not given your name in time"), errLate)
	}))
	return s
}

// registerBy sets the timer of the registration, or stops it with nil.
func (s *session) registerBy(deadline *time.Timer) {
	if s.deadline != nil {
		s.deadline.Stop()
	}
	s.deadline = deadline // the timer isn't kept, since there may be thousands
}

// Why a connection ends, beside what the hub knows.
var (
	errLate = errors.New("registration timed out")
	errQuit = errors.New("quit")
)

// run reads and runs commands until the end, and notes why that came, or parks when
// none has come for a while.
func (s *session) run(ctx context.Context) error {
	for {
		reason, done := s.turn(ctx)
		switch {
		case done:
			s.reason = reason
			return nil
		case s.quiet:
			s.quiet = false
			return s.lines.Park(s.run)
		}
	}
}

// left ends the session after its last turn, whose panic it passes on.
func (s *session) left(err error) error {
	s.registerBy(nil)
	s.unwatch()
	s.srv.hub.Leave(s.c, s.reason)
	s.lines.Close()
	return err
}

// turn waits for a line and runs it with those that have come together with it.
func (s *session) turn(ctx context.Context) (reason string, done bool) {
	line, err := s.lines.Next()
	if err != nil && !errors.Is(err, endpoint.ErrLineTooLong) {
		return s.failed(err)
	}
	s.asked = false
	b := batches.Get().(*batch)
	defer b.release()
	slow := b.add(s.srv, line, err)
	for n := s.c.Burst(); slow == nil && len(b.list) < n && s.lines.Buffered(); {
		line, err = s.lines.Next()
		if err != nil && !errors.Is(err, endpoint.ErrLineTooLong) {
			break // comes again
		}
		slow = b.add(s.srv, line, err)
	}
	quick := b.list
	if slow != nil {
		quick = quick[:len(quick)-1]
	}
	s.lines.Lend() // the requests are copies, and the client may have to wait
	err = s.do(ctx, quick)
	if err == nil && slow != nil && !s.leaving {
		err = s.doSlow(ctx, slow)
	}
	switch {
	case s.leaving:
		return s.reason, true
	case err != nil:
		return s.ended(err), true
	}
	return "", false
}

// do runs commands in one transaction.
func (s *session) do(ctx context.Context, list []request) error {
	if len(list) == 0 {
		return nil
	}
	err := s.srv.hub.Do(ctx, s.c, func(tx *room.Tx) error {
		for i := range list {
			if s.leaving {
				break
			}
			s.handle(tx, &list[i])
		}
		return nil
	})
	s.replay(ctx)
	return err
}

// doSlow runs a command that makes its own transactions.
func (s *session) doSlow(ctx context.Context, r *request) error {
	refused := false
	err := s.srv.hub.Do(ctx, s.c, func(tx *room.Tx) error {
		x := s.begin(tx, r)
		tx.Charge(x.c, max(1, r.cmd.cost))
		if refused = x.refuses(r); refused {
			x.finish()
		}
		return nil
	})
	if err != nil || refused {
		return err
	}
	return r.cmd.slow(ctx, s, r)
}

// failed judges an error of reading.
func (s *session) failed(err error) (reason string, done bool) {
	switch {
	case errors.Is(err, endpoint.ErrQuiet):
		s.quiet = true
		return "", false
	case errors.Is(err, endpoint.ErrIdle) && !s.asked:
		s.asked = true
		s.c.Reply(commandLine("PING", s.srv.opts.Name))
		return "", false
	case errors.Is(err, endpoint.ErrIdle):
		s.bye("Ping timeout")
		return "Ping timeout", true
	case errors.Is(err, endpoint.ErrSlowLine):
		s.bye("Line took too long")
		return "Line took too long", true
	}
	return s.ended(err), true
}

// ended returns what others are told about the end.
func (s *session) ended(err error) string {
	if why := s.c.Err(); why != nil && !errors.Is(why, errQuit) {
		return why.Error()
	}
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, endpoint.ErrInterrupted) {
		return "Connection closed"
	}
	return "Connection lost"
}

// bye tells the client why its connection is closed, and closes it.
func (s *session) bye(why string) { s.c.CloseWith(closing(why), nil) }

// closing is the last line of a client.
func closing(why string) []byte { return errorLine("Closing link: " + why) }
