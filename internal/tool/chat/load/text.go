package load

import (
	"bytes"
	"strconv"
	"strings"
)

// A message's text begins with its number between these.
const (
	opening = "~b"
	closing = '~'
)

// text returns the text of message i, padded to size bytes.
func text(i, size int) string {
	s := opening + strconv.Itoa(i) + string(closing)
	if pad := size - len(s); pad > 0 {
		s += strings.Repeat("x", pad)
	}
	return s
}

// number finds the number of a message in what came.
func number(b []byte) (i int, ok bool) {
	at := bytes.Index(b, []byte(opening))
	if at < 0 {
		return 0, false
	}
	b = b[at+len(opening):]
	n := 0
	for n < len(b) && n < 9 && '0' <= b[n] && b[n] <= '9' {
		i = 10*i + int(b[n]-'0')
		n++
	}
	return i, n > 0 && n < len(b) && b[n] == closing
}
