package name

import "unicode"

// oneScript reports whether the letters of s are of one script in common use, or
// of a group that is written together.
func oneScript(s string) bool {
	if isASCII(s) {
		return true
	}
	possible := ^uint32(0)
	for _, r := range s {
		if !unicode.In(r, unicode.Common, unicode.Inherited) {
			possible &= groupsOf(r)
		}
	}
	return possible != 0
}

// The groups of scripts that the "highly restrictive" level of UTS 39 allows together
// (section 5.2). Each script that stands alone is one of the bits above.
const (
	japanese = 1 << iota // with Latin
	bopomofo             // Chinese, with Latin
	korean               // with Latin
	alone
)

// groupsOf returns the groups that have a letter, of those scripts that Unicode
// recommends for identifiers (UAX 31, table 5).
func groupsOf(r rune) uint32 {
	switch {
	case unicode.In(r, unicode.Latin, unicode.Han):
		return japanese | bopomofo | korean
	case unicode.In(r, unicode.Hiragana, unicode.Katakana):
		return japanese
	case unicode.Is(unicode.Bopomofo, r):
		return bopomofo
	case unicode.Is(unicode.Hangul, r):
		return korean
	}
	for i, script := range [...]*unicode.RangeTable{
		unicode.Greek, unicode.Cyrillic, unicode.Armenian, unicode.Hebrew, unicode.Arabic, unicode.Thaana,
		unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil,
		unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Thai, unicode.Lao,
		unicode.Tibetan, unicode.Myanmar, unicode.Georgian, unicode.Ethiopic, unicode.Khmer,
	} {
		if unicode.Is(script, r) {
			return alone << i
		}
	}
	return 0
}
