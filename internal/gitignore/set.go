package gitignore

import "strings"

// set is a set of bytes: Git knows no characters beyond those.
type set [4]uint64

func (s *set) has(c byte) bool { return s[c>>6]>>(c&63)&1 != 0 }
func (s *set) add(c byte)      { s[c>>6] |= 1 << (c & 63) }

// addRange adds the bytes from lo to hi, none if hi is less.
func (s *set) addRange(lo, hi byte) {
	for c := int(lo); c <= int(hi); c++ {
		s.add(byte(c))
	}
}

// complement returns a set of all bytes that are not in s.
func (s *set) complement() *set {
	return &set{^s[0], ^s[1], ^s[2], ^s[3]}
}

// compileSet compiles a bracket expression from behind its opening bracket and
// returns what follows the closing one. It reports false when there is none, or
// an unknown class in it.
func compileSet(s string) (in *set, rest string, ok bool) {
	in = new(set)
	negated := s != "" && (s[0] == '!' || s[0] == '^')
	if negated {
		s = s[1:]
	}
	prev := -1 // the byte that a range may begin with
	for first := true; s != "" && (first || s[0] != ']'); first = false {
		if name, after, found, closed := cutClass(s); found {
			if !closed || !in.addClass(name) {
				return nil, "", false
			}
			prev, s = -1, after
			continue
		}
		if s[0] == '-' && prev >= 0 && len(s) > 1 && s[1] != ']' {
			hi, after, ok := cutByte(s[1:])
			if !ok {
				return nil, "", false
			}
			in.addRange(byte(prev), hi)
			prev, s = -1, after
			continue
		}
		c, after, ok := cutByte(s)
		if !ok {
			return nil, "", false
		}
		in.add(c)
		prev, s = int(c), after
	}
	if s == "" {
		return nil, "", false
	}
	if negated {
		in = in.complement()
	}
	return in, s[1:], true
}

// cutByte takes one byte, which may be escaped, from the front of s.
func cutByte(s string) (c byte, rest string, ok bool) {
	if s[0] == '\\' {
		s = s[1:]
	}
	if s == "" {
		return 0, "", false
	}
	return s[0], s[1:], true
}

// cutClass takes a class such as [:alpha:] from the front of s. What begins like
// one and has no colon before the next bracket is none; without a next bracket
// there is no end of the whole expression either, which closed reports.
func cutClass(s string) (name, rest string, found, closed bool) {
	body, ok := strings.CutPrefix(s, "[:")
	if !ok {
		return "", "", false, false
	}
	body, rest, closed = strings.Cut(body, "]")
	if !closed {
		return "", "", true, false
	}
	name, ok = strings.CutSuffix(body, ":")
	return name, rest, ok, true
}

// addClass adds the ASCII bytes of a POSIX class. Those of [:space:] are the ones
// that Git takes for white space: no vertical tab, no form feed.
func (s *set) addClass(name string) bool {
	switch name {
	case "alnum":
		return s.addClass("alpha") && s.addClass("digit")
	case "alpha":
		return s.addClass("lower") && s.addClass("upper")
	case "blank":
		s.addAll(" \t")
	case "cntrl":
		s.addRange(0, 0x1f)
		s.add(0x7f)
	case "digit":
		s.addRange('0', '9')
	case "graph":
		s.addRange('!', '~')
	case "lower":
		s.addRange('a', 'z')
	case "print":
		s.addRange(' ', '~')
	case "punct":
		s.addRange('!', '/')
		s.addRange(':', '@')
		s.addRange('[', '`')
		s.addRange('{', '~')
	case "space":
		s.addAll(" \t\n\r")
	case "upper":
		s.addRange('A', 'Z')
	case "xdigit":
		s.addRange('0', '9')
		s.addRange('a', 'f')
		s.addRange('A', 'F')
	default:
		return false
	}
	return true
}

func (s *set) addAll(bytes string) {
	for i := range len(bytes) {
		s.add(bytes[i])
	}
}
