package wire

import (
	"bytes"
	"iter"
	"strings"
	"unicode/utf8"
)

// Tags are the message tags of a line as they were sent: "key=value;key", the
// values still escaped.
type Tags []byte

// All yields the keys with their escaped values, in the order of the line. A key
// may come twice, then the last one counts.
func (t Tags) All() iter.Seq2[[]byte, []byte] {
	return func(yield func(key, value []byte) bool) {
		for rest := []byte(t); len(rest) > 0; {
			var tag []byte
			tag, rest, _ = bytes.Cut(rest, []byte{';'})
			key, value, _ := bytes.Cut(tag, []byte{'='})
			if len(key) > 0 && !yield(key, value) {
				return
			}
		}
	}
}

// Get returns the value of key with its escapes undone; ok tells a tag without
// a value from one that is not there.
func (t Tags) Get(key string) (value string, ok bool) {
	var raw []byte
	for k, v := range t.All() {
		if string(k) == key {
			raw, ok = v, true
		}
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw), ok
	}
	return string(AppendUnescaped(nil, raw)), ok
}

// AppendClientOnly appends those tags that clients may send to each other, the
// ones that begin with '+', as they were sent. Tags with an invalid key or with
// a value that is not UTF-8 are left out.
func (t Tags) AppendClientOnly(dst []byte) []byte {
	start := len(dst)
	for key, value := range t.All() {
		if key[0] != '+' || !isKey(string(key)) || !isEscaped(string(value)) {
			continue
		}
		if len(dst) > start {
			dst = append(dst, ';')
		}
		dst = append(dst, key...)
		if len(value) > 0 {
			dst = append(append(dst, '='), value...)
		}
	}
	return dst
}

// AppendEscaped appends value so that it can stand in a tag. NUL, which no line
// can hold, becomes a space.
func AppendEscaped(dst []byte, value string) []byte {
	for i := range len(value) {
		switch c := value[i]; c {
		case ';':
			dst = append(dst, '\\', ':')
		case ' ', 0:
			dst = append(dst, '\\', 's')
		case '\\':
			dst = append(dst, '\\', '\\')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\n':
			dst = append(dst, '\\', 'n')
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// AppendUnescaped appends the value that raw stands for. A backslash before any
// other byte than the five of the grammar, or at the end, is dropped.
func AppendUnescaped(dst, raw []byte) []byte {
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if c != '\\' {
			dst = append(dst, c)
			continue
		}
		i++
		if i == len(raw) {
			break
		}
		switch c = raw[i]; c {
		case ':':
			c = ';'
		case 's':
			c = ' '
		case 'r':
			c = '\r'
		case 'n':
			c = '\n'
		}
		dst = append(dst, c)
	}
	return dst
}

// isKey reports whether key has the form [+][vendor/]name of the grammar.
func isKey(key string) bool {
	key = strings.TrimPrefix(key, "+")
	if vendor, name, ok := strings.Cut(key, "/"); ok {
		return isWord(vendor, true) && isWord(name, false)
	}
	return isWord(key, false)
}

func isWord(s string, dots bool) bool {
	for i := range len(s) {
		c := s[i]
		switch {
		case upper(c) >= 'A' && upper(c) <= 'Z', c >= '0' && c <= '9', c == '-', c == '.' && dots:
		default:
			return false
		}
	}
	return s != ""
}

// isEscaped reports whether value can stand in a tag as it is.
func isEscaped(value string) bool {
	return !strings.ContainsAny(value, " ;\r\n\x00") && utf8.ValidString(value)
}
