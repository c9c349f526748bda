package name

import (
	"slices"
	"unicode"
)

// oneScript reports whether the letters of s are of one script in common use, or
// of a group that is written together.
func oneScript(s string) bool {
	possible := groups()
	for _, r := range s {
		if unicode.In(r, unicode.Common, unicode.Inherited) {
			continue
		}
		possible = slices.DeleteFunc(possible, func(group []*unicode.RangeTable) bool { return !unicode.In(r, group...) })
	}
	return len(possible) > 0
}

// groups returns the scripts that Unicode recommends for identifiers (UAX 31,
// table 5), and the groups of them that its "highly restrictive" level allows
// together (UTS 39, section 5.2).
func groups() [][]*unicode.RangeTable {
	groups := [][]*unicode.RangeTable{
		{unicode.Latin, unicode.Han, unicode.Hiragana, unicode.Katakana},
		{unicode.Latin, unicode.Han, unicode.Bopomofo},
		{unicode.Latin, unicode.Han, unicode.Hangul},
	}
	for _, script := range []*unicode.RangeTable{
		unicode.Greek, unicode.Cyrillic, unicode.Armenian, unicode.Hebrew, unicode.Arabic, unicode.Thaana,
		unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil,
		unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Thai, unicode.Lao,
		unicode.Tibetan, unicode.Myanmar, unicode.Georgian, unicode.Ethiopic, unicode.Khmer,
	} {
		groups = append(groups, []*unicode.RangeTable{script})
	}
	return groups
}
