// Package name says which names people and rooms may have, which of them are the
// same, and which look alike.
//
// There is one space of names, whatever a client speaks. Names may have letters
// of any script in common use, in UTF-8: the IRC clients of today show and
// complete them, and a page has no reason to forbid them. What clients are told
// about case is "ascii", which is right for the names that they fold themselves;
// the server goes further, so that no two people have names that differ by case
// in another script, or that readers take for each other.
package name

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// CaseMapping is what IRC clients are told of how names are folded.
const CaseMapping = "ascii"

// The longest names, in characters and in bytes.
const (
	MaxNick      = 32
	MaxNickBytes = 64
	MaxRoom      = 64
	MaxRoomBytes = 128
)

// What is wrong with a name.
var (
	ErrEmpty   = errors.New("name is empty")
	ErrLong    = errors.New("name is too long")
	ErrStart   = errors.New("name must begin with a letter or one of _ [ ] { } \\ | ^ `")
	ErrChar    = errors.New("name has a character that names do not have")
	ErrScripts = errors.New("name mixes scripts")
	ErrRoom    = errors.New("name of a room must begin with # and go on")
)

// Nick says what is wrong with a person's name, or nothing: it has letters,
// digits and _ [ ] { } \ | ^ ` -, begins with none of the digits and -, and its
// letters are of one script, or of those that Japanese, Korean or Chinese mix.
func Nick(s string) error {
	switch {
	case s == "":
		return ErrEmpty
	case len(s) > MaxNickBytes || utf8.RuneCountInString(s) > MaxNick:
		return ErrLong
	case !norm.NFC.IsNormalString(s) || !utf8.ValidString(s):
		return ErrChar
	}
	for i, r := range s {
		switch {
		case r >= utf8.RuneSelf && !(unicode.IsLetter(r) || unicode.Is(unicode.Nd, r) || unicode.Is(unicode.M, r)):
			return ErrChar
		case r < utf8.RuneSelf && !isAlnum(r) && !strings.ContainsRune(special+"-", r):
			return ErrChar
		case i == 0 && !unicode.IsLetter(r) && !strings.ContainsRune(special, r):
			return ErrStart
		}
	}
	if !oneScript(s) {
		return ErrScripts
	}
	return nil
}

const special = "_[]{}\\|^`"

func isAlnum(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// Room says what is wrong with a room's name, or nothing: # and then anything
// that shows, save for spaces and what has a meaning in IRC where names of rooms
// stand: comma, colon, star and question mark.
func Room(s string) error {
	rest, ok := strings.CutPrefix(s, "#")
	switch {
	case !ok || rest == "":
		return ErrRoom
	case len(s) > MaxRoomBytes || utf8.RuneCountInString(s) > MaxRoom:
		return ErrLong
	case !norm.NFC.IsNormalString(s) || !utf8.ValidString(s):
		return ErrChar
	}
	for _, r := range rest {
		if !unicode.IsGraphic(r) || unicode.IsSpace(r) || r == utf8.RuneError || strings.ContainsRune(",:*?", r) {
			return ErrChar
		}
	}
	return nil
}
