package glob

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

// reference matches as Set does, tail by tail and star by star, each tried in
// every way.
func reference(pattern, path string, opts Options) bool {
	if !hasWildcards(pattern) {
		text := unescape(pattern)
		return path == text || strings.HasSuffix(path, "/"+text)
	}
	for i := range len(path) + 1 {
		if i > 0 && (path[i-1] != '/' || i < len(path) && path[i] == '/') {
			continue
		}
		if try(pattern, path[i:], byteDecoder) {
			return true
		}
		if opts.UTF8 && utf8.ValidString(pattern) && utf8.ValidString(path[i:]) && try(pattern, path[i:], runeDecoder) {
			return true
		}
	}
	return false
}

func try(pattern, name string, decode decoder) bool {
	if pattern == "" {
		return name == ""
	}
	if pattern[0] == '*' {
		for rest := name; ; {
			if try(pattern[1:], rest, decode) {
				return true
			}
			if rest == "" {
				return false
			}
			_, n := decode(rest)
			rest = rest[n:]
		}
	}
	if pattern[0] == '[' {
		parser := bracketParser{decode: decode}
		b, after, result := parser.parse(pattern[1:])
		if result != open {
			if result == broken || name == "" {
				return false
			}
			c, n := decode(name)
			return b.matches(c) && try(after, name[n:], decode)
		}
	}
	if name == "" {
		return false
	}
	if pattern[0] == '?' {
		_, n := decode(name)
		return try(pattern[1:], name[n:], decode)
	}
	if pattern[0] == '\\' {
		pattern = pattern[1:]
	}
	return pattern != "" && pattern[0] == name[0] && try(pattern[1:], name[1:], decode)
}

func checkReference(t *testing.T, pattern, path string) {
	t.Helper()
	for _, opts := range []Options{{}, {UTF8: true}} {
		s := Compile([]string{pattern}, opts)
		got := s.Match(path)
		if want := reference(pattern, path, opts); got != want {
			t.Errorf("%q, %q, %+v: %v, reference %v", pattern, path, opts, got, want)
		}
		if s.MatchBytes([]byte(path)) != got {
			t.Errorf("%q, %q, %+v: bytes differ", pattern, path, opts)
		}
	}
}

func TestReference(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		pattern, path := randomPattern(rng), names[rng.IntN(len(names))]
		for range rng.IntN(3) {
			path += "/" + names[rng.IntN(len(names))]
		}
		checkReference(t, pattern, path)
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("*a[!b-]?\\*", "x/a//é\xff")
	f.Add("[[:alpha:][=é=][.-.]]*", "é/[")
	f.Fuzz(func(t *testing.T, pattern, path string) {
		// The reference tries each star in every way.
		if strings.Count(pattern, "*") > 3 || len(pattern) > 60 || len(path) > 60 {
			Compile([]string{pattern}, Options{UTF8: true}).Match(path)
			return
		}
		checkReference(t, pattern, path)
	})
}

func BenchmarkMatch(b *testing.B) {
	path := []byte("./usr/share/doc/some-package/examples/deep/er/README.Debian.gz")
	sets := map[string][]string{
		"none":      {},
		"literal":   {"node_modules"},
		"literals":  strings.Fields("node_modules .git .hg .svn target dist build __pycache__ .cache vendor"),
		"suffix":    {"*.o"},
		"prefix":    {"core.*"},
		"bracket":   {"[0-9]*.log"},
		"question":  {"?"},
		"manystars": {"*a*b*c*d*e*f"},
		"hit":       {"*/doc/*"},
	}
	for name, patterns := range sets {
		b.Run(name, func(b *testing.B) {
			s := Compile(patterns, Options{UTF8: true})
			b.ReportAllocs()
			for b.Loop() {
				s.MatchBytes(path)
			}
		})
	}
}
