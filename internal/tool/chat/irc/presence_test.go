package irc

import (
	"testing"
	"time"

	"baton/internal/tool/chat/room"
	"github.com/google/go-cmp/cmp"
)

// TestMissedPresence: who was behind is told who has left and come as a client knows
// it, or is given the names where that isn't known any more.
func TestMissedPresence(t *testing.T) {
	id := func(nick string) *room.Identity {
		return &room.Identity{Nick: nick, User: "u", Host: "host", RealName: "Real " + nick}
	}
	ev := &room.Event{
		Kind: room.Presence, RoomName: "#a", Time: time.Unix(1, 0), Origin: new(room.Client), Epoch: "e", Stamp: 7, Complete: true,
		Gone:    []*room.Identity{id("gone")},
		Present: []room.Present{{Identity: id("old"), Op: true}, {Identity: id("new"), New: true}, {Identity: id("chief"), New: true, Op: true, Voice: true}},
	}
	enc := &encoder{server: "irc.test"}
	got := func(shape caps) string { return string(enc.Encode(nil, ev, room.Shape(shape), true)) }
	want := ":gone!u@host PART #a :left while you were behind\r\n" +
		":new!u@host JOIN #a\r\n:chief!u@host JOIN #a\r\n:irc.test MODE #a +ov chief chief\r\n"
	if d := cmp.Diff(want, got(0)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	want = "@time=1970-01-01T00:00:01.000Z :gone!u@host PART #a :left while you were behind\r\n" +
		"@time=1970-01-01T00:00:01.000Z :new!u@host JOIN #a * :Real new\r\n" +
		"@time=1970-01-01T00:00:01.000Z :chief!u@host JOIN #a * :Real chief\r\n" +
		"@time=1970-01-01T00:00:01.000Z :irc.test MODE #a +ov chief chief\r\n"
	if d := cmp.Diff(want, got(serverTime|extendedJoin|messageTags)); d != "" {
		t.Errorf("with capabilities (-want +got):\n%s", d)
	}
	ev.Present[0].Altered, ev.Present[1].Away, ev.Gone = true, "out", nil
	want = ":new!u@host JOIN #a\r\n:new!u@host AWAY :out\r\n:chief!u@host JOIN #a\r\n:irc.test MODE #a +ov chief chief\r\n"
	if d := cmp.Diff(":old!u@host AWAY\r\n:old!u@host ACCOUNT *\r\n"+want, got(awayNotify|accountNotify)); d != "" {
		t.Errorf("altered (-want +got):\n%s", d)
	}
	ev.Present[0].Away, ev.Present[0].Identity.Account = "in a moment", "acc"
	ev.Present = ev.Present[:1]
	want = ":old!u@host AWAY :in a moment\r\n:old!u@host ACCOUNT acc\r\n:old!u@host SETNAME :Real old\r\n"
	if d := cmp.Diff(want, got(awayNotify|accountNotify|setname)); d != "" {
		t.Errorf("altered (-want +got):\n%s", d)
	}
	ev.Complete = false
	ev.Present = []room.Present{{Identity: id("old"), Op: true}, {Identity: id("new"), New: true}, {Identity: id("chief"), New: true, Op: true, Voice: true}}
	want = ":irc.test 353 * = #a :@old new @chief\r\n:irc.test 366 * #a :End of /NAMES list\r\n"
	if d := cmp.Diff(want, got(0)); d != "" {
		t.Errorf("not known (-want +got):\n%s", d)
	}
}
