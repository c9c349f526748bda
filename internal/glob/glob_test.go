package glob

import (
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

func TestMatch(t *testing.T) {
	tests := []struct {
		pattern string
		yes, no []string
	}{
		// Where a match may begin.
		{"a", []string{"a", "./a", "x/a", "//a"}, []string{"ab", "xa", "a/b", "a/", ""}},
		{"a/b", []string{"a/b", "x/a/b"}, []string{"xa/b", "a/b/c", "b"}},
		{"", []string{"", "a/"}, []string{"a", "a/b"}},
		{"/a", []string{"/a", "x//a"}, []string{"a", "x/a"}},
		{"?a", []string{"xa", "x/ya"}, []string{"a", "x//a/"}},
		{"b*", []string{"b", "a/bc", "bc/d"}, []string{"ab", "a/cb"}},
		// Slashes and leading periods are characters like others.
		{"*.o", []string{".o", "a.o", "x/.o", "a.b/c.o"}, []string{"o", "a.o/b"}},
		{"*", []string{"", "a", ".a/b"}, nil},
		{"a?b", []string{"a/b", "aab"}, []string{"ab"}},
		{"a[/]b", []string{"a/b"}, []string{"ab"}},
		{"a*c", []string{"ac", "abc", "a/b/c"}, []string{"acd", "bac"}},
		{"*a*b", []string{"ab", "xaxb", "aab", "a/b"}, []string{"ba", "abc"}},
		{"a**?", []string{"ab", "abc"}, []string{"a"}},
		// Escapes.
		{`\*`, []string{"*"}, []string{"a", `\*`}},
		{`a\b`, []string{"ab"}, []string{`a\b`}},
		{`a\`, []string{`a\`}, []string{"a"}},
		{`a*\`, nil, []string{`a\`, "a", `ab\`}},
		{`?\*`, []string{"a*"}, []string{"ab"}},
		// Brackets.
		{"[abc]", []string{"a", "c"}, []string{"d", "ab", "[abc]"}},
		{"[!a]", []string{"b", "]", "/", "!"}, []string{"a"}},
		{"[^a]", []string{"b", "^"}, []string{"a"}},
		{"[]a]", []string{"]", "a"}, []string{"b"}},
		{"[!]a]", []string{"b"}, []string{"]", "a"}},
		{"[a-c]", []string{"a", "b", "c"}, []string{"d", "-"}},
		{"[c-a]", nil, []string{"a", "b", "c", "-"}},
		{"[a-]", []string{"a", "-"}, []string{"b"}},
		{"[--/]", []string{"-", "x/."}, []string{"a"}},
		{`[a\-z]`, []string{"a", "-", "z"}, []string{"m", `\`}},
		{`[\]]`, []string{"]"}, []string{`\`}},
		{"[[:alpha:]_]", []string{"a", "Z", "_"}, []string{"1", ":", "é"}},
		{"[![:digit:]]", []string{"a"}, []string{"1"}},
		{"[[=a=]b]", []string{"a", "b"}, []string{"="}},
		{"[[.-.]a]", []string{"-", "a"}, []string{"."}},
		{"[[.a.]-[.c.]]", []string{"b"}, []string{"-"}},
		// What is not well-formed.
		{"[", []string{"["}, []string{"a"}},
		{"[a", []string{"[a", "x/[a"}, []string{"a"}},
		{"[?", []string{"[a", "[?"}, []string{"[", "?"}},
		{"[[:alpha:]", []string{"[a", "[:"}, []string{"a", "["}},
		{"[[:alpha]", []string{"[", ":", "a"}, []string{"b"}},
		{"[a-", nil, []string{"[a-", "a"}},
		{`[a\`, nil, []string{"a", `[a\`}},
		{"[[.a]", nil, []string{"a", "."}},
		{"[a[:none:]b]", []string{"a"}, []string{"b", ":"}},
		{"[![:none:]]", nil, []string{"a"}},
		{"[[.ab.]c]", nil, []string{"ab", "c"}},
	}
	for _, tt := range tests {
		s := Compile([]string{tt.pattern}, Options{})
		for _, path := range tt.yes {
			if !s.Match(path) || !s.MatchBytes([]byte(path)) {
				t.Errorf("%q does not match %q", tt.pattern, path)
			}
		}
		for _, path := range tt.no {
			if s.Match(path) || s.MatchBytes([]byte(path)) {
				t.Errorf("%q matches %q", tt.pattern, path)
			}
		}
	}
}

func TestUTF8(t *testing.T) {
	tests := []struct {
		pattern, path string
		bytes, chars  bool
	}{
		{"?", "é", false, true},
		{"??", "é", true, true},
		{"???", "é", false, false},
		{"?", "\xff", true, true},
		{"?\xff", "é\xff", false, false},
		{"[é]", "é", false, true},
		{"[à-ü]", "é", false, true},
		{"[!a]", "é", false, true},
		{"[[:alpha:]]", "é", false, true},
		{"[[:upper:]]", "é", false, false},
		{"[[=é=]]", "é", false, true},
		{"[[.é.]a]", "a", false, true},
		{"[\x80-\xff]", "\xe9", true, true},
		{"*é", "\xffé", true, true},
		{"\\é", "x/é", true, true},
		{"*/x?", "\xff/b/xé", false, true},
	}
	for _, tt := range tests {
		bytes := Compile([]string{tt.pattern}, Options{}).Match(tt.path)
		chars := Compile([]string{tt.pattern}, Options{UTF8: true}).Match(tt.path)
		if bytes != tt.bytes || chars != tt.chars {
			t.Errorf("%q, %q: bytes %v, characters %v", tt.pattern, tt.path, bytes, chars)
		}
	}
}

func TestSet(t *testing.T) {
	var none Set
	if !none.Empty() || none.Match("") || none.Match("a") {
		t.Error("the zero value matches")
	}
	s := Compile([]string{"core", "lib/core", "*.o", "[0-9]*", "a/b"}, Options{})
	for path, want := range map[string]bool{
		"core": true, "x/core": true, "x/score": false, "lib/core": true, "a.o": true, "1/2": true, "x/7": true,
		"b": false, "a/b": true, "ca/b": false, "": false,
	} {
		if got := s.Match(path); got != want {
			t.Errorf("%q: %v", path, got)
		}
	}
	if s.Empty() {
		t.Error("empty")
	}
	path := []byte("some/dir/with/file.c")
	if n := testing.AllocsPerRun(10, func() { s.MatchBytes(path) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestManyStars ends within the life of the universe only when stars do not
// multiply each other's attempts.
func TestManyStars(t *testing.T) {
	s := Compile([]string{strings.Repeat("*a", 200) + "*b"}, Options{})
	if s.Match(strings.Repeat("a", 4000)+"/c") || !s.Match(strings.Repeat("a", 4000)+"b") {
		t.Error("wrong")
	}
	s = Compile([]string{strings.Repeat("[a]*", 100) + "[b]"}, Options{UTF8: true})
	if s.Match(strings.Repeat("a", 2000)+"é") || !s.Match(strings.Repeat("aé", 2000)+"b") {
		t.Error("wrong")
	}
}

// TestManyBrackets likewise: none of these is closed, and each could be read to
// the end to find that out.
func TestManyBrackets(t *testing.T) {
	for _, part := range []string{"[", "[a", "[!", "[\\]", "[[:a", "[a-", "[[=", "[[.a.]"} {
		text := strings.Repeat(part, 10_000)
		s := Compile([]string{text + "é*"}, Options{UTF8: true})
		if s.Match("a") {
			t.Errorf("many %s match", part)
		}
	}
}

func TestReadPatterns(t *testing.T) {
	got, err := ReadPatterns(strings.NewReader("a \n\n  b\t\n*.o\r\nx\x00y\nlast"))
	if diff := cmp.Diff([]string{"a", "  b", "*.o", "x", "last"}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	bad := errors.New("bad disk")
	if got, err := ReadPatterns(iotest.ErrReader(bad)); got != nil || !errors.Is(err, bad) {
		t.Errorf("%q, %v", got, err)
	}
}

func TestUTF8Locale(t *testing.T) {
	tests := []struct {
		all, ctype, lang string
		want             bool
	}{
		{"", "", "", false},
		{"", "", "C", false},
		{"", "", "en_US.UTF-8", true},
		{"", "", "de_DE.utf8@euro", true},
		{"", "", "de_DE@euro", false},
		{"C", "en_US.UTF-8", "en_US.UTF-8", false},
		{"", "C", "en_US.UTF-8", false},
		{"", "C.UTF-8", "C", true},
		{"C.UTF-8", "C", "C", true},
		{"", "", "de_DE.ISO-8859-1", false},
	}
	for _, tt := range tests {
		env := map[string]string{"LC_ALL": tt.all, "LC_CTYPE": tt.ctype, "LANG": tt.lang}
		if got := UTF8Locale(func(name string) (string, bool) { v, ok := env[name]; return v, ok }); got != tt.want {
			t.Errorf("%v: %v", env, got)
		}
	}
}
