package glob

import (
	"io"
	"strings"
)

// ReadPatterns reads a file for --exclude-from: a pattern on each line. Blanks at
// the end of a line do not count, nor do empty lines; blanks at the beginning do.
// As in C, a zero byte ends a line's pattern. The error is that of r.
func ReadPatterns(r io.Reader) ([]string, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	var patterns []string
	for line := range strings.SplitSeq(string(text), "\n") {
		line = strings.TrimRight(line, " \t\v\f\r")
		if line == "" {
			continue
		}
		pattern, _, _ := strings.Cut(line, "\x00")
		patterns = append(patterns, pattern)
	}
	return patterns, nil
}

// UTF8Locale reports whether the environment asks for a locale with UTF-8, for
// [Options]. The function lookup reads a variable, as [os.LookupEnv] does.
//
// It goes by the locale's name. A locale that is not installed is not noticed,
// for which the C library would fall back to C.
func UTF8Locale(lookup func(string) (string, bool)) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale, _ := lookup(name); locale != "" {
			_, charset, _ := strings.Cut(locale, ".")
			charset, _, _ = strings.Cut(charset, "@")
			charset = strings.ToLower(strings.ReplaceAll(charset, "-", ""))
			return charset == "utf8"
		}
	}
	return false
}
