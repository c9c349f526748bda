package plain

import (
	"bytes"
	"testing"
)

func TestTelnet(t *testing.T) {
	var s telnet
	for _, tc := range []struct{ in, rest, answer string }{
		{"plain", "plain", ""},
		{"\xff\xfd\x01name", "name", "\xff\xfc\x01"},                   // DO ECHO: WONT
		{"\xff\xfb\x1f\xff\xfb\x18x", "x", "\xff\xfe\x1f\xff\xfe\x18"}, // WILL: DONT
		{"\xff\xfe\x01\xff\xfc\x03y", "y", ""},                         // DONT and WONT need no answer
		{"a\xff\xfa\x1f\x00P\x00\x18\xff\xf0b", "ab", ""},              // a subnegotiation
		{"a\xff\xfa\x18begins", "a", ""},
		{"here\xff\xf0and ends", "and ends", ""},
		{"\xff\xf4\xff\xfd\x06", "", "\xff\xfc\x06"}, // interrupt, and a timing mark
		{"nul\x00", "nul", ""},
		{"cut\xff", "cut", ""},
		{"cut\xff\xfd", "cut", ""},
	} {
		rest, answer := s.strip([]byte(tc.in))
		if string(rest) != tc.rest || string(answer) != tc.answer {
			t.Errorf("strip(%q) = %q, %q, want %q, %q", tc.in, rest, answer, tc.rest, tc.answer)
		}
	}
}

func FuzzTelnet(f *testing.F) {
	f.Add([]byte("\xff\xfd\x01name"))
	f.Add([]byte("a\xff\xfa\x1f\x00P\x00\x18\xff\xf0b"))
	f.Fuzz(func(t *testing.T, line []byte) {
		var s telnet
		n := len(line)
		rest, answer := s.strip(bytes.Clone(line))
		if len(rest) > n || len(answer) > 3*maxAnswers || bytes.IndexByte(rest, telnetIAC) >= 0 || bytes.IndexByte(rest, 0) >= 0 {
			t.Errorf("strip(%q) = %q, %q", line, rest, answer)
		}
	})
}
