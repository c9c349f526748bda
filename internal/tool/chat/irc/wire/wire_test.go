package wire

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	tests := []struct {
		line string
		want Message
		err  error
	}{
		{line: "PING", want: Message{Command: b("PING")}},
		{line: "join #a,#b key", want: Message{Command: b("join"), Params: words("#a,#b", "key")}},
		{line: "JOIN :", want: Message{Command: b("JOIN"), Params: words("")}},
		{line: "PRIVMSG #a :hi there : x ", want: Message{Command: b("PRIVMSG"), Params: words("#a", "hi there : x ")}},
		{line: "PRIVMSG #a ::)", want: Message{Command: b("PRIVMSG"), Params: words("#a", ":)")}},
		{line: "  A   b  :c", want: Message{Command: b("A"), Params: words("b", "c")}},
		{line: "A b:c d:", want: Message{Command: b("A"), Params: words("b:c", "d:")}},
		{line: "A b   ", want: Message{Command: b("A"), Params: words("b")}},
		{line: ":n!u@h 001 me :Hi", want: Message{Source: b("n!u@h"), Command: b("001"), Params: words("me", "Hi")}},
		{line: "@a=b;+c :s X", want: Message{Tags: Tags("a=b;+c"), Source: b("s"), Command: b("X")}},
		{line: "@a=b   X  y", want: Message{Tags: Tags("a=b"), Command: b("X"), Params: words("y")}},
		{line: "", err: ErrEmpty},
		{line: "   ", err: ErrEmpty},
		{line: "@a=b", err: ErrCommand},
		{line: ":source ", err: ErrCommand},
		{line: "PRIV-MSG x", err: ErrCommand},
		{line: "é", err: ErrCommand},
		{line: "A b\rQUIT", err: ErrByte},
		{line: "A b\nQUIT", err: ErrByte},
		{line: "A b\x00", err: ErrByte},
	}
	var m Message
	for _, tt := range tests {
		err := m.Parse([]byte(tt.line))
		if !errors.Is(err, tt.err) || err == nil && tt.err != nil {
			t.Errorf("%q: error %v, want %v", tt.line, err, tt.err)
		}
		got := m
		if len(got.Params) == 0 {
			got.Params = nil
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.line, diff)
		}
	}
}

func TestMessageReaders(t *testing.T) {
	var m Message
	if err := m.Parse([]byte("privMSG a :b c")); err != nil {
		t.Fatal(err)
	}
	if !m.Is("PRIVMSG") || m.Is("PRIVMS") || m.Is("NOTICES") || m.Is("WALLOPS") {
		t.Error("Is is wrong about the command")
	}
	if got := m.Param(0) + "|" + m.Param(1) + "|" + m.Param(2); got != "a|b c|" {
		t.Errorf("parameters %q", got)
	}
}

func TestCheckClient(t *testing.T) {
	long := strings.Repeat("x", MaxBody-2)
	tags := "@" + strings.Repeat("t", MaxClientTags-2)
	for _, tt := range []struct {
		line string
		err  error
	}{
		{long, nil},
		{long + "x", ErrTooLong},
		{tags + " " + long, nil},
		{tags + "t ", ErrTooLong},
		{tags + "t", nil}, // no command: for Parse to say
		{tags + "tt", ErrTooLong},
		{tags + " x" + long, ErrTooLong},
		{"", nil},
	} {
		if err := CheckClient([]byte(tt.line)); !errors.Is(err, tt.err) {
			t.Errorf("%d bytes: %v, want %v", len(tt.line), err, tt.err)
		}
	}
}

