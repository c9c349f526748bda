package web

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"baton/internal/endpoint"
	"baton/internal/tool/chat/room"
	"baton/internal/tool/chat/web/wire"
	"baton/internal/wsframe"
)

// A session is a client that is being served. It is its goroutine's, except for the
// parts that only transactions use.
type session struct {
	srv    *Server
	opts   *Options
	hub    *room.Hub
	c      *room.Client
	frames *endpoint.Lines
	joiner wsframe.Joiner

	token   string // the secret of the browser
	nick    string // what it registered with
	account string // logged in to before it had a name
	tries   int
	asked   bool // whether it is still there
}

var errTries = errors.New("too many tries")

// A bye is the client's frame of the end.
type bye struct{ code wsframe.Code }

func (bye) Error() string { return "the client has closed the connection" }

// next reads the next object, or returns nil after a frame of control, which is answered
// here, or a part of a message. The hub tells when a client is to be asked whether it is
// still there.
func (s *session) next() (*wire.Request, error) {
	for {
		b, err := s.frames.Next()
		if errors.Is(err, endpoint.ErrIdle) && s.nick != "" && !s.asked {
			s.asked = true
			s.c.Reply(wsframe.Append(nil, wsframe.Ping, nil))
			continue
		}
		if err != nil {
			return nil, err
		}
		s.asked = false
		message, whole, err := s.frame(b)
		if err != nil || !whole {
			return nil, err
		}
		req := new(wire.Request)
		if json.Unmarshal(message, req) != nil {
			req = &wire.Request{} // is answered like an object without a request, and counts like one
		}
		return req, nil
	}
}

// frame takes a frame, and returns the message that is whole with it, if one is.
func (s *session) frame(b []byte) (message []byte, whole bool, err error) {
	if began := s.joiner.Since(); !began.IsZero() && time.Since(began) > maxParts {
		return nil, false, endpoint.ErrSlowLine
	}
	h, payload, err := wsframe.Open(b, wsframe.Client, maxMessage)
	if err != nil {
		return nil, false, err
	}
	switch h.Op {
	case wsframe.Pong:
		return nil, false, nil
	case wsframe.Ping:
		s.c.Reply(wsframe.Append(nil, wsframe.Pong, payload))
		return nil, false, nil
	case wsframe.Close:
		code, _, err := wsframe.ParseClose(payload)
		return nil, false, cmp.Or(err, error(bye{code}))
	}
	op, message, whole, err := s.joiner.Add(h, payload, maxMessage)
	if err == nil && op != wsframe.Text {
		err = &wsframe.Error{Code: wsframe.Unsupported, Why: "only text is taken"}
	}
	return message, whole, err
}

// batch reads what the client has sent, as far as it came together, and does it.
func (s *session) batch(ctx context.Context) error {
	var list []*wire.Request
	for {
		req, err := s.next()
		if err != nil {
			return cmp.Or(s.do(ctx, list), err)
		}
		if req == nil { // which counts as much as a request
			return cmp.Or(s.do(ctx, list), s.pay(ctx, 1))
		}
		if apart, price := s.apart(req.Op); apart != nil {
			if err := cmp.Or(s.do(ctx, list), s.pay(ctx, price)); err != nil {
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

// pay counts n requests in the flood limits, before it is known whether they can be
// done.
func (s *session) pay(ctx context.Context, n int) error {
	return s.hub.Do(ctx, s.c, func(tx *room.Tx) error { tx.Charge(s.c, n); return nil })
}

// do runs requests in one transaction.
func (s *session) do(ctx context.Context, list []*wire.Request) error {
	if len(list) == 0 {
		return nil
	}
	s.frames.Lend() // the requests are copies, and the client may have to wait
	return s.hub.Do(ctx, s.c, func(tx *room.Tx) error {
		for _, req := range list {
			tx.Line(s.c, func() {
				if err := s.one(tx, req); err != nil {
					s.fail(tx, req, codeOf(err), room.Sentence(err))
				}
			})
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
	s.fail(nil, req, codeOf(err), room.Sentence(err))
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
