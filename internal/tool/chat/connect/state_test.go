package connect

import (
	"fmt"
	"strings"
	"testing"

	"baton/internal/tool/chat/web/wire"
)

func said(room string, seq uint64, nick, text string) wire.Event {
	return wire.Event{Op: "message", Room: room, Seq: seq, Nick: nick, Text: &text, Kind: "message", Time: "2026-01-02T03:04:05.000Z"}
}

// texts returns what is shown, in short.
func texts(lines []line) string {
	var all []string
	for _, l := range lines {
		all = append(all, strings.TrimSpace(l.nick+" "+l.text))
	}
	return strings.Join(all, "; ")
}

func welcome(s *state, epoch string) []wire.Request {
	reqs, _ := s.receive(&wire.Event{Op: "welcome", Nick: "me", Session: "secret", Epoch: epoch})
	return reqs
}

// TestResume: what was missed is shown once, and what was not confirmed is sent again.
func TestResume(t *testing.T) {
	s := newState(Options{Nick: "me"})
	welcome(s, "e")
	m1, m2, m3 := said("#lobby", 1, "a", "one"), said("#lobby", 2, "a", "two"), said("#lobby", 3, "me", "three")
	_, lines := s.receive(&wire.Event{Op: "room", Room: "#lobby", Messages: []wire.Event{m1}})
	if !strings.HasSuffix(texts(lines), "a one") {
		t.Errorf("shown: %s", texts(lines))
	}
	reqs, _, _ := s.enter("three")
	if len(reqs) != 1 || reqs[0].ID == "" || reqs[0].Room != "#lobby" {
		t.Fatalf("sent %+v", reqs)
	}
	hello := s.hello()
	if hello.Session != "secret" || hello.Resume["#lobby"] != 1 {
		t.Errorf("hello %+v", hello)
	}
	again := welcome(s, "e")
	if len(again) != 1 || !again[0].Again || again[0].ID != reqs[0].ID {
		t.Errorf("sent again: %+v", again)
	}
	_, lines = s.receive(&wire.Event{Op: "room", Room: "#lobby", Messages: []wire.Event{m2}})
	if texts(lines) != "a two" {
		t.Errorf("shown: %s", texts(lines))
	}
	if _, lines = s.receive(&m2); len(lines) != 0 {
		t.Errorf("shown twice: %s", texts(lines))
	}
	m3.ID = reqs[0].ID
	if _, lines = s.receive(&m3); texts(lines) != "me three" || len(s.pending) != 0 {
		t.Errorf("shown %s, pending %+v", texts(lines), s.pending)
	}
	// A history that began anew.
	welcome(s, "other")
	if s.hello().Resume["#lobby"] != 0 {
		t.Errorf("hello %+v", s.hello())
	}
}

// TestGap: more was missed than comes with the room.
func TestGap(t *testing.T) {
	s := newState(Options{Nick: "me"})
	welcome(s, "e")
	s.receive(&wire.Event{Op: "room", Room: "#lobby", Messages: []wire.Event{said("#lobby", 1, "a", "1")}})
	reqs, lines := s.receive(&wire.Event{Op: "room", Room: "#lobby", More: true, Messages: []wire.Event{said("#lobby", 9, "a", "9")}})
	if len(reqs) != 1 || reqs[0].Op != "history" || reqs[0].After != 1 || len(lines) != 0 {
		t.Fatalf("sent %+v, shown %s", reqs, texts(lines))
	}
	var missed []wire.Event
	for i := range uint64(9) {
		missed = append(missed, said("#lobby", i+1, "a", fmt.Sprint(i+1)))
	}
	_, lines = s.receive(&wire.Event{Op: "history", Room: "#lobby", Messages: missed, Ref: reqs[0].Ref})
	if got := texts(lines); got != "a 2; a 3; a 4; a 5; a 6; a 7; a 8; a 9" {
		t.Errorf("shown: %s", got)
	}
}

func TestEnter(t *testing.T) {
	for in, want := range map[string]string{
		"hi":              "say #lobby  hi",
		"  hi  ":          "say #lobby  hi",
		"//path":          "say #lobby  /path",
		"/me waves":       "say #lobby action waves",
		"/msg bob psst x": "direct  bob psst x",
		"/join go":        "join #go",
		"/part":           "part #lobby",
		"/nick al":        "nick al",
		"/history":        "history #lobby 0",
		"/history 7":      "history #lobby 7",
		"/search a b":     "search #lobby a b",
		"/topic new":      "topic #lobby  new",
		"/kick bob":       "command #lobby  /kick bob",
		"/history x":      "",
		"/me":             "",
		"/msg bob":        "command #lobby  /msg bob",
	} {
		s := newState(Options{})
		reqs, lines, quit := s.enter(in)
		got := ""
		if len(reqs) == 1 {
			r := reqs[0]
			switch r.Op {
			case "say", "topic", "command":
				got = fmt.Sprintf("%s %s %s %s", r.Op, r.Room, r.Kind, r.Text)
			case "direct":
				got = fmt.Sprintf("%s  %s %s", r.Op, r.To, r.Text)
			case "history":
				got = fmt.Sprintf("%s %s %d", r.Op, r.Room, r.Limit)
			case "search":
				got = fmt.Sprintf("%s %s %s", r.Op, r.Room, r.Query)
			case "nick":
				got = r.Op + " " + r.Nick
			default:
				got = r.Op + " " + r.Room
			}
		}
		if got != want || quit || want == "" && len(lines) == 0 {
			t.Errorf("enter(%q) = %q, %v, %v; want %q", in, got, lines, quit, want)
		}
	}
	if _, _, quit := newState(Options{}).enter("/quit"); !quit {
		t.Error("/quit doesn't quit")
	}
}

func TestComplete(t *testing.T) {
	n := &names{}
	n.add("alice")
	n.add("alan")
	for _, tt := range []struct{ line, want string }{
		{"al", "alan: "}, {"hi AL", "hi alan "}, {"ali", "alice: "}, {"/hi", "/history "}, {"x", ""}, {"", ""},
	} {
		if got, pos, ok := n.complete(tt.line, len(tt.line)); got != tt.want || ok != (tt.want != "") || pos != len(got) {
			t.Errorf("complete(%q) = %q, %d, %v; want %q", tt.line, got, pos, ok, tt.want)
		}
	}
}

// FuzzReceive: nothing that a server sends makes the client panic, or is shown as
// more than it is.
func FuzzReceive(f *testing.F) {
	for _, op := range []string{"welcome", "room", "message", "direct", "history", "nick", "kick", "mode", "account"} {
		f.Add(op, "#lobby", "bob", "text", uint64(3))
	}
	f.Fuzz(func(t *testing.T, op, room, nick, text string, seq uint64) {
		s := newState(Options{Nick: "me"})
		e := said(room, seq, nick, text)
		for _, e := range []wire.Event{
			{Op: op, Room: room, Nick: nick},
			{Op: op},
			{Op: op, Room: room, Nick: nick, Text: new(text), Target: nick, New: text, Messages: []wire.Event{e}, More: true, Ref: text},
		} {
			s.receive(&e)
		}
		s.enter(text)
	})
}