func TestCutSource(t *testing.T) {
	for source, want := range map[string][3]string{
		"n!u@h":    {"n", "u", "h"},
		"n!u":      {"n", "u", ""},
		"n@h":      {"n", "", "h"},
		"irc.host": {"irc.host", "", ""},
		"":         {},
	} {
		nick, user, host := CutSource([]byte(source))
		if got := [3]string{string(nick), string(user), string(host)}; got != want {
			t.Errorf("%q: %q, want %q", source, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	for _, tt := range []struct {
		s    string
		n    int
		want string
	}{
		{"abc", 5, "abc"},
		{"abc", 3, "abc"},
		{"abc", 2, "ab"},
		{"aé", 2, "a"},
		{"aé", 3, "aé"},
		{"é", 1, ""},
		{"日本", 5, "日"},
		{"日本", 4, "日"},
		{"a😀", 4, "a"},
		{"\x80\x80\x80\x80\x80\x80", 5, "\x80\x80\x80\x80\x80"},
		{"a\x80\x80\x80\x80", 3, "a\x80\x80"},
	} {
		if got := string(Cut([]byte(tt.s), tt.n)); got != tt.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", tt.s, tt.n, got, tt.want)
		}
	}
}

func TestLine(t *testing.T) {
	tests := []struct {
		name  string
		build func(l *Line)
		want  string
	}{
		{"message", func(l *Line) {
			l.Tag("time", "2026-01-02T03:04:05.678Z")
			l.Tag("label", "a;b c")
			l.RawTags("+typing=active;bad key;+x=a\\sb")
			l.Mask("n", "u", "h")
			l.Command("PRIVMSG")
			l.Param("#a")
			l.Text("hi there")
		}, "@time=2026-01-02T03:04:05.678Z;label=a\\:b\\sc;+typing=active;+x=a\\sb :n!u@h PRIVMSG #a :hi there\r\n"},
		{"numeric", func(l *Line) {
			l.Source("irc.host")
			l.Numeric(5)
			l.Param("")
			l.Int(-3)
			l.Text("")
		}, ":irc.host 005 * -3 :\r\n"},
		{"harmless", func(l *Line) {
			l.Source("a b\r\nQUIT")
			l.Command("@x")
			l.Param(":y z")
			l.Text("t\r\n:forged PRIVMSG")
		}, ":a_b__QUIT _x _y_z :t  :forged PRIVMSG\r\n"},
		{"mask", func(l *Line) {
			l.Mask("a!b@c", "d@e", "f!g")
			l.Command("X")
		}, ":a_b_c!d_e@f_g X\r\n"},
		{"words", func(l *Line) {
			l.Command("X")
			l.Text("")
			l.Word("@", "a")
			l.More("", "")
			l.More("+", "b c")
		}, "X :@a * +b_c\r\n"},
		{"cut", func(l *Line) {
			l.Tag("a", "b")
			l.Command("X")
			l.Text(strings.Repeat("é", 300))
		}, "@a=b X :" + strings.Repeat("é", 253) + "\r\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var l Line
			l.Start([]byte("before"))
			tt.build(&l)
			if got := string(l.End()); got != "before"+tt.want {
				t.Errorf("got  %q\nwant %q", got, "before"+tt.want)
			}
		})
	}
}

func TestLineLeavesOutTagsWithoutRoom(t *testing.T) {
	var l Line
	l.Start(nil)
	l.Tag("a", strings.Repeat("x", 4000))
	l.Tag("b", strings.Repeat("y", 4190))
	l.Tag("c", strings.Repeat("z", 4184))
	l.Tag("d", "")
	l.Command("X")
	got := l.End()
	var m Message
	if err := m.Parse(bytes.TrimRight(got, "\r\n")); err != nil {
		t.Fatal(err)
	}
	if _, ok := m.Tags.Get("b"); ok || len(m.Tags) != MaxTags-2 {
		t.Errorf("%d bytes of tags, b there: %v", len(m.Tags), ok)
	}
}

// Whatever a line is built of, it is one line within the limits, and its parts
// are where they were put.
func TestLineProperty(t *testing.T) {
	nasty := rapid.OneOf(rapid.String(), rapid.StringMatching("[a:@!; \\\\\r\n\x00é+/=-]{0,12}"),
		rapid.Custom(func(t *rapid.T) string { return string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) }),
		rapid.Custom(func(t *rapid.T) string { return strings.Repeat("xé", rapid.IntRange(0, 5000).Draw(t, "n")) }))
	rapid.Check(t, func(t *rapid.T) {
		var l Line
		l.Start(nil)
		for range rapid.IntRange(0, 3).Draw(t, "tags") {
			l.Tag(nasty.Draw(t, "key"), nasty.Draw(t, "value"))
		}
		raw := nasty.Draw(t, "raw tags")
		l.RawTags(raw)
		hasSource := rapid.Bool().Draw(t, "source")
		if hasSource {
			l.Mask(nasty.Draw(t, "nick"), nasty.Draw(t, "user"), nasty.Draw(t, "host"))
		}
		l.Command("X")
		n := rapid.IntRange(0, 4).Draw(t, "params")
		for range n {
			l.Param(nasty.Draw(t, "param"))
		}
		text := nasty.Draw(t, "text")
		fits := l.Room() >= len(text)+2
		l.Text(text)
		got := l.End()

		line, ok := bytes.CutSuffix(got, []byte("\r\n"))
		if !ok || hasLineByte(line) {
			t.Fatalf("not one line: %q", got)
		}
		tags := 0
		if line[0] == '@' {
			tags = bytes.IndexByte(line, ' ') + 1
		}
		if tags > MaxTags || len(got)-tags > MaxBody {
			t.Fatalf("tags %d, body %d bytes", tags, len(got)-tags)
		}
		if !utf8.Valid(line[:tags]) {
			t.Fatalf("tags are not UTF-8: %q", line[:tags])
		}
		var m Message
		if err := m.Parse(line); !fits && err != nil {
			return // the source alone took all the room
		} else if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if !fits {
			return
		}
		if !m.Is("X") || (m.Source != nil) != hasSource || len(m.Params) != n+1 {
			t.Fatalf("%q has other parts", line)
		}
		if hasSource && (bytes.Count(m.Source, b("!")) != 1 || bytes.Count(m.Source, b("@")) != 1) {
			t.Fatalf("the source %q has other parts", m.Source)
		}
		clean := strings.NewReplacer("\r", " ", "\n", " ", "\x00", " ").Replace(text)
		if m.Param(n) != clean {
			t.Fatalf("text %q became %q", text, m.Param(n))
		}
	})
}

