package connect

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"baton/internal/tool/chat/web/wire"
	"baton/internal/ui"
)

// A line is something to show.
type line struct {
	at               time.Time
	room, kind, nick string
	text             string
}

// note is a line of the client's own.
func note(text string) line { return line{at: time.Now(), kind: "note", text: text} }

func message(e *wire.Event) line {
	at, err := time.Parse(wire.TimeFormat, e.Time)
	if err != nil {
		at = time.Now()
	}
	return line{at: at, room: e.Room, kind: e.Kind, nick: e.Nick, text: textOf(e)}
}

// print shows lines: on a terminal for people, elsewhere as fields with tabs between
// them, which are time, room, kind, name and text.
func (c *client) print(lines ...line) {
	for _, l := range lines {
		switch {
		case c.editor != nil:
			c.editor.Print(c.pretty(l))
		case c.opts.JSON:
		case c.streams.Out.Terminal:
			c.streams.Out.Printf("%s\n", c.pretty(l))
		case l.kind == "note" || l.kind == "error":
			c.streams.Err.Printf("baton chat connect: %s\n", ui.Safe(l.text))
		default:
			fields := []string{l.at.UTC().Format(time.RFC3339), l.room, l.kind, l.nick, l.text}
			for i, f := range fields {
				fields[i] = ui.Safe(f)
			}
			c.streams.Out.Printf("%s\n", strings.Join(fields, "\t"))
		}
	}
}

// pretty makes a line for people.
func (c *client) pretty(l line) string {
	out := c.streams.Out
	text := ui.Safe(l.text)
	nick := out.Hue(l.nick, ui.Safe(l.nick))
	when := out.Paint(ui.Dim, clock(l.at, time.Now())) + " "
	if l.room != "" && len(c.state.order) > 1 {
		when += out.Paint(ui.Dim, ui.Safe(l.room)) + " "
	}
	switch l.kind {
	case "note":
		return out.Paint(ui.Dim, text)
	case "error":
		return out.Paint(ui.Bad, text)
	case "message":
		return when + "<" + nick + "> " + text
	case "action":
		return when + "* " + nick + " " + text
	case "notice":
		return when + "-" + nick + "- " + text
	case "direct":
		return when + out.Paint(ui.Strong, "private") + " <" + nick + "> " + text
	}
	return when + nick + " " + out.Paint(ui.Dim, text)
}

// clock is the time of day, with the day where that is another one.
func clock(at, now time.Time) string {
	at, now = at.Local(), now.Local()
	if at.YearDay() != now.YearDay() || at.Year() != now.Year() {
		return at.Format("2 Jan 15:04")
	}
	return at.Format("15:04")
}

// read passes the lines of the input on, and closes lines at its end.
func (c *client) read(ctx context.Context, lines chan<- string) error {
	defer close(lines)
	next, stop, err := c.input(ctx)
	if err != nil {
		return err
	}
	defer stop()
	for {
		line, err := next()
		switch {
		case ctx.Err() != nil || errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		select {
		case lines <- line:
		case <-ctx.Done():
			return nil
		}
	}
}

// input returns what reads the next line.
func (c *client) input(ctx context.Context) (next func() (string, error), stop func(), err error) {
	if c.editor != nil {
		return c.editor.ReadLine, func() {}, nil
	}
	in, stop, err := ui.Until(ctx, c.streams.In)
	if err != nil {
		return nil, nil, err
	}
	scanner := bufio.NewScanner(in)
	scanner.Buffer(nil, maxMessage)
	return func() (string, error) {
		if scanner.Scan() {
			return scanner.Text(), nil
		}
		if err := scanner.Err(); err != nil {
			return "", err
		}
		return "", io.EOF
	}, stop, nil
}
