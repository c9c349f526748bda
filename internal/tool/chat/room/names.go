package room

import (
	"strconv"
	"strings"
)

func fold(s string) string       { return strings.ToLower(s) }
func skeletonOf(s string) string { return strings.ToLower(s) }
func checkNick(s string) error {
	if s == "" || strings.ContainsAny(s, " !@#:,*?\x00\r\n") || len(s) > 32 {
		return ErrBadName
	}
	return nil
}

func checkRoom(s string) error {
	if len(s) < 2 || s[0] != '#' || strings.ContainsAny(s, " ,\x00\x07\r\n") || len(s) > 64 {
		return ErrBadRoom
	}
	return nil
}

// guest returns a name for somebody who has none.
func guest(n int) string { return "guest" + strconv.Itoa(n) }
