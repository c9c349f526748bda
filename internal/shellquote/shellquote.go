// Package shellquote quotes file names so that a shell reads them back, in the
// form that GNU programs show names in: the quoting style "shell-escape" of the
// GNU coreutils manual, section "Formatting the file names".
package shellquote

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Quote returns name as it is when no shell would take it for anything else,
// and quoted otherwise: in single quotes, in double quotes where it holds a
// single quote and no character that is special otherwise but the space, and with
// control characters and invalid UTF-8 as $'\n' or $'\377'.
func Quote(name string) string {
	if name != "" && !needsQuotes(name) {
		return name
	}
	return Always(name)
}

// Always is Quote with quotes around every name, as in messages.
func Always(name string) string {
	switch {
	case strings.Contains(name, "'") && !escaped(name) && doubled(name):
		return `"` + name + `"`
	case strings.Contains(name, "'") || escaped(name):
		return pieces(name)
	default:
		return "'" + name + "'"
	}
}

// doubled reports whether a name may stand in double quotes.
func doubled(name string) bool {
	if name[0] == '~' || name[0] == '#' { // these matter only elsewhere
		name = name[1:]
	}
	return !strings.ContainsAny(name, "!\"#$&()*;<=>?[\\^`{|}~")
}

// special are the characters that mean something to a shell wherever they stand.
const special = " !\"$&'()*;<=>?[\\^`|"

func needsQuotes(name string) bool {
	return strings.ContainsAny(name, special) || name[0] == '~' || name[0] == '#' || name == "{" || name == "}" ||
		escaped(name)
}

// escaped reports whether name has something that only $'…' can show.
func escaped(name string) bool {
	for s := name; s != ""; {
		r, n := utf8.DecodeRuneInString(s)
		if !shown(r, n) {
			return true
		}
		s = s[n:]
	}
	return false
}

func shown(r rune, size int) bool {
	return (r != utf8.RuneError || size > 1) && unicode.IsPrint(r)
}

// pieces quotes name in parts, each in the quotes that it needs.
func pieces(name string) string {
	var b strings.Builder
	inDollar := false
	b.WriteByte('\'')
	for s := name; s != ""; {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case !shown(r, n):
			if !inDollar {
				b.WriteString("'$'")
				inDollar = true
			}
			for _, c := range []byte(s[:n]) {
				writeEscape(&b, c)
			}
		case r == '\'':
			b.WriteString(`'\''`)
			inDollar = false
		default:
			if inDollar {
				b.WriteString("''")
				inDollar = false
			}
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
	b.WriteByte('\'')
	return b.String()
}

func writeEscape(b *strings.Builder, c byte) {
	const names = "abtnvfr" // from 7 on
	if c >= 7 && c <= 13 {
		b.WriteByte('\\')
		b.WriteByte(names[c-7])
		return
	}
	fmt.Fprintf(b, `\%03o`, c)
}
