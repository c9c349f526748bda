package store

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// appendWords appends the words of text as searches compare them: letters and
// digits without case and accents. Both stores cut text and queries with it, so
// that they find the same; SQLite only sees words that are cut.
func appendWords(words []string, text string) []string {
	if !isASCII(text) {
		text = norm.NFKD.String(text)
	}
	var word strings.Builder
	end := func() {
		if word.Len() > 0 {
			words = append(words, word.String())
			word.Reset()
		}
	}
	for _, r := range text {
		switch {
		case r < utf8.RuneSelf && isAlnum(byte(r)):
			word.WriteByte(lower(byte(r)))
		case r < utf8.RuneSelf:
			end()
		case isAccent(r):
			// With its letter it is one character to readers.
		case standsAlone(r):
			end()
			words = append(words, string(r))
		case unicode.In(r, unicode.L, unicode.N, unicode.M):
			word.WriteRune(unicode.ToLower(unicode.ToUpper(r)))
		default:
			end()
		}
	}
	end()
	return words
}

// standsAlone reports whether r is a word of its own: an emoji, or a character
// of a script that puts no spaces between words. A query of several is a phrase.
func standsAlone(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao,
		unicode.Khmer, unicode.Myanmar, unicode.So)
}

// isAccent reports whether r is a mark that people leave out when they search:
// an accent, or a vowel point of Hebrew or Arabic.
func isAccent(r rune) bool {
	return r >= 0x300 && r <= 0x36F ||
		r >= 0x591 && r <= 0x5C7 && unicode.Is(unicode.Mn, r) ||
		r >= 0x64B && r <= 0x65F
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}
