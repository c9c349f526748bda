// Package connect is a chat client for the terminal. It speaks the protocol of the web
// page, so that it can do what the page does: when the connection breaks it makes a
// new one, gets what it has missed, and sends again what was not confirmed.
//
// Without a terminal it is a filter: it sends the lines of standard input, prints what
// it gets, and at the end of the input waits until all of its lines are confirmed.
package connect

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"

	"baton/internal/tool/chat/web/wire"
	"baton/internal/ui"
	"baton/task"
)

// Options say where to, and as whom.
type Options struct {
	Address  string      // host:port
	TLS      *tls.Config // nil: without
	Nick     string
	Password string
	Rooms    []string // to begin in; none means the lobby
	JSON     bool     // print the events as they come
}

// Run chats until the user quits, the input ends, or ctx does.
func Run(ctx context.Context, opts Options, s *ui.Streams) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	c := &client{opts: opts, streams: s, state: newState(opts)}
	if !opts.JSON {
		if err := c.openEditor(ctx); err != nil {
			return err
		}
	}
	defer c.closeEditor()
	return task.Run(ctx, task.Options{Name: "chat connect"}, func(ctx context.Context, g *task.Group) error {
		lines := make(chan string)
		news := make(chan news)
		g.Go(func(context.Context) error { return c.read(ctx, lines) })
		g.Go(func(context.Context) error { return (&link{opts: opts, news: news}).run(ctx) })
		defer stop() // the others are done when this is
		return c.loop(ctx, lines, news)
	})
}

// A client is one run. Its state belongs to loop.
type client struct {
	opts    Options
	streams *ui.Streams
	editor  *ui.Editor // nil without a terminal
	state   *state
	conn    *conn // nil while there is none
	ended   bool  // the input
}

func (c *client) openEditor(ctx context.Context) error {
	editor, err := c.streams.Editor(ctx)
	if errors.Is(err, ui.ErrNoTerminal) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("take over the terminal: %w", err)
	}
	editor.SetComplete(c.state.names.complete)
	c.editor = editor
	return nil
}

func (c *client) closeEditor() {
	if c.editor != nil {
		c.editor.Close()
	}
}

// maxPending is how many lines may be sent, or wait to be sent, that aren't confirmed:
// the rest of the input waits where it is. With more of them, a server that limits how
// fast it reads would leave a write waiting until it is given up.
const maxPending = 100

// loop does what lines and news ask for, one after the other.
func (c *client) loop(ctx context.Context, lines <-chan string, events <-chan news) error {
	for {
		if c.ended && len(c.state.pending) == 0 && c.state.nick != "" {
			return nil
		}
		in := lines
		if len(c.state.pending) >= maxPending {
			in = nil
		}
		select {
		case line, ok := <-in:
			if !ok {
				lines, c.ended = nil, true
				if c.editor != nil {
					return nil // Ctrl-D
				}
				continue
			}
			if quit := c.line(line); quit {
				return nil
			}
		case n := <-events:
			if err := c.news(n); err != nil {
				return err
			}
		case <-ctx.Done():
			return task.Cause(ctx)
		}
		if c.editor != nil {
			c.editor.SetPrompt(c.prompt())
		}
	}
}

// line does what the user has entered.
func (c *client) line(text string) (quit bool) {
	if strings.TrimSpace(text) == "" {
		return false
	}
	reqs, said, quit := c.state.enter(text)
	c.print(said...)
	for _, req := range reqs {
		c.send(req)
	}
	return quit
}

// send sends a request, if there is a connection: those that matter are kept and
// sent when there is one again.
func (c *client) send(req wire.Request) {
	if c.conn == nil || c.state.nick == "" && req.Op != "hello" {
		if req.ID == "" {
			c.print(note("Not connected at the moment."))
		}
		return
	}
	c.conn.send(req) // its reader notices when that fails
}

// news does what has happened to the connection. The first one has to succeed.
func (c *client) news(n news) error {
	switch {
	case n.conn != nil:
		c.conn = n.conn
		c.conn.send(c.state.hello())
	case n.event != nil:
		return c.event(n)
	default:
		wasUp := c.conn != nil
		c.conn = nil
		c.state.nick = ""
		if !c.state.known {
			return n.err
		}
		if wasUp {
			c.print(note("The connection is lost (" + ui.Safe(n.err.Error()) + "); trying again…"))
		}
	}
	return nil
}

func (c *client) event(n news) error {
	first := !c.state.known
	reqs, said := c.state.receive(n.event)
	if c.opts.JSON {
		if _, err := fmt.Fprintf(c.streams.Out, "%s\n", n.raw); err != nil {
			return err
		}
	} else {
		c.print(said...)
	}
	if n.event.Op == "error" && c.state.nick == "" {
		if first {
			return errors.New(cmp.Or(textOf(n.event), "the server refuses, and does not say why"))
		}
		c.conn.close() // the name is still taken, say: try again later
	}
	for _, req := range reqs {
		c.send(req)
	}
	return nil
}

func (c *client) prompt() string {
	if c.conn == nil {
		return "(offline) > "
	}
	return ui.Safe(c.state.current) + "> "
}
