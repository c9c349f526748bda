package glob

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"baton/internal/gnutest"
	"github.com/google/go-cmp/cmp"
)

// names are those of the files in each directory of the test tree. They hold
// what patterns are made of, and both valid and invalid UTF-8.
var names = []string{
	"a", "b", "z", "A", "7", "ab", "ba", "a.o", ".a", ".", "-", "]", "[", "!", "^", "\\", "*", "?", "a]", "[a]", "[ab]",
	"a-z", "a\\b", " ", "a ", "\t", "=", ":", "é", "ü", "aé", "É", "٣", "€", "\xff", "a\xff", "\xc3", "\xe9", "日本",
	"[a", "[a-", "[[:alpha:]]", "[a-z]", "a*", "[", ":]", "=]", "aaab", "aabab", "foo.tar.gz", "core", "core.1",
}

// tree makes the test tree and returns where it is, with the paths in it as du
// prints them, a directory before what is in it.
func tree(t *testing.T) (root string, paths []string) {
	t.Helper()
	root = t.TempDir()
	dirs := []string{".", "a", "b/a", "é/[a]", "[a]/\\"}
	for _, dir := range dirs {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range dirs {
		for _, name := range names {
			err := os.WriteFile(filepath.Join(root, dir, name), nil, 0o600)
			if err != nil && !errors.Is(err, fs.ErrExist) && !isDir(filepath.Join(root, dir, name)) {
				t.Skip("needs a file system that takes any name:", err)
			}
		}
	}
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		paths = append(paths, "."+strings.TrimPrefix(path, root))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return root, paths
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// kept returns the paths that du prints when it leaves out what s matches.
func kept(s *Set, paths []string) []string {
	var list []string
	excluded := map[string]bool{}
	for _, path := range paths {
		parent := path[:max(strings.LastIndexByte(path, '/'), 0)]
		if excluded[parent] || s.Match(path) {
			excluded[path] = true
			continue
		}
		list = append(list, path)
	}
	return list
}

// randomPattern returns a pattern made of what names and brackets are made of.
func randomPattern(rng *rand.Rand) string {
	parts := []string{
		"a", "b", "z", ".", "/", "-", "*", "*", "?", "?", "é", "ü", "\xff", "\xc3", "\\a", "\\*", "\\[", "\\", "]", "[", "!", " ",
		"[a]", "[!a]", "[^a-z]", "[a-z]", "[]a]", "[!]-a]", "[[:alpha:]]", "[![:digit:]]", "[[:upper:]é]", "[é-ü]", "[[=a=]b]",
		"[[.a.]-z]", "[[.-.]]", "[a-", "[\\]]", "[a\\-z]", "[--/]", "[[:foo:]]", "[[:alpha]", "[z-a]", "[\x80-\xff]", "[[=é=]]", "[/]",
	}
	var b strings.Builder
	for range 1 + rng.IntN(4) {
		b.WriteString(parts[rng.IntN(len(parts))])
	}
	return b.String()
}

// printed returns the paths in what du -0 printed.
func printed(out string) []string {
	list := []string{}
	for line := range strings.SplitSeq(out, "\x00") {
		if _, path, ok := strings.Cut(line, "\t"); ok {
			list = append(list, path)
		}
	}
	return sorted(list)
}

func sorted(list []string) []string {
	slices.Sort(list)
	return append([]string{}, list...)
}

// hasQuirk reports whether the C library contradicts itself about the pattern:
// an equivalence class of two bytes is no class and part of a wider bracket, but
// it makes the pattern fail when an earlier part of the bracket has matched.
func hasQuirk(pattern, locale string) bool {
	return locale == "C" && strings.Contains(pattern, "[=é")
}

func TestAgreesWithDu(t *testing.T) {
	t.Parallel()
	du := gnutest.Find(t, "du")
	root, paths := tree(t)
	rng := rand.New(rand.NewPCG(9, 10))
	patterns := []string{
		"a/b", "a/b/", "./a", "*/a", "/a", "b/a/*", ".*", "?", "??", "*.o", "*.*", "a*b", "*a*", "core*", "\\*", "[", "[a", "*[",
		"", "/", "a\\", "a ", "é", "*é", "[é]", "?é", "[!é]", "*/[[]a]", "*a*a*a*b", "日?", "日???", "[a]/\\\\", "\\\\",
	}
	for range 100 {
		patterns = append(patterns, randomPattern(rng))
	}
	for _, locale := range []string{"C", "C.UTF-8"} {
		for _, pattern := range patterns {
			if hasQuirk(pattern, locale) {
				continue
			}
			s := Compile([]string{pattern}, Options{UTF8: locale != "C"})
			out, msg := du.With("LC_ALL="+locale).Run(t, root, "-a0", "--exclude="+pattern)
			if diff := cmp.Diff(printed(out), sorted(kept(s, paths))); diff != "" || msg != "" {
				t.Errorf("LC_ALL=%s du --exclude=%q (-du's +ours): %s\n%s", locale, pattern, msg, diff)
			}
		}
	}
}

func TestReadPatternsAgreesWithDu(t *testing.T) {
	t.Parallel()
	du := gnutest.Find(t, "du")
	root, paths := tree(t)
	list := filepath.Join(t.TempDir(), "list")
	for _, text := range []string{"", "\n", "a \n\n\tb\nz\t\n  \n?", " \n", "a\\ \n", "core\x00b \n7", "*.o\r\n", "[a]", "a\x00\n\x00"} {
		if err := os.WriteFile(list, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		patterns, err := ReadPatterns(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		out, msg := du.Run(t, root, "-a0", "-X", list)
		if diff := cmp.Diff(printed(out), sorted(kept(Compile(patterns, Options{}), paths))); diff != "" || msg != "" {
			t.Errorf("du -X with %q (-du's +ours): %s\n%s", text, msg, diff)
		}
	}
}

// TestOperandsAgreeWithDu is for slashes at the end of an operand and in a row. Of
// several at the end du keeps one, before it looks at patterns.
func TestOperandsAgreeWithDu(t *testing.T) {
	t.Parallel()
	du := gnutest.Find(t, "du")
	root, _ := tree(t)
	for _, operand := range []string{"a", "a/", ".//a", "./", "./."} {
		for _, pattern := range []string{"", "/", "//", "a", "a/", "/a", "?a", "?", "*", "/*", "[/]", ".", "*/", "*//"} {
			out, _ := du.Run(t, root, "-s0", "--exclude="+pattern, operand)
			got := Compile([]string{pattern}, Options{}).Match(operand)
			if want := out == ""; got != want {
				t.Errorf("--exclude=%q %s: %v, du says %v", pattern, operand, got, want)
			}
		}
	}
}
