package wire

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Line builds one line at the end of a slice: [Line.Start], then tags, source,
// command and parameters in this order, then [Line.End]. Whatever strings it is
// given, the result is exactly one line within the limits: bytes that would end
// or break up the line are replaced, text that does not fit is cut off between
// two characters, and tags that do not fit are left out. The zero value is ready
// for Start; a Line is for one goroutine.
type Line struct {
	buf  []byte
	line int // where the line begins
	body int // where its tags end
	tags bool
}

// Start begins a line that is appended to dst.
func (l *Line) Start(dst []byte) {
	*l = Line{buf: dst, line: len(dst), body: len(dst)}
}

// Tag adds a tag; one without a value when value is empty. A tag with an invalid
// key is left out.
func (l *Line) Tag(key, value string) {
	if !isKey(key) {
		return
	}
	start := l.openTag()
	l.buf = append(l.buf, key...)
	if value != "" {
		l.buf = append(l.buf, '=')
		l.buf = AppendEscaped(l.buf, strings.ToValidUTF8(value, "\uFFFD"))
	}
	l.closeTag(start)
}

// RawTags adds tags whose values are escaped already, such as those that
// [Tags.AppendClientOnly] collected; malformed ones are left out.
func (l *Line) RawTags(raw string) {
	for raw != "" {
		var tag string
		tag, raw, _ = strings.Cut(raw, ";")
		key, value, _ := strings.Cut(tag, "=")
		if !isKey(key) || !isEscaped(value) {
			continue
		}
		start := l.openTag()
		l.buf = append(l.buf, key...)
		if value != "" {
			l.buf = append(append(l.buf, '='), value...)
		}
		l.closeTag(start)
	}
}

func (l *Line) openTag() (start int) {
	start = len(l.buf)
	mark := byte(';')
	if !l.tags {
		mark = '@'
	}
	l.buf = append(l.buf, mark)
	return start
}

// closeTag keeps the tag that begins at start if there is room for it and for
// the space that ends the tags.
func (l *Line) closeTag(start int) {
	if len(l.buf)+1-l.line > MaxTags {
		l.buf = l.buf[:start]
		return
	}
	l.tags = true
	l.body = len(l.buf)
}

// Source says who the line is from: a server's name or nick!user@host.
func (l *Line) Source(name string) {
	l.endTags()
	l.buf = append(l.buf, ':')
	l.middle(name)
	l.buf = append(l.buf, ' ')
}

// Mask is Source with the parts of nick!user@host.
func (l *Line) Mask(nick, user, host string) {
	l.endTags()
	l.part(':', nick)
	l.part('!', user)
	l.part('@', host)
	l.buf = append(l.buf, ' ')
}

// part adds one part of a source.
func (l *Line) part(mark byte, text string) {
	l.buf = append(l.buf, mark)
	start := len(l.buf)
	l.middle(text)
	for i, c := range l.buf[start:] {
		if c == '!' || c == '@' { // would move the border to the next part
			l.buf[start+i] = '_'
		}
	}
	if text != "" && text[0] == ':' && mark == '@' { // an IPv6 address, in the midst of a word
		l.buf[start] = ':'
	}
}

// Command sets the command.
func (l *Line) Command(name string) {
	l.endTags()
	start := len(l.buf)
	l.middle(name)
	if l.buf[start] == '@' { // it would begin the tags of a line without source
		l.buf[start] = '_'
	}
}

// Numeric sets a command of three digits; code is between 1 and 999.
func (l *Line) Numeric(code int) {
	l.endTags()
	l.buf = append(l.buf, byte('0'+code/100%10), byte('0'+code/10%10), byte('0'+code%10))
}

// Param adds a parameter that is one word: an empty one becomes "*", and spaces
// in it, or a colon at its beginning, become underscores.
func (l *Line) Param(word string) {
	l.buf = append(l.buf, ' ')
	l.middle(word)
}

// Int adds a number as a parameter.
func (l *Line) Int(n int64) {
	l.buf = append(l.buf, ' ')
	l.buf = strconv.AppendInt(l.buf, n, 10)
}

// Text adds the last parameter, which may have spaces or be empty.
func (l *Line) Text(text string) {
	l.buf = append(l.buf, ' ', ':')
	start := len(l.buf)
	l.buf = append(l.buf, text...)
	replaceLineBytes(l.buf[start:])
}

// Word adds a word to the text, directly after what it has, prefix first. More puts a
// space between. Both are for lists in the last parameter.
func (l *Line) Word(prefix, word string) {
	l.buf = append(l.buf, prefix...)
	l.middle(word)
}

// More is Word after a space.
func (l *Line) More(prefix, word string) {
	l.buf = append(l.buf, ' ')
	l.Word(prefix, word)
}

// Room returns how many bytes can still be added before text is cut off.
func (l *Line) Room() int {
	l.endTags()
	return MaxBody - 2 - (len(l.buf) - l.body)
}

// End ends the line and returns the slice with it.
func (l *Line) End() []byte {
	l.endTags()
	if body := l.buf[l.body:]; len(body) > MaxBody-2 {
		l.buf = l.buf[:l.body+len(Cut(body, MaxBody-2))]
	}
	return append(l.buf, '\r', '\n')
}

// endTags writes the space after the tags, once.
func (l *Line) endTags() {
	if l.tags {
		l.buf = append(l.buf, ' ')
		l.body = len(l.buf)
		l.tags = false
	}
}

// middle appends a word, made harmless.
func (l *Line) middle(word string) {
	if word == "" {
		l.buf = append(l.buf, '*')
		return
	}
	start := len(l.buf)
	l.buf = append(l.buf, word...)
	added := l.buf[start:]
	if added[0] == ':' {
		added[0] = '_'
	}
	for i, c := range added {
		switch c {
		case ' ', 0, '\r', '\n':
			added[i] = '_'
		}
	}
}

// replaceLineBytes replaces the bytes that no line can hold by spaces.
func replaceLineBytes(s []byte) {
	for i, c := range s {
		if c == 0 || c == '\r' || c == '\n' {
			s[i] = ' '
		}
	}
}

// Cut returns the longest beginning of s of at most n bytes that does not end
// within a character. Bytes that are no UTF-8 are cut anywhere.
func Cut(s []byte, n int) []byte {
	if len(s) <= n {
		return s
	}
	for i := n; i >= 0 && i > n-utf8.UTFMax; i-- {
		if utf8.RuneStart(s[i]) {
			if utf8.FullRune(s[i:n]) {
				break // invalid there: no character to keep whole
			}
			return s[:i]
		}
	}
	return s[:n]
}
