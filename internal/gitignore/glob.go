package gitignore

import (
	"bytes"
	"strings"
)

// glob is a compiled pattern for one component of a path. A pattern that is plain
// text but for one star in front or behind is compared as text, without tokens.
type glob struct {
	kind   kind
	text   string  // of the first three kinds
	tokens []token // of the last
}

type kind uint8

const (
	equal  kind = iota // is text
	suffix             // ends in text
	prefix             // begins with text
	mixed              // matches the tokens
)

// token is one element of a pattern: a star, or a set that one byte is to be in.
type token struct {
	star bool
	lit  bool // the set is just c
	c    byte
	set  *set
}

var (
	everything = glob{kind: suffix}
	anyByte    = new(set).complement()
)

// compileGlob compiles the beginning of s, up to the end or, in a path, the next
// slash, and returns what follows, with the slash. It reports false when nothing
// can match.
func compileGlob(s string, path bool) (g *glob, rest string, ok bool) {
	var tokens []token
loop:
	for s != "" {
		c := s[0]
		s = s[1:]
		switch c {
		case '*':
			s = strings.TrimLeft(s, "*")
			tokens = append(tokens, token{star: true})
		case '?':
			tokens = append(tokens, token{set: anyByte})
		case '[':
			var in *set
			if in, s, ok = compileSet(s); !ok {
				return nil, "", false
			}
			tokens = append(tokens, token{set: in})
		case '\\':
			if s == "" {
				return nil, "", false
			}
			if path && s[0] == '/' {
				break loop
			}
			tokens = append(tokens, token{lit: true, c: s[0]})
			s = s[1:]
		case '/':
			if path {
				s = "/" + s
				break loop
			}
			fallthrough
		default:
			tokens = append(tokens, token{lit: true, c: c})
		}
	}
	return newGlob(tokens), s, true
}

// newGlob chooses the kind of glob for tokens.
func newGlob(tokens []token) *glob {
	n := len(tokens)
	switch {
	case literal(tokens):
		return &glob{kind: equal, text: text(tokens)}
	case tokens[0].star && literal(tokens[1:]):
		return &glob{kind: suffix, text: text(tokens[1:])}
	case tokens[n-1].star && literal(tokens[:n-1]):
		return &glob{kind: prefix, text: text(tokens[:n-1])}
	}
	return &glob{kind: mixed, tokens: tokens}
}

func literal(tokens []token) bool {
	for _, t := range tokens {
		if !t.lit {
			return false
		}
	}
	return true
}

func text(tokens []token) string {
	b := make([]byte, len(tokens))
	for i, t := range tokens {
		b[i] = t.c
	}
	return string(b)
}

// match reports whether the whole name matches.
func (g *glob) match(name []byte) bool {
	switch g.kind {
	case equal:
		return string(name) == g.text
	case suffix:
		return len(name) >= len(g.text) && string(name[len(name)-len(g.text):]) == g.text
	case prefix:
		return len(name) >= len(g.text) && string(name[:len(g.text)]) == g.text
	}
	return matchTokens(g.tokens, name)
}

// matchTokens lets every star stand for as little as possible. When the tokens
// after a star do not fit, the latest star takes one byte more; an earlier one
// never has to, since the latest can take whatever that one would. So a name is
// gone through once for each token at most.
func matchTokens(tokens []token, name []byte) bool {
	t, n := 0, 0
	star, from := -1, 0 // the latest star, and where its successor was last tried
	for n < len(name) {
		switch {
		case t < len(tokens) && tokens[t].star:
			star, from = t, n
			t++
			continue
		case t < len(tokens) && tokens[t].has(name[n]):
			t++
			n++
			continue
		case star < 0:
			return false
		}
		from++
		if next := star + 1; next < len(tokens) && tokens[next].lit {
			skip := bytes.IndexByte(name[from:], tokens[next].c)
			if skip < 0 {
				return false
			}
			from += skip
		}
		t, n = star+1, from
	}
	for t < len(tokens) && tokens[t].star {
		t++
	}
	return t == len(tokens)
}

func (t *token) has(c byte) bool {
	if t.lit {
		return t.c == c
	}
	return t.set.has(c)
}
