// Package glob tells which paths GNU du leaves out: those that match one of the
// shell patterns given with --exclude and --exclude-from.
//
// The rules are those of the section "du invocation" in the GNU coreutils manual,
// of POSIX shell patterns without special treatment of slashes and leading
// periods, and, for patterns that are not well-formed, of the GNU C library. The
// nearest relative in the standard library is [path.Match], which keeps wildcards
// within a path's components, has no character classes and calls a malformed
// pattern an error.
//
// A pattern matches a path when it matches all of it or all that follows one of
// its slashes. So a pattern without slash is mostly one for names, "a/b" is for b
// in any directory a, and "*" and "?" and brackets match a slash as well.
package glob

import (
	"strings"
	"unicode/utf8"
	"unsafe"
)

// A Set is a number of patterns. The zero value matches nothing. Several
// goroutines may use one Set.
type Set struct {
	literals map[string][]string // patterns without wildcards, by their last component
	suffixes []string            // what follows the star in patterns such as *.o
	patterns []pattern
}

// A pattern is one with wildcards, compiled for names taken as bytes and, where
// that can make a difference, as characters of UTF-8.
type pattern struct {
	bytes program
	chars program
	same  bool // both match the same names
	ascii bool // they match the same names of ASCII

	// What each match has, by either program: most names fail these tests.
	head     string
	min, max int // length
}

// Options say how names are read. The zero value takes them as bytes, which is
// what du does in the C locale.
type Options struct {
	// UTF8 makes wildcards match characters as well. As in the C library, which
	// tries both, they still match single bytes, and what is not valid UTF-8
	// matches by its bytes only. See UTF8Locale.
	UTF8 bool
}

// Compile returns the set of the patterns. There are no errors: a pattern that
// is not well-formed matches little or nothing.
func Compile(patterns []string, opts Options) *Set {
	s := &Set{literals: map[string][]string{}}
	for _, text := range patterns {
		s.add(text, opts)
	}
	return s
}

func (s *Set) add(text string, opts Options) {
	if !hasWildcards(text) {
		text = unescape(text)
		last := text[strings.LastIndexByte(text, '/')+1:]
		s.literals[last] = append(s.literals[last], text)
		return
	}
	p := pattern{bytes: compile(text, byteDecoder), ascii: isASCII(text)}
	if suffix, ok := p.bytes.suffixOnly(); ok {
		s.suffixes = append(s.suffixes, suffix)
		return
	}
	p.chars = p.bytes
	p.same = !opts.UTF8 || !utf8.ValidString(text) || !p.bytes.countsChars()
	if !p.same {
		p.chars = compile(text, runeDecoder)
	}
	if p.bytes.tokens[0].kind == literal {
		p.head = p.bytes.tokens[0].text
	}
	p.min, p.max = p.bytes.bounds(1)
	if !p.same {
		low, high := p.chars.bounds(utf8.UTFMax)
		p.min, p.max = min(p.min, low), max(p.max, high)
	}
	s.patterns = append(s.patterns, p)
}

// Empty reports whether the set has no patterns, so that nobody needs to build
// the path that Match wants.
func (s *Set) Empty() bool {
	return len(s.literals)+len(s.suffixes)+len(s.patterns) == 0
}

// Match reports whether a pattern of the set matches path, which is written as
// du prints it: the operand, and what was found below it, with slashes between.
//
// Its time grows at most with the product of the path's and the patterns'
// lengths, whatever the patterns; patterns without wildcards cost one look-up
// together. It does not allocate.
func (s *Set) Match(path string) bool {
	if len(s.literals) > 0 && s.matchLiteral(path) {
		return true
	}
	for _, suffix := range s.suffixes {
		if strings.HasSuffix(path, suffix) {
			return true
		}
	}
	for i := range s.patterns {
		if s.patterns[i].match(path) {
			return true
		}
	}
	return false
}

// MatchBytes is Match for a path in a buffer.
func (s *Set) MatchBytes(path []byte) bool {
	// Nothing keeps the string beyond the call.
	return s.Match(unsafe.String(unsafe.SliceData(path), len(path)))
}

// matchLiteral looks the path's last component up. Whatever pattern matches has
// the same one, since it matches up to the end.
func (s *Set) matchLiteral(path string) bool {
	for _, text := range s.literals[path[strings.LastIndexByte(path, '/')+1:]] {
		start := len(path) - len(text)
		if start == 0 && path == text || start > 0 && path[start-1] == '/' && path[start:] == text {
			return true
		}
	}
	return false
}

// match tries the path and what follows each slash in it, except between
// slashes that stand in a row.
func (p *pattern) match(path string) bool {
	if !strings.HasSuffix(path, p.bytes.tail) && !strings.HasSuffix(path, p.chars.tail) {
		return false
	}
	if p.matchTail(path) {
		return true
	}
	if p.bytes.tokens[0].kind == star && p.same {
		return false // the star has taken all that could stand before a slash
	}
	for i := 0; i < len(path); i++ {
		if path[i] == '/' && (i+1 == len(path) || path[i+1] != '/') && p.matchTail(path[i+1:]) {
			return true
		}
	}
	return false
}

func (p *pattern) matchTail(tail string) bool {
	if len(tail) < p.min || len(tail) > p.max || !strings.HasPrefix(tail, p.head) {
		return false
	}
	if p.bytes.match(tail, byteDecoder) {
		return true
	}
	if p.same || p.ascii && isASCII(tail) {
		return false
	}
	return utf8.ValidString(tail) && p.chars.match(tail, runeDecoder)
}

// isASCII reports whether each byte of s is a character of its own.
func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
