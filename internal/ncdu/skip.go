package ncdu

// skip takes any JSON value. Nesting costs it a byte a level, not a call.
func (s *scanner) skip() {
	s.nest = s.nest[:0]
	for s.err == nil {
		if !s.open() {
			s.scalar()
		}
		if !s.follow() {
			return
		}
	}
}

// open takes the bracket of an array or object that is not empty, and in an
// object the first key, so that a value is next. It reports false when the next
// value has nothing in it.
func (s *scanner) open() bool {
	for {
		c := s.peek()
		if c != '[' && c != '{' {
			return false
		}
		if len(s.nest) == maxDepth {
			s.fail("value nested too deeply")
			return false
		}
		s.pos++
		s.nest = append(s.nest, c+2) // in ASCII a closing bracket is its opening one plus 2
		if s.space() == c+2 {
			return true
		}
		if c == '{' {
			s.skipKey()
		}
	}
}

// follow takes what follows a value: the brackets that close, then a comma and
// in an object the next key. It reports false when the outermost value is over.
func (s *scanner) follow() bool {
	for n := len(s.nest); n > 0; n-- {
		top := s.nest[n-1]
		switch s.space() {
		case ',':
			s.pos++
			s.space()
			if top == '}' {
				s.skipKey()
			}
			s.nest = s.nest[:n]
			return true
		case top:
			s.pos++
		default:
			s.fail("want ',' or '" + string(rune(top)) + "' after a value")
			return false
		}
	}
	return false
}

func (s *scanner) skipKey() {
	s.skipString()
	s.expect(':')
	s.space()
}

// scalar takes a string, a number or a word.
func (s *scanner) scalar() {
	switch s.peek() {
	case '"':
		s.skipString()
	case 't':
		s.literal("true")
	case 'f':
		s.literal("false")
	case 'n':
		s.literal("null")
	default:
		s.number()
	}
}

// number takes any JSON number.
func (s *scanner) number() {
	if s.peek() == '-' {
		s.pos++
	}
	if !s.zero() {
		s.digits()
	}
	s.fraction()
	if c := s.peek(); c == 'e' || c == 'E' {
		s.pos++
		if c := s.peek(); c == '+' || c == '-' {
			s.pos++
		}
		s.digits()
	}
}
