package glob

import "strings"

// A bracket is a set of characters.
type bracket struct {
	negated bool
	items   []item
}

// An item is a part of a bracket: a range, or a class when there is one. One
// with neither is a mistake, which matters once the items before it have not
// matched.
type item struct {
	first, last rune
	class       func(rune) bool
	mistake     bool
}

// matches reports whether the bracket matches c.
func (b *bracket) matches(c rune) bool {
	for _, it := range b.items {
		switch {
		case it.mistake:
			return false
		case it.class != nil && it.class(c), it.class == nil && it.first <= c && c <= it.last:
			return !b.negated
		}
	}
	return b.negated
}

// How the text after a [ turned out.
type result int

const (
	closed result = iota // it is a bracket
	open                 // there is no ] for it, so that the [ is one like any other
	broken               // it ends in the middle of something; the pattern matches nothing
)

// A bracketParser reads the brackets of a pattern, from left to right.
type bracketParser struct {
	decode decoder
	// Where reading on within a bracket leads to no ], by the length of the text
	// that is left. Without it, many open brackets would be read to the end each.
	dead map[int]bool
}

// parse reads a bracket up to its ], given what follows its [.
func (p *bracketParser) parse(s string) (b bracket, rest string, _ result) {
	if s != "" && (s[0] == '!' || s[0] == '^') {
		b.negated = true
		s = s[1:]
	}
	var seen []int
	for first := true; ; first = false {
		switch {
		case s == "" || !first && p.dead[len(s)]:
			if p.dead == nil {
				p.dead = map[int]bool{}
			}
			for _, left := range seen {
				p.dead[left] = true
			}
			return b, "", open
		case s[0] == ']' && !first:
			return b, s[1:], closed
		case !first:
			seen = append(seen, len(s))
		}
		it, rest, ok := parseClass(s, p.decode)
		if !ok {
			it, rest, ok = parseRange(s, p.decode)
		}
		if !ok {
			return b, "", broken
		}
		b.items = append(b.items, it)
		s = rest
	}
}

// noChar stands for a collating symbol that the C locale does not have.
const noChar rune = -1

// parseRange reads a character, or two with a hyphen between. A hyphen before the
// ] stands for itself.
func parseRange(s string, decode decoder) (it item, rest string, ok bool) {
	if it.first, s, ok = parseChar(s, decode); !ok {
		return item{}, "", false
	}
	it.last = it.first
	if strings.HasPrefix(s, "-") && !strings.HasPrefix(s, "-]") {
		if it.last, s, ok = parseChar(s[1:], decode); !ok {
			return item{}, "", false
		}
	}
	it.mistake = it.first == noChar || it.last == noChar
	return it, s, true
}

// parseChar reads a character of a bracket: one with a backslash before it, a
// collating symbol such as [.-.], or just the character. It fails when s ends
// before the character does.
func parseChar(s string, decode decoder) (c rune, rest string, ok bool) {
	switch {
	case strings.HasPrefix(s, `\`):
		s = s[1:]
	case strings.HasPrefix(s, "[."):
		// The first character of a symbol is taken as it is, even a period.
		name, rest, found := strings.Cut(s[2:], ".]")
		if !found {
			return 0, "", false
		}
		if name == "" {
			return noChar, rest, true
		}
		if c, n := decode(name); n == len(name) {
			return c, rest, true
		}
		return noChar, rest, true
	}
	if s == "" {
		return 0, "", false
	}
	c, n := decode(s)
	return c, s[n:], true
}

// parseClass reads a class such as [:alpha:] or, what is the same as the
// character in the C locale, an equivalence class such as [=a=].
func parseClass(s string, decode decoder) (it item, rest string, ok bool) {
	switch {
	case strings.HasPrefix(s, "[:"):
		// Without the end of a class it is a bracket like any other.
		name := s[2:]
		rest = strings.TrimLeft(name, "abcdefghijklmnopqrstuvwxy")
		if !strings.HasPrefix(rest, ":]") {
			return item{}, s, false
		}
		it.class = classOf(name[:len(name)-len(rest)])
		it.mistake = it.class == nil
		return it, rest[2:], true
	case strings.HasPrefix(s, "[=") && len(s) > 2:
		c, n := decode(s[2:])
		if !strings.HasPrefix(s[2+n:], "=]") {
			return item{}, s, false
		}
		return item{first: c, last: c}, s[2+n+2:], true
	}
	return item{}, s, false
}
