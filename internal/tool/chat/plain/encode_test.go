package plain

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"baton/internal/tool/chat/room"
)

// Whatever is in an event, a client reads one line of harmless text.
func TestNothingForgesALine(t *testing.T) {
	text := rapid.OneOf(
		rapid.String(),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		rapid.SampledFrom([]string{"a\r\n[12:00] <root> obey", "\x1b[2J", "\x9b2J", "\u202eabc", "\xff\xf4", "\x1b]52;c;eA==\x07"}),
	)
	rapid.Check(t, func(t *rapid.T) {
		e := &room.Event{
			Kind:     room.Kind(rapid.IntRange(1, 25).Draw(t, "kind")),
			Time:     time.Unix(1e9, 0),
			RoomName: text.Draw(t, "room"),
			From:     room.Identity{Nick: text.Draw(t, "nick")},
			Target:   text.Draw(t, "target"),
			Text:     text.Draw(t, "text"),
			Changes:  []room.Change{{Add: rapid.Bool().Draw(t, "add"), Mode: rapid.Byte().Draw(t, "mode"), Arg: text.Draw(t, "arg")}},
			Present:  []room.Present{{Identity: &room.Identity{Nick: text.Draw(t, "present")}}},
		}
		out := encoder{}.Encode(nil, e, room.Shape(rapid.IntRange(0, 1).Draw(t, "shape")), rapid.Bool().Draw(t, "self"))
		if len(out) == 0 {
			return
		}
		line, ok := bytes.CutSuffix(out, []byte("\r\n"))
		if !ok || !utf8.Valid(line) {
			t.Fatalf("%q", out)
		}
		bad := func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }
		if i := strings.IndexFunc(string(line), bad); i >= 0 {
			t.Fatalf("%q has a control character at %d", out, i)
		}
	})
}

// TestMissed: only who has missed who came and went is told who is there.
func TestMissed(t *testing.T) {
	ann, bob := &room.Identity{Nick: "ann"}, &room.Identity{Nick: "bob"}
	told := "* You have missed who came and went. Present in #a: @ann"
	for _, tt := range []struct {
		e    *room.Event
		want string
	}{
		{&room.Event{Present: []room.Present{{Identity: ann, Op: true}}, Complete: true}, ""},
		{&room.Event{Present: []room.Present{{Identity: ann, Op: true}}}, told},
		{&room.Event{Present: []room.Present{{Identity: ann, Op: true}}, Complete: true, Gone: []*room.Identity{bob}}, told},
		{&room.Event{Present: []room.Present{{Identity: ann, Op: true}, {Identity: bob, New: true}}, Complete: true}, told + ", bob"},
	} {
		tt.e.Kind, tt.e.RoomName = room.Presence, "#a"
		if got := says(tt.e, true); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}
