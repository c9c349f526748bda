package gitignore

import (
	"strings"
	"testing"
)

// Any content is parsed, any path is matched, with states no more than there are
// bytes in the content; and a second file that turns everything around does so.
func FuzzMatch(f *testing.F) {
	f.Add([]byte("*.o\n!a.o\n/b/**/c[a-z]/\n"), "b/x/ca/a.o")
	f.Add([]byte("\ufefffoo**/**/bar\\ \r\n**\n[[:alpha:]-\\]]\n"), "foo/bar ")
	f.Add([]byte(strings.Repeat("**/a*", 50)), strings.Repeat("a/", 50))
	f.Fuzz(func(t *testing.T, content []byte, path string) {
		m := New(nil, content)
		for name := range strings.SplitSeq(path, "/") {
			if name == "" || name == ".git" {
				return
			}
			if len(m.rules) > 2*len(content)+1 {
				t.Fatalf("%d states from %d bytes", len(m.rules), len(content))
			}
			for _, isDir := range []bool{false, true} {
				if m.With([]byte("!*\n")).Match([]byte(name), isDir) {
					t.Fatalf("%q: ignored in spite of !*", name)
				}
				if !m.With([]byte("*\n")).Match([]byte(name), isDir) {
					t.Fatalf("%q: not ignored in spite of *", name)
				}
			}
			m = m.Enter([]byte(name))
		}
	})
}

// The fast forms of a glob agree with matching its tokens one by one.
func FuzzGlob(f *testing.F) {
	for _, s := range []string{"abc", "*abc", "abc*", "*a*b?[c-e]", "a\\*", "**", "a**b"} {
		f.Add(s, "abc")
	}
	f.Fuzz(func(t *testing.T, pattern, name string) {
		g, rest, ok := compileGlob(pattern, false)
		if !ok || pattern == "" || strings.Contains(name, "/") {
			return
		}
		if rest != "" {
			t.Fatalf("%q: %q is left", pattern, rest)
		}
		tokens := g.tokens
		if g.kind != mixed {
			tokens = nil
			if g.kind == suffix {
				tokens = append(tokens, token{star: true})
			}
			for i := range len(g.text) {
				tokens = append(tokens, token{lit: true, c: g.text[i]})
			}
			if g.kind == prefix {
				tokens = append(tokens, token{star: true})
			}
		}
		if got, want := g.match([]byte(name)), naive(tokens, []byte(name)); got != want {
			t.Fatalf("%q matches %q: %v, want %v", pattern, name, got, want)
		}
	})
}

// naive matches by dynamic programming: reach[i] says whether the tokens so far
// can stand for the first i bytes.
func naive(tokens []token, name []byte) bool {
	reach := make([]bool, len(name)+1)
	reach[0] = true
	for _, t := range tokens {
		next := make([]bool, len(name)+1)
		for i := range next {
			if t.star {
				next[i] = reach[i] || i > 0 && next[i-1]
			} else {
				next[i] = i > 0 && reach[i-1] && t.has(name[i-1])
			}
		}
		reach = next
	}
	return reach[len(name)]
}
