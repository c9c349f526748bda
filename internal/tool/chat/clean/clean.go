// Package clean makes text from outside harmless for the one who gets to see it.
//
// Text is kept as it was sent, and cleaned on its way out, because what does harm
// is another thing on a terminal, to an IRC client and on a page. In all three,
// what comes out is valid UTF-8 in one line, so that nothing in it can be taken
// for a line of its own, and has no controls that make text run backwards.
package clean

import (
	"strings"
	"unicode/utf8"
)

// Terminal returns text for a terminal: without control characters, so that it
// cannot move the cursor, set the title or the clipboard, without the formatting
// codes of IRC, and without any mark of direction. What takes room becomes a
// space, other controls and invalid bytes become U+FFFD.
func Terminal(text string) string { return rewrite(text, terminal) }

// IRC returns text for a parameter of an IRC message. Formatting codes stay, and
// so do the marks of CTCP where the text begins with one and ends with one.
func IRC(text string) string {
	if len(text) > 1 && text[0] == ctcp && text[len(text)-1] == ctcp {
		return "\x01" + rewrite(text[1:len(text)-1], irc) + "\x01"
	}
	return rewrite(text, irc)
}

// Web returns text for a page, which puts it in as text and not as markup. The
// marks U+200E, U+200F and U+061C, which only stand for a letter of their
// direction, stay here and in IRC, as right-to-left text needs them.
func Web(text string) string { return rewrite(text, web) }

// TruncateUTF8 returns the beginning of text that has at most n bytes and does
// not end within a character.
func TruncateUTF8(text string, n int) string {
	if len(text) <= n {
		return text
	}
	n = max(n, 0)
	for i := n; i > n-utf8.UTFMax && i >= 0; i-- {
		if utf8.RuneStart(text[i]) {
			return text[:i]
		}
	}
	return text[:n] // not UTF-8
}

type target uint8

const (
	terminal target = iota
	irc
	web
)

// ctcp begins and ends a message of IRC that is meant for the program.
const ctcp = '\x01'

// rewrite returns text as to sees it, text itself if there is nothing to clean.
func rewrite(text string, to target) string {
	if plain(text) {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch n := formatting(text[i:]); {
		case n > 0 && to == irc:
			b.WriteByte(text[i]) // what may follow it is plain text
			size = 1
		case n > 0:
			size = n
		case isSpace(r):
			b.WriteByte(' ')
		case isControl(r):
			b.WriteRune(utf8.RuneError)
		case reorders(r), to == terminal && directs(r):
		default:
			b.WriteRune(r) // U+FFFD for a byte that is not UTF-8
		}
		i += size
	}
	return b.String()
}

// plain reports whether all of text is ASCII that shows.
func plain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

func isSpace(r rune) bool {
	switch r {
	case '\t', '\n', '\v', '\f', '\r', 0, 0x85, 0x2028, 0x2029:
		return true
	}
	return false
}

func isControl(r rune) bool { return r < ' ' || r >= 0x7F && r < 0xA0 }

// reorders reports whether r changes the order in which what follows is shown.
func reorders(r rune) bool { return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 }

func directs(r rune) bool { return r == 0x200E || r == 0x200F || r == 0x61C }
