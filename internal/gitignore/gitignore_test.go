package gitignore

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// ignored walks along path, whose last component is a directory if it ends in a
// slash, with the patterns in the .gitignore of the top directory. It stops at
// the first directory that is ignored.
func ignored(patterns, path string) bool {
	m := New(nil, nil).With([]byte(patterns))
	names := strings.Split(strings.TrimSuffix(path, "/"), "/")
	for i, name := range names {
		last := i == len(names)-1
		if m.Match([]byte(name), !last || strings.HasSuffix(path, "/")) {
			return true
		}
		m = m.Enter([]byte(name))
	}
	return false
}

// Paths that are ignored, and paths that are not, for each of the rules in the
// manual and for what Git does beyond them.
func TestMatch(t *testing.T) {
	for _, tc := range []struct{ name, patterns, ignored, kept string }{
		{"nothing", "", "", "a a/b/"},
		{"blank and comment", "\n#a\n\n", "", "#a a"},
		{"escaped hash and mark", "\\#a\n\\!b\n", "#a !b", "a b"},
		{"name", "a\n", "a a/ x/a a/x x/a/x", "aa ab x/ba"},
		{"directory only", "a/\n", "a/ a/x x/a/", "a x/a"},
		{"anchored", "/a\n", "a a/", "x/a x/a/"},
		{"anchored by a slash inside", "a/b\n", "a/b a/b/", "b x/a/b a/x/b"},
		{"anchored directory", "a/b/\n", "a/b/ a/b/x", "a/b x/a/b/"},
		{"star", "a*c\n", "ac abc x/abbc", "ab bc"},
		{"star and slash", "a/*/c\n", "a/b/c", "a/c a/b/b/c"},
		{"several stars", "*a*b*\n", "ab xaxbx aab", "ba a b"},
		{"question mark", "a?c\n", "abc a?c", "ac abbc"},
		{"leading **", "**/a/b\n", "a/b x/a/b x/y/a/b", "b a/x/b"},
		{"leading **, name", "**/a\n", "a x/a x/y/a", "ab"},
		{"trailing **", "a/**\n", "a/b a/b/c", "a/ a x/a/b"},
		{"trailing **, directories", "a/**/\n", "a/b/ a/b/c", "a/ a/b"},
		{"** inside", "a/**/b\n", "a/b a/x/b a/x/y/b", "ab a/bb x/a/b"},
		{"** twice", "**/a/**/b\n", "a/b x/a/b x/a/y/b a/a/b", "b a/x/c"},
		{"** alone", "**\n", "a a/b", ""},
		{"** within a name", "a**c\n", "ac abc", "a/c"},
		{"** after text", "foo**/bar\n", "foo1/bar foo/x/bar foobar", "bar foo/barx xfoo/bar"},
		{"** after text, at the end", "/foo**\n!/foo**/b\n", "foo foox fooy/b", "xfoo"},
		{"*** is **", "a/***/b\n", "a/b a/x/y/b", "ab"},
		{"** and escaped slash", "a/**\\/b\n", "a/x/b a/x/y/b", "a/b"},
		{"set", "[a-c]x\n", "ax cx", "dx x -x"},
		{"set, negated", "[!a]x\n[^b]y\n", "bx ay", "ax by"},
		{"set with bracket", "[]a]x\n", "]x ax", "bx"},
		{"set with hyphen", "[a-]x\n[-b]y\n[c\\-e]z\n", "-x ax -y by -z", "bx cy dz"},
		{"set with hyphen after a range", "[a-c-e]x\n", "ax cx -x ex", "dx"},
		{"set with a range that ends escaped", "[a-\\c]x\n", "ax bx cx", "\\x dx -x"},
		{"set with white space", "[[:space:]]x\n", "\tx \rx", "\vx \fx x"},
		{"set with class", "[[:digit:][:upper:]]x\n", "1x Ax", "ax :x"},
		{"set with what looks like a class", "[[:a]x\n", "[x :x ax", "bx"},
		{"unknown class", "[[:nope:]]\n", "", "n : ["},
		{"set without end", "[a\n", "", "[a a"},
		{"slash in a set", "a[/]b\n", "", "a/b ab"},
		{"escape", "a\\*b\n\\a\n", "a*b a", "axb"},
		{"escape at the end", "a\\\n", "", "a a\\"},
		{"trailing spaces", "a  \nb\\ \nc\\ \\ \n", "a b\u00a0 c\u00a0\u00a0", "b c c\u00a0"},
		{"trailing tab", "a\t\n", "a\t", "a"},
		{"carriage return", "a\r\nb\rc\r\n", "a b\rc", "b"},
		{"only a carriage return", "\r\n!\n/\n", "", "a a/"},
		{"byte order mark", "\ufeffa\n\ufeffb\n", "a", "b"},
		{"no newline at the end", "a\nb", "a b", "ab"},
		{"NUL ends a line", "a\x00b\nc\n", "a c", "ab"},
		{"bytes", "\xff?\n", "\xff\xfe", "\xfe\xff"},
		{"negation", "*.o\n!a.o\n", "b.o x/b.o", "a.o x/a.o"},
		{"the last one decides", "!a\na\n!b\nb\n!b\n", "a", "b"},
		{"negation cannot look inside", "a/\n!a/b\n", "a/ a/b", ""},
		{"negation level by level", "/*\n!/a\n/a/*\n!/a/b\n", "x a/x", "a/b a/b/c"},
		{"negated directory", "a\n!a/\n", "a x/a", "a/ a/b"},
		{"double slash", "a//b\na//\n//a\n", "", "a/b a/ a"},
		{"the repository", "!.git\n", ".git .git/x a/.git/", "x.git .gitignore"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, part := range []struct {
				paths string
				want  bool
			}{{tc.ignored, true}, {tc.kept, false}} {
				for path := range strings.SplitSeq(part.paths, " ") {
					path = strings.ReplaceAll(path, "\u00a0", " ")
					if path != "" && ignored(tc.patterns, path) != part.want {
						t.Errorf("%q: %q ignored is %v", tc.patterns, path, !part.want)
					}
				}
			}
		})
	}
}

