package name

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"go.mau.fi/util/confusable"
	"golang.org/x/text/unicode/norm"
)

// Fold returns the key of a name of a person or a room: names are the same if
// their keys are. It leaves out case and the ways to write one character in
// Unicode. Folding a key gives the key.
func Fold(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	for range 4 { // twice does for all but a few compatibility characters
		folded := norm.NFKC.String(strings.Map(foldRune, norm.NFKC.String(s)))
		if folded == s {
			break
		}
		s = folded
	}
	return s
}

// foldRune goes through upper case, where some letters meet that have several
// lower-case forms.
func foldRune(r rune) rune { return unicode.ToLower(unicode.ToUpper(r)) }

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Skeleton returns a string that is equal for names which look alike in either
// case, after Unicode's table of confusables (UTS 39). Names with one key have
// one skeleton. It is for comparing only: a skeleton is no name, and those of
// different words may be equal, such as of "modem" and "modern", or "bill" and
// "biil".
func Skeleton(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(Fold(s)) {
		b.WriteString(looks(r))
	}
	return norm.NFD.String(b.String())
}

// looks returns what the letter r looks like. The letters i, l and their like
// are one, because l is like a capital i.
func looks(r rune) string {
	if r == 'm' {
		return "rn"
	}
	if r < utf8.RuneSelf {
		return strings.Map(oneStroke, strings.ToLower(confusable.Skeleton(string(r))))
	}
	small := strings.Map(foldRune, confusable.Skeleton(string(r)))
	if !isASCII(small) {
		// A capital may be like one of ASCII where the small letter is not.
		if big := strings.Map(foldRune, confusable.Skeleton(string(unicode.ToUpper(r)))); isASCII(big) {
			small = big
		}
	}
	return strings.Map(oneStroke, small)
}

func oneStroke(r rune) rune {
	switch r {
	case 'i', '1', '|', 'ı':
		return 'l'
	}
	return r
}
