package ui

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

// Width returns how many columns text takes on a terminal: two for wide East
// Asian characters and emoji, none for combining marks.
func Width(text string) int { return displaywidth.String(text) }

// Truncate cuts text to at most width columns. What was cut shows as an ellipsis.
func Truncate(text string, width int) string {
	if width <= 0 {
		return ""
	}
	if len(text) <= width || Width(text) <= width { // no byte takes more than one column
		return text
	}
	return displaywidth.TruncateString(text, width, "…")
}

// TruncateStart cuts text to at most width columns as [Truncate] does, but at its
// start: of a long path, the end says most.
func TruncateStart(text string, width int) string {
	if width <= 0 {
		return ""
	}
	over := Width(text) - width
	if over <= 0 {
		return text
	}
	over++ // for the ellipsis
	for g := displaywidth.StringGraphemes(text); over > 0 && g.Next(); {
		over -= g.Width()
		text = text[len(g.Value()):]
	}
	return "…" + text
}

// Safe returns text as it can be shown: control characters, bytes that are not
// UTF-8 and characters that change the direction of writing are escaped as in a
// Go string. Text without any is returned as it is.
func Safe(text string) string {
	i := 0
	for i < len(text) && text[i] >= ' ' && text[i] < 0x7f {
		i++
	}
	if i == len(text) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r < 0x80 && unicode.IsControl(r):
			fmt.Fprintf(&b, `\x%02x`, r)
		case unicode.IsControl(r) || isInvisible(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteString(text[i : i+n])
		}
		i += n
	}
	return b.String()
}

// isInvisible reports whether r changes how its neighbours are laid out: the line
// and paragraph separators, and the marks that override the writing direction.
func isInvisible(r rune) bool {
	return r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}