func TestPrecedence(t *testing.T) {
	m := New([]byte("a\nb\nc\nd\n"), []byte("!b\n!c\n!d\n"))
	m = m.With([]byte("c\n!e\n/sub/s\n"))
	sub := m.Enter([]byte("sub")).With([]byte("!c\nd\n/s\n"))
	for _, tc := range []struct {
		m       *Matcher
		at      string
		ignored string
		kept    string
	}{
		{m, "top", "ac", "bdes"},
		{sub, "sub", "ads", "bce"},
		{sub.Enter([]byte("x")), "sub/x", "ad", "bces"},
		{nil, "nil", "", "abcde"},
	} {
		for _, name := range tc.ignored {
			if !tc.m.Match([]byte(string(name)), false) {
				t.Errorf("%s: %c is kept", tc.at, name)
			}
		}
		for _, name := range tc.kept {
			if tc.m.Match([]byte(string(name)), false) {
				t.Errorf("%s: %c is ignored", tc.at, name)
			}
		}
	}
}

// A directory without patterns of its own shares what it can.
func TestEnterShares(t *testing.T) {
	name := []byte("x")
	if m := (*Matcher)(nil).Enter(name); m != nil {
		t.Errorf("nil matcher: Enter gives %v", m)
	}
	if m := (*Matcher)(nil).With([]byte("\n#\n")); m != nil {
		t.Errorf("nil matcher: With of nothing gives %v", m)
	}
	names := New(nil, nil).With([]byte("a\n*.b\n!c/\n"))
	if names.Enter(name) != names {
		t.Error("patterns without slashes: Enter gives another matcher")
	}
	m := New(nil, nil).With([]byte("/a\n/b/c\n"))
	if m = m.Enter(name); m.paths || len(m.rules) > 0 {
		t.Errorf("anchored patterns are still there after Enter: %v", m.rules)
	}
	if n := testing.AllocsPerRun(10, func() { names.Match(name, true); names.Enter(name) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// Subdirectories of one directory are walked at the same time: what one derives
// must not show in another, nor in what they share.
func TestSiblings(t *testing.T) {
	const many = 20
	parent := New(nil, nil).With([]byte("a\nb\nc\n/d/x\n/y\n")) // five rules: room for more where they are
	var children [many]*Matcher
	for i := range many {
		children[i] = parent.With(fmt.Appendf(nil, "own-%d", i))
	}
	var wg sync.WaitGroup
	for i, m := range children {
		wg.Go(func() {
			for range 100 {
				m = m.Enter([]byte("d")).With([]byte("e\n"))
			}
			for j := range many {
				name := fmt.Appendf(nil, "own-%d", j)
				if parent.Match(name, false) || m.Match(name, false) != (i == j) {
					t.Errorf("%s below the child with own-%d is wrong", name, i)
				}
			}
		})
	}
	wg.Wait()
}

// States of one pattern are kept once, however many ways lead to them.
func TestStatesAreBounded(t *testing.T) {
	m := New(nil, nil).With([]byte("**/a/**/a/**/a/**/a/**/a/b\n"))
	for range 1000 {
		m = m.Enter([]byte("a"))
	}
	if n := len(m.rules); n > 11 {
		t.Errorf("%d states of one pattern with 11 parts", n)
	}
	m = New(nil, nil).With([]byte(strings.Repeat("**/", 1000) + "a\n"))
	if n := len(m.rules); n != 2 {
		t.Errorf("%d states of many ** in a row, want those of one", n)
	}
}

// A pattern of stars is matched in polynomial time: tried in every combination,
// this one would take longer than the universe.
func TestManyStars(t *testing.T) {
	name := strings.Repeat("a", 255)
	for _, pattern := range []string{
		strings.Repeat("*a", 120) + "*b",
		strings.Repeat("*[a]", 120) + "*b",
		strings.Repeat("a*?", 80) + "b",
	} {
		if ignored(pattern+"\n", name) {
			t.Errorf("%.20s… matches", pattern)
		}
	}
	path := strings.Repeat("a/", 1000)
	if ignored(strings.Repeat("**/a/", 200)+"b\n", path) {
		t.Error("**/a/…b matches")
	}
}

// A set has the bytes that were added, and its complement all others.
func TestSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s set
		want := map[byte]bool{}
		for _, c := range rapid.SliceOf(rapid.Byte()).Draw(t, "bytes") {
			s.add(c)
			want[c] = true
		}
		for c := range 256 {
			if s.has(byte(c)) != want[byte(c)] || s.complement().has(byte(c)) == want[byte(c)] {
				t.Fatalf("byte %#x", c)
			}
		}
	})
}
