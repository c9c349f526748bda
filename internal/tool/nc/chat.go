package nc

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"baton/internal/ui"
)

// longestLine is how much of a line is kept while its end has not come. A longer one
// becomes several.
const longestLine = 4 << 10

// chatLines says whole lines, with their author's name, to others.
type chatLines struct {
	to   io.Writer
	name string
	line []byte // that has no end yet
}

// Write says the lines that are complete.
func (c *chatLines) Write(p []byte) (int, error) {
	c.line = append(c.line, p...)
	var said strings.Builder
	for len(c.line) > 0 {
		i := bytes.IndexByte(c.line, '\n')
		switch {
		case i >= 0 && i <= longestLine:
			c.say(&said, c.line[:i])
			c.line = c.line[i+1:]
			continue
		case len(c.line) > longestLine:
			n := longestLine
			for n > longestLine-utf8.UTFMax && !utf8.RuneStart(c.line[n]) {
				n--
			}
			c.say(&said, c.line[:n])
			c.line = c.line[n:]
			continue
		}
		break
	}
	c.line = slices.Clone(c.line) // and let go of the lines before it
	if _, err := io.WriteString(c.to, said.String()); err != nil {
		return 0, err
	}
	return len(p), nil
}

// say adds a line. Nothing in it can make a terminal do something, or look like
// another's line.
func (c *chatLines) say(b *strings.Builder, line []byte) {
	fmt.Fprintf(b, "<%s> %s\n", c.name, ui.Safe(string(bytes.TrimSuffix(line, []byte{'\r'}))))
}

// flush says a last line without an end.
func (c *chatLines) flush() {
	if len(c.line) > 0 {
		var b strings.Builder
		c.say(&b, c.line)
		c.line = nil
		io.WriteString(c.to, b.String()) // fails only when nobody is left to hear it
	}
}

// announce tells all members something of the hub's own.
func (h *hub) announce(ctx context.Context, format string, args ...any) {
	h.say(ctx, nil, fmt.Sprintf("<announce> "+format+"\n", args...))
}

// say tells all members but one, without waiting for them: one who is so far behind is
// cut off.
func (h *hub) say(ctx context.Context, but *member, text string) {
	if seq, err := h.topic.Publish(ctx, message{but, []byte(text)}); err == nil {
		h.mu.Lock()
		h.sent = max(h.sent, seq)
		h.mu.Unlock()
	}
}

// welcome tells a new member who is there, and those that there is a new one.
func (h *hub) welcome(ctx context.Context, m *member, from string) {
	h.mu.Lock()
	others := make([]*member, 0, len(h.members))
	for other := range h.members {
		if other != m {
			others = append(others, other)
		}
	}
	h.mu.Unlock()
	slices.SortFunc(others, func(a, b *member) int { return a.number - b.number })
	var text strings.Builder
	fmt.Fprintf(&text, "<announce> you are <%s>", m.name)
	if len(others) > 0 {
		text.WriteString("; already connected:")
		for _, other := range others {
			text.WriteString(" <" + other.name + ">")
		}
	}
	m.rest = []byte(text.String() + "\n")
	h.say(ctx, m, fmt.Sprintf("<announce> %s is connected as <%s>\n", from, m.name))
}
