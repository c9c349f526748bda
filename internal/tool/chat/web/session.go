package web

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"baton/internal/endpoint"
	"baton/internal/tool/chat/room"
	"baton/internal/tool/chat/web/wire"
	"github.com/gobwas/ws"
)

// A session is a client that is being served. It is its goroutine's, except for the
// parts that only transactions use.
type session struct {
	srv    *Server
	opts   *Options
	hub    *room.Hub
	c      *room.Client
	frames *endpoint.Lines

	token   string // the secret of the browser
	nick    string // what it registered with
	account string // logged in to before it had a name
	tries   int
	asked   bool // whether it is still there
}

var (
	errBye   = errors.New("the client has closed the connection")
	errTries = errors.New("too many tries")
)

// next reads the next object. Frames of control are answered here. The hub tells
// when a client is to be asked whether it is still there.
func (s *session) next() (*wire.Request, error) {
	for {
		b, err := s.frames.Next()
		if errors.Is(err, endpoint.ErrIdle) && s.nick != "" && !s.asked {
			s.asked = true
			s.c.Reply(wire.Frame(nil, ws.OpPing, nil))
			continue
		}
		if err != nil {
			return nil, err
		}
		s.asked = false
		h, payload, err := open(b)
		if err != nil {
			return nil, err
		}
		switch h.OpCode {
		case ws.OpPing:
			s.c.Reply(wire.Frame(nil, ws.OpPong, payload))
		case ws.OpClose:
			return nil, errBye
		case ws.OpText:
			req := new(wire.Request)
			if err := json.Unmarshal(payload, req); err != nil {
				s.fail(nil, &wire.Request{}, "bad-request", "this is no object of the protocol")
				continue
			}
			return req, nil
		}
	}
}

// batch reads what the client has sent, as far as it came together, and does it.
func (s *session) batch(ctx context.Context) error {
	var list []*wire.Request
	for {
		req, err := s.next()
		if err != nil {
			return cmp.Or(s.do(ctx, list), err)
		}
		if apart := s.apart(req.Op); apart != nil {
			if err := s.do(ctx, list); err != nil {
				return err
			}
			if err := apart(ctx, req); err != nil {
				return s.refused(ctx, req, err)
			}
			return nil
		}
		list = append(list, req)
		if len(list) >= s.c.Burst() || !s.frames.Buffered() {
			return s.do(ctx, list)
		}
	}
}

// do runs requests in one transaction.
func (s *session) do(ctx context.Context, list []*wire.Request) error {
	if len(list) == 0 {
		return nil
	}
	return s.hub.Do(ctx, s.c, func(tx *room.Tx) error {
		for _, req := range list {
			if err := s.one(tx, req); err != nil {
				s.fail(tx, req, codeOf(err), explain(err))
			}
		}
		return nil
	})
}

// refused tells the client why a request outside a transaction failed, unless that
// is the end.
func (s *session) refused(ctx context.Context, req *wire.Request, err error) error {
	if ctx.Err() != nil || errors.Is(err, room.ErrGone) || errors.Is(err, room.ErrDrained) {
		return err
	}
	s.fail(nil, req, codeOf(err), explain(err))
	return nil
}

// reply gives the client an event, within a transaction if tx isn't nil.
func (s *session) reply(tx *room.Tx, e wire.Event) {
	if tx == nil {
		s.c.Reply(e.Append(nil))
	} else {
		tx.Reply(s.c, e.Append(nil))
	}
}

// fail tells the client why a request was not done.
func (s *session) fail(tx *room.Tx, req *wire.Request, code, text string) {
	s.reply(tx, wire.Event{Op: "error", Code: code, Text: &text, ID: req.ID, Ref: req.Ref})
}

func (s *session) note(tx *room.Tx, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	s.reply(tx, wire.Event{Op: "notice", Text: &text})
}
