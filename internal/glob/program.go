package glob

import (
	"math"
	"strings"
	"unicode/utf8"
)

// A decoder returns the first character of a text that is not empty, and its
// length. There are two, one for each reading of names.
type decoder func(s string) (c rune, size int)

// Bytes beyond ASCII are in the order of their values and in no class, so they
// become numbers that no character has.
func byteDecoder(s string) (rune, int) {
	if s[0] >= utf8.RuneSelf {
		return utf8.MaxRune + rune(s[0]), 1
	}
	return rune(s[0]), 1
}

func runeDecoder(s string) (rune, int) { return utf8.DecodeRuneInString(s) }

// A program is a compiled pattern.
type program struct {
	tokens []token
	tail   string // the text that each match ends with
}

// A token matches a part of a name.
type token struct {
	kind    kind
	text    string  // of a literal
	bracket bracket // of a set
}

type kind uint8

const (
	literal kind = iota // the text
	any1                // ?
	star                // *
	set                 // [...]
	never               // nothing: the pattern is not well-formed
)

// compile compiles a pattern.
func compile(pattern string, decode decoder) program {
	var p program
	brackets := bracketParser{decode: decode}
	var text []byte // of the literal that is being read
	add := func(t token) {
		if len(text) > 0 {
			p.tokens = append(p.tokens, token{kind: literal, text: string(text)})
			text = text[:0]
		}
		p.tokens = append(p.tokens, t)
	}
	for pattern != "" {
		c := pattern[0]
		pattern = pattern[1:]
		switch c {
		case '?':
			add(token{kind: any1})
			continue
		case '*':
			add(token{kind: star})
			pattern = strings.TrimLeft(pattern, "*")
			continue
		case '[':
			b, rest, result := brackets.parse(pattern)
			if result == broken {
				return program{tokens: []token{{kind: never}}}
			}
			if result == closed {
				add(token{kind: set, bracket: b})
				pattern = rest
				continue
			}
		case '\\':
			if pattern == "" {
				return program{tokens: []token{{kind: never}}}
			}
			c = pattern[0]
			pattern = pattern[1:]
		}
		// All bytes of a character stand for themselves, so there is no need to
		// know where one ends.
		text = append(text, c)
	}
	if len(text) > 0 {
		p.tail = string(text)
		p.tokens = append(p.tokens, token{kind: literal, text: p.tail})
	}
	return p
}

// suffixOnly returns the text of a pattern that is a star and a text.
func (p program) suffixOnly() (suffix string, ok bool) {
	n := len(p.tokens)
	ok = n > 0 && p.tokens[0].kind == star && (n == 1 || n == 2 && p.tokens[1].kind == literal)
	return p.tail, ok
}

// countsChars reports whether it matters where characters begin and end.
func (p program) countsChars() bool {
	for _, t := range p.tokens {
		if t.kind == any1 || t.kind == set {
			return true
		}
	}
	return false
}

// bounds returns the least and the greatest length of what the program matches
// when a character has up to charMax bytes.
func (p program) bounds(charMax int) (low, high int) {
	endless := false
	for _, t := range p.tokens {
		switch t.kind {
		case literal:
			low, high = low+len(t.text), high+len(t.text)
		case star:
			endless = true
		default:
			low, high = low+1, high+charMax
		}
	}
	if endless {
		high = math.MaxInt
	}
	return low, high
}

// match reports whether the program matches all of name.
//
// It goes through both once. Where they stop to agree, the last star takes one
// character more; an earlier star never needs to, because whatever it could
// leave to what follows it, the last star can take.
func (p program) match(name string, decode decoder) bool {
	at, next := 0, 0          // in name, in p.tokens
	starAt, afterStar := 0, 0 // where the last star ends, the token after it; 0: none yet
	for {
		if next < len(p.tokens) && p.tokens[next].kind == star {
			next++
			if next == len(p.tokens) {
				return true
			}
			starAt, afterStar = at, next
		} else if next < len(p.tokens) {
			if n := p.tokens[next].match(name[at:], decode); n >= 0 {
				at += n
				next++
				continue
			}
			if afterStar == 0 || starAt == len(name) {
				return false
			}
			_, n := decode(name[starAt:])
			starAt += n
		} else {
			if at == len(name) {
				return true
			}
			if afterStar == 0 || starAt == len(name) {
				return false
			}
			_, n := decode(name[starAt:])
			starAt += n
		}
		// The star ends where the text after it can begin.
		if t := &p.tokens[afterStar]; t.kind == literal {
			n := strings.Index(name[starAt:], t.text)
			if n < 0 {
				return false
			}
			starAt += n
		}
		at, next = starAt, afterStar
	}
}

// match returns how many bytes at the start of name the token matches, -1 when
// it does not match.
func (t *token) match(name string, decode decoder) int {
	switch {
	case t.kind == literal:
		if strings.HasPrefix(name, t.text) {
			return len(t.text)
		}
		return -1
	case t.kind == never || name == "":
		return -1
	}
	c, n := decode(name)
	if t.kind == set && !t.bracket.matches(c) {
		return -1
	}
	return n
}

// hasWildcards reports whether the pattern is more than a text.
func hasWildcards(text string) bool {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '?', '*', '[':
			return true
		case '\\':
			i++
		}
	}
	return false
}

// unescape removes the backslashes from a pattern without wildcards. One at the
// end stands for itself.
func unescape(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) {
			i++
		}
		b.WriteByte(text[i])
	}
	return b.String()
}