func TestTags(t *testing.T) {
	tags := Tags("a=1;;b;=x;+c=p\\:q\\s\\\\r\\r\\n\\x\\;a=2;+bad key")
	for key, want := range map[string]string{"a": "2", "b": "", "+c": "p;q \\r\r\nx"} {
		if got, ok := tags.Get(key); got != want || !ok {
			t.Errorf("%s = %q, %v; want %q", key, got, ok, want)
		}
	}
	if _, ok := tags.Get("c"); ok {
		t.Error("c is there")
	}
	in := Tags("a=1;+b=x\\sy;+c/d.e;+vendor.org/f=1;+é=1;+;+g=\xff")
	if got, want := string(in.AppendClientOnly(b("."))), ".+b=x\\sy;+vendor.org/f=1"; got != want {
		t.Errorf("client-only tags %q, want %q", got, want)
	}
}

func TestEscapeRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.StringMatching("[a; \\\\\r\né:srn]*").Draw(t, "value")
		raw := AppendEscaped(nil, value)
		if !isEscaped(string(raw)) {
			t.Fatalf("%q is not safe in a tag", raw)
		}
		if got := string(AppendUnescaped(nil, raw)); got != value {
			t.Fatalf("%q became %q", value, got)
		}
	})
}

func TestNoAllocation(t *testing.T) {
	line := []byte("@time=2026-01-02T03:04:05.678Z;+x=1 :nick!user@host PRIVMSG #room :hello to you all")
	buf := make([]byte, 0, 1024)
	var m Message
	allocs := testing.AllocsPerRun(100, func() {
		if m.Parse(line) != nil {
			panic("not parsed")
		}
		var l Line
		l.Start(buf[:0])
		l.RawTags("+x=1")
		l.Tag("time", "2026-01-02T03:04:05.678Z")
		l.Mask("nick", "user", "host")
		l.Command("PRIVMSG")
		l.Param("#room")
		l.Text("hello to you all")
		buf = l.End()
	})
	if allocs > 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"PING :x", "@a=b;c :n!u@h PRIVMSG #x :hi there", "JOIN :", "::", "@ :", "A  b :"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		var m Message
		if err := m.Parse(line); err != nil {
			if m.Command != nil || len(m.Params) > 0 {
				t.Error("parts after an error")
			}
			return
		}
		// What was parsed, built anew, is parsed as the same.
		var l Line
		l.Start(nil)
		l.RawTags(string(m.Tags))
		if m.Source != nil {
			l.Source(string(m.Source))
		}
		l.Command(string(m.Command))
		for i, p := range m.Params {
			if i == len(m.Params)-1 {
				l.Text(string(p))
			} else {
				l.Param(string(p))
			}
		}
		if l.Room() < 0 {
			return
		}
		built := bytes.TrimSuffix(l.End(), []byte("\r\n"))
		var again Message
		if err := again.Parse(built); err != nil {
			t.Fatalf("%q: %v", built, err)
		}
		if len(m.Source) > 0 && !bytes.Equal(m.Source, again.Source) && m.Source[0] != ':' {
			t.Errorf("source %q, then %q", m.Source, again.Source)
		}
		if !bytes.Equal(m.Command, again.Command) || !cmp.Equal(append([][]byte{}, m.Params...), append([][]byte{}, again.Params...), cmp.Comparer(bytes.Equal)) {
			t.Errorf("%q became %q", line, built)
		}
	})
}

func BenchmarkParse(bm *testing.B) {
	line := []byte("@time=2026-01-02T03:04:05.678Z :nick!user@host PRIVMSG #room :hello to you all")
	var m Message
	for bm.Loop() {
		if m.Parse(line) != nil {
			bm.Fatal("not parsed")
		}
	}
}

func BenchmarkLine(bm *testing.B) {
	var buf []byte
	for bm.Loop() {
		var l Line
		l.Start(buf[:0])
		l.Tag("time", "2026-01-02T03:04:05.678Z")
		l.Mask("nick", "user", "host")
		l.Command("PRIVMSG")
		l.Param("#room")
		l.Text("hello to you all")
		buf = l.End()
	}
}

func b(s string) []byte { return []byte(s) }

func words(s ...string) [][]byte {
	var w [][]byte
	for _, x := range s {
		w = append(w, []byte(x))
	}
	return w
}
