// Package plain is the chat for those who have nothing but nc or telnet: lines of
// text, without a program of its own.
//
// A client is asked for its name, is told who is present, and is then in the lobby.
// Each of its lines is a message to the room where it is, unless it begins with a
// slash: then it is a command, such as /help.
package plain

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"baton/internal/endpoint"
	"baton/internal/tool/chat/login"
	"baton/internal/tool/chat/room"
	"baton/serve"
)

// Options are what the clients of a server share.
type Options struct {
	Hub      *room.Hub
	Accounts login.Accounts
	Server   string   // its name
	MOTD     []string // lines that are shown at the start
	// Idle is how long a client may be silent; the default is for ever.
	Idle time.Duration
	// History is how many lines are shown of what was said before; the default is 10.
	History int
}

const (
	maxLine  = 4096
	maxTries = 10 // at a name
	// handshake is how long a client may be silent before it has a name.
	handshake = time.Minute
)

// TooSilent is what a client reads last that says nothing for too long.
const TooSilent = "* You were silent for too long. Bye."

// Greeting is what a client reads first.
func (o *Options) Greeting() []byte {
	return fmt.Appendf(nil, "Welcome to %s. What is your name? (/help shows what else you can say)\r\n", safe(o.Server))
}

// Serve serves a client until it leaves, its connection ends or ctx does. Greeted
// says that it has been sent the greeting already. The error may be that of
// [serve.Park].
func Serve(ctx context.Context, conn net.Conn, info room.ConnInfo, o *Options, greeted bool) error {
	lines := endpoint.NewLines(conn, endpoint.LineOptions{Max: maxLine, Idle: handshake, Park: true})
	info.Reader = lines
	s := &session{opts: o, hub: o.Hub, lines: lines}
	s.c = o.Hub.Connect(conn, info, encoder{})
	if !greeted {
		s.c.Reply(o.Greeting())
	}
	return serve.After(s.run(ctx), func(err error) error {
		why, err := s.end(ctx, err)
		o.Hub.Leave(s.c, why)
		lines.Close()
		return err
	})
}

// A session is a client that is being served. It is its goroutine's, except for the
// parts that only transactions use.
type session struct {
	opts  *Options
	hub   *room.Hub
	c     *room.Client
	lines *endpoint.Lines
	tel   telnet

	name    string // as of the last transaction
	account string
	current string // the room that lines go to
	left    string // why the client leaves, once it does
	bye     bool
	tries   int // at a name
}

// run serves the client until it leaves, or parks when it says nothing for a while.
func (s *session) run(ctx context.Context) error {
	for !s.bye {
		step := s.batch
		if s.name == "" {
			step = s.enter
		}
		switch err := step(ctx); {
		case errors.Is(err, endpoint.ErrQuiet):
			return s.lines.Park(s.run)
		case err != nil:
			return err
		}
	}
	return nil
}

// end says good-bye to a client, and returns why it leaves, for the others.
func (s *session) end(ctx context.Context, err error) (string, error) {
	switch reason := s.c.Err(); {
	case s.bye:
		s.tell("Bye.")
		return s.left, nil
	case reason != nil && !errors.Is(reason, room.ErrDrained):
		return reason.Error(), nil
	case reason != nil || ctx.Err() != nil:
		return "the server is going down", nil
	case errors.Is(err, endpoint.ErrIdle):
		s.tell(TooSilent)
		return "silent for too long", err
	case errors.Is(err, endpoint.ErrSlowLine):
		s.tell("* Your line took too long. Bye.")
		return "a line took too long", err
	}
	return "connection closed", err
}

// tell gives the client a line from outside a transaction.
func (s *session) tell(line string) { s.c.Reply([]byte(safe(line) + "\r\n")) }

// next reads a line and makes it text.
func (s *session) next() (string, error) {
	line, err := s.lines.Next()
	if errors.Is(err, endpoint.ErrLineTooLong) {
		s.tell("! That line was longer than " + fmt.Sprint(maxLine) + " bytes and was not sent.")
		return "", nil
	}
	if err != nil {
		return "", err
	}
	line, answer := s.tel.strip(line)
	if len(answer) > 0 {
		s.c.Reply(answer)
	}
	return asText(line), nil
}

// batch reads what the client has sent, as far as it came together, and does it.
func (s *session) batch(ctx context.Context) error {
	var list []input
	for {
		line, err := s.next()
		if err != nil {
			return cmp.Or(s.do(ctx, list), err)
		}
		in := parse(line)
		if list = append(list, in); in.apart() || len(list) >= s.c.Burst() || !s.lines.Buffered() {
			break
		}
	}
	return s.do(ctx, list)
}

// do runs a batch: all in one transaction but a last command that stands apart.
func (s *session) do(ctx context.Context, list []input) error {
	var last *input
	if n := len(list); n > 0 && list[n-1].apart() {
		last, list = &list[n-1], list[:n-1]
	}
	if len(list) > 0 {
		err := s.hub.Do(ctx, s.c, func(tx *room.Tx) error {
			for _, in := range list {
				if !s.bye {
					tx.Line(s.c, func() { s.one(tx, in) })
				}
			}
			s.settle(tx)
			return nil
		})
		if err != nil {
			return err
		}
	}
	if last != nil && !s.bye {
		if err := s.apart(ctx, last); err != nil {
			s.tell("! " + explain(err))
		}
	}
	return nil
}

// apart does a command that stands apart. It is paid for before it is known whether it
// can be done.
func (s *session) apart(ctx context.Context, in *input) error {
	err := s.hub.Do(ctx, s.c, func(tx *room.Tx) error { tx.Charge(s.c, in.verb.cost); return nil })
	if err != nil {
		return err
	}
	return in.verb.apart(s, ctx, in.arg)
}

// one does what one line asks for.
func (s *session) one(tx *room.Tx, in input) {
	err := error(nil)
	switch {
	case in.unknown != "":
		s.reply(tx, "! There is no command "+in.unknown+"; /help shows those that there are.")
	case in.verb != nil:
		err = in.verb.do(s, tx, in.arg)
	case in.empty(): // which was nothing, or too much
	case s.current == "":
		s.reply(tx, "! You are in no room; /join ROOM brings you into one, and /rooms shows them.")
	default:
		err = tx.Say(s.c, s.current, room.Message, in.arg, "", "")
	}
	if err != nil {
		s.reply(tx, "! "+explain(err))
	}
}

// settle brings what the session knows in line with the hub: others may have removed
// the client from a room, or given it another name.
func (s *session) settle(tx *room.Tx) {
	s.name = s.c.Identity().Nick
	s.account = s.c.Identity().Account
	rooms := s.c.Rooms()
	s.c.SetShape(shapeOf(len(rooms)))
	for _, m := range rooms {
		if m.Room().Name() == s.current {
			return
		}
	}
	s.current = ""
	if len(rooms) > 0 && !s.bye {
		s.current = rooms[len(rooms)-1].Room().Name()
		s.reply(tx, "* You are now in "+s.current+".")
	}
}

// reply gives the client a line of text.
func (s *session) reply(tx *room.Tx, line string) { tx.Reply(s.c, []byte(safe(line)+"\r\n")) }
