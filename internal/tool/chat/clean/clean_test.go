package clean

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	tests := []struct{ text, terminal, irc, web string }{
		{"hi there", "hi there", "hi there", "hi there"},
		{"", "", "", ""},
		{"héllo 東京 🎉 שלום", "héllo 東京 🎉 שלום", "héllo 東京 🎉 שלום", "héllo 東京 🎉 שלום"},
		{"a\r\nPRIVMSG #x :b\x00c", "a  PRIVMSG #x :b c", "a  PRIVMSG #x :b c", "a  PRIVMSG #x :b c"},
		{"a\u2028b\u2029c\u0085d\te", "a b c d e", "a b c d e", "a b c d e"},
		{"\x1b]52;c;aGk=\a", "�]52;c;aGk=�", "�]52;c;aGk=�", "�]52;c;aGk=�"},
		{"\u009b31mred\x7f", "�31mred�", "�31mred�", "�31mred�"},
		{"a\xffb\xc3", "a�b�", "a�b�", "a�b�"},
		{"\x02bold\x0f \x034,12red\x03 \x04ff00aafull", "bold red full", "\x02bold\x0f \x034,12red\x03 \x04ff00aafull", "bold red full"},
		{"\x0312,x \x03123 \x04ff", ",x 3 ff", "\x0312,x \x03123 \x04ff", ",x 3 ff"},
		{"a\u202eb\u2066c\u2069d", "abcd", "abcd", "abcd"},
		{"a\u200fb\u200ec\u061cd", "abcd", "a\u200fb\u200ec\u061cd", "a\u200fb\u200ec\u061cd"},
		{"\x01ACTION waves\x01", "�ACTION waves�", "\x01ACTION waves\x01", "�ACTION waves�"},
		{"\x01A\x01B\x01", "�A�B�", "\x01A�B\x01", "�A�B�"},
		{"x\x01A\x01", "x�A�", "x�A�", "x�A�"},
		{"\x01", "�", "�", "�"},
	}
	for _, tt := range tests {
		for _, f := range []struct {
			name      string
			f         func(string) string
			got, want string
		}{{"Terminal", Terminal, "", tt.terminal}, {"IRC", IRC, "", tt.irc}, {"Web", Web, "", tt.web}} {
			if got := f.f(tt.text); got != f.want {
				t.Errorf("%s(%q) = %q, want %q", f.name, tt.text, got, f.want)
			}
		}
	}
}

func TestTruncateUTF8(t *testing.T) {
	tests := []struct {
		text string
		n    int
		want string
	}{
		{"hello", 10, "hello"},
		{"hello", 5, "hello"},
		{"hello", 2, "he"},
		{"hello", 0, ""},
		{"hello", -1, ""},
		{"aé", 2, "a"},
		{"aé", 3, "aé"},
		{"東京", 5, "東"},
		{"🎉", 3, ""},
		{"", 0, ""},
		{"\x80\x80\x80\x80\x80\x80", 5, "\x80\x80\x80\x80\x80"},
	}
	for _, tt := range tests {
		if got := TruncateUTF8(tt.text, tt.n); got != tt.want {
			t.Errorf("TruncateUTF8(%q, %d) = %q, want %q", tt.text, tt.n, got, tt.want)
		}
	}
}

// Whatever comes in, what comes out has nothing that the package forbids, cannot
// be cleaned further, and leaves harmless text as it is.
func FuzzClean(f *testing.F) {
	for _, s := range []string{"hi", "\x1b[2J", "\r\nQUIT", "\x034,5x", "\u202eabc", "\x01ACTION x\x01", "\xf0\x9f", "a\u2028b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for name, clean := range map[string]func(string) string{"Terminal": Terminal, "IRC": IRC, "Web": Web} {
			got := clean(text)
			if !utf8.ValidString(got) {
				t.Errorf("%s(%q) = %q: not UTF-8", name, text, got)
			}
			if again := clean(got); again != got {
				t.Errorf("%s(%q) = %q, and cleaned again %q", name, text, got, again)
			}
			for i, r := range got {
				format := name == "IRC" && (strings.ContainsRune("\x02\x03\x04\x0f\x11\x16\x1d\x1e\x1f", r) ||
					r == 1 && got[0] == 1 && (i == 0 || i == len(got)-1))
				if unicode.IsControl(r) && !format || r >= 0x2028 && r <= 0x202E || r >= 0x2066 && r <= 0x2069 {
					t.Errorf("%s(%q) = %q: has %U", name, text, got, r)
				}
			}
			harmless := !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsGraphic(r) || r == utf8.RuneError })
			if harmless && got != text {
				t.Errorf("%s(%q) = %q", name, text, got)
			}
		}
		for n := range min(len(text)+2, 20) {
			if got := TruncateUTF8(text, n); len(got) > n || !strings.HasPrefix(text, got) || utf8.ValidString(text) && !utf8.ValidString(got) {
				t.Errorf("TruncateUTF8(%q, %d) = %q", text, n, got)
			}
		}
	})
}
