package nc

import (
	"io"
	"strings"
	"unicode/utf8"

	"baton/internal/ui"
)

// An escaper shows on a terminal what comes from elsewhere: as it is, but for what
// the terminal would obey. Lines and tabs stay.
type escaper struct {
	w    io.Writer
	held []byte // the beginning of a character, or a carriage return
}

// Write writes all of p but perhaps its last few bytes, whose meaning depends on what
// follows.
func (e *escaper) Write(p []byte) (int, error) {
	text := string(e.held) + string(p)
	keep := unfinished(text)
	e.held = append(e.held[:0], text[len(text)-keep:]...)
	if _, err := io.WriteString(e.w, escape(text[:len(text)-keep])); err != nil {
		return 0, err
	}
	return len(p), nil
}

// unfinished returns how many bytes at the end of text need what follows.
func unfinished(text string) int {
	if strings.HasSuffix(text, "\r") {
		return 1
	}
	for n := 1; n <= min(utf8.UTFMax-1, len(text)); n++ {
		tail := text[len(text)-n:]
		if utf8.RuneStart(tail[0]) {
			if tail[0] >= utf8.RuneSelf && !utf8.FullRuneInString(tail) {
				return n
			}
			return 0
		}
	}
	return 0
}

// escape returns text with all escaped but lines, tabs and what can be seen.
func escape(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		body, end := line, ""
		for _, e := range []string{"\r\n", "\n"} {
			if before, ok := strings.CutSuffix(line, e); ok {
				body, end = before, "\n"
				break
			}
		}
		for i, field := range strings.Split(body, "\t") {
			if i > 0 {
				b.WriteByte('\t')
			}
			b.WriteString(ui.Safe(field))
		}
		b.WriteString(end)
	}
	return b.String()
}

// flush shows what was held, at the end.
func (e *escaper) flush() {
	io.WriteString(e.w, ui.Safe(string(e.held)))
	e.held = nil
}

// A crlf is input whose lines end in \r\n.
type crlf struct {
	r    io.Reader
	last byte
	rest []byte // what there was no room for
}

// Read reads at most half of p, since each byte may become two.
func (c *crlf) Read(p []byte) (int, error) {
	if len(c.rest) > 0 || len(p) == 0 {
		n := copy(p, c.rest)
		c.rest = c.rest[n:]
		return n, nil
	}
	in := make([]byte, max(1, len(p)/2))
	n, err := c.r.Read(in)
	var out []byte
	for _, b := range in[:n] {
		if b == '\n' && c.last != '\r' {
			out = append(out, '\r')
		}
		out = append(out, b)
		c.last = b
	}
	m := copy(p, out)
	if c.rest = out[m:]; len(c.rest) > 0 && err == io.EOF {
		err = nil // it comes again
	}
	return m, err
}
