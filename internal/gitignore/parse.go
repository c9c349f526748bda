package gitignore

import (
	"bytes"
	"strings"
)

// parse returns the rules in the content of a file, in order. A line that can
// never match anything gives none.
func parse(content []byte) []*rule {
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	var rules []*rule
	for line := range bytes.Lines(content) {
		line = bytes.TrimSuffix(line, []byte("\n"))
		line = bytes.TrimSuffix(line, []byte("\r"))
		line, _, _ = bytes.Cut(line, []byte{0}) // Git reads lines as C strings
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		rules = append(rules, parseLine(string(trimSpaces(line)))...)
	}
	return rules
}

// trimSpaces removes the spaces at the end of line, up to one that is escaped.
// Tabs stay.
func trimSpaces(line []byte) []byte {
	end := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case ' ':
			continue
		case '\\':
			i++
		}
		end = i + 1
	}
	return line[:min(end, len(line))]
}

// parseLine returns the rules for one pattern, several only for those that
// [expand] takes apart.
func parseLine(s string) []*rule {
	var r rule
	s, r.negated = strings.CutPrefix(s, "!")
	s, r.dirOnly = strings.CutSuffix(s, "/")
	if !strings.Contains(s, "/") {
		g, _, ok := compileGlob(s, false)
		if !ok {
			return nil
		}
		r.parts = []part{g}
		return []*rule{&r}
	}
	r.path = true
	var rules []*rule
	for _, s := range expand(strings.TrimPrefix(s, "/")) {
		if parts, ok := compilePath(s); ok {
			alt := r
			alt.parts = parts
			rules = append(rules, &alt)
		}
	}
	return rules
}

// expand gives the patterns that together match what Git matches by s, which has
// a slash. It is about "**" directly after a literal beginning, as in "foo**/bar":
// the manual says that those are regular stars, but Git compares the literal
// beginning first and then takes the rest for a pattern of its own, with "**" at
// its beginning. It crosses slashes then, and "**/" may stand for nothing.
func expand(s string) []string {
	lit := strings.IndexAny(s, `*?[\`)
	if lit <= 0 || s[lit-1] == '/' {
		return []string{s}
	}
	rest := strings.TrimLeft(s[lit:], "*")
	if len(s)-lit-len(rest) < 2 {
		return []string{s}
	}
	beginning := s[:lit] + "*"
	if after, ok := strings.CutPrefix(rest, `\/`); ok {
		return []string{beginning + "/**/" + after}
	}
	if rest == "" {
		return []string{beginning, beginning + "/**"}
	}
	after, ok := strings.CutPrefix(rest, "/")
	if !ok {
		return []string{s}
	}
	for { // "**/**/" is the same as "**/"
		next := strings.TrimLeft(after, "*")
		if len(after)-len(next) < 2 || !strings.HasPrefix(next, "/") {
			break
		}
		after = next[1:]
	}
	return []string{beginning + "/**/" + after, s[:lit] + after}
}

// compilePath returns the parts of a pattern with slashes. It reports false when
// no path can match it.
func compilePath(s string) ([]part, bool) {
	var parts []part
	globstar := func() {
		if n := len(parts); n == 0 || parts[n-1] != nil {
			parts = append(parts, nil)
		}
	}
	for {
		if rest := strings.TrimLeft(s, "*"); len(s)-len(rest) >= 2 {
			switch {
			case rest == "":
				globstar()
				return parts, true
			case rest[0] == '/':
				globstar()
				s = rest[1:]
				continue
			case strings.HasPrefix(rest, `\/`): // here it is one component at least
				parts = append(parts, &everything)
				globstar()
				s = rest[2:]
				continue
			}
		}
		g, rest, ok := compileGlob(s, true)
		if !ok || s == rest {
			return nil, false
		}
		parts = append(parts, g)
		if rest == "" {
			return parts, true
		}
		s = rest[1:]
	}
}
