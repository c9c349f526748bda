package web

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"baton/internal/tool/chat/room"
	"baton/internal/tool/chat/room/roomtest"
	"baton/internal/tool/chat/web/wire"
)

// TestWho: all members are listed, and a larger room costs who asks more.
func TestWho(t *testing.T) {
	for _, tt := range []struct{ members, price int }{{1, 1}, {199, 1}, {200, 2}, {1001, 6}} {
		t.Run(fmt.Sprint(tt.members), func(t *testing.T) {
			// Of as many requests as there may be at once, one is left.
			inBubble(t, room.Options{FloodClient: room.Rate{Burst: tt.price + 1, PerSecond: 1}}, func(b *bubble) {
				ann := b.in("ann")
				ann.ask(wire.Request{Op: "join", Room: "#a"})
				b.Crowd(tt.members-1, roomtest.In("#a"))
				time.Sleep(time.Minute)
				ann.take()
				got := ann.ask(wire.Request{Op: "who", Room: "#a"})
				if len(got) != 1 || got[0].Op != "who" || len(got[0].Members) != tt.members {
					t.Errorf("got %+v", got)
				}
				for i, want := range []time.Duration{0, time.Second} {
					asked := time.Now()
					ann.ask(wire.Request{Op: "ping"})
					if d := time.Since(asked); d != want {
						t.Errorf("request %d behind it waits for %v, want %v", i+1, d, want)
					}
				}
			})
		})
	}
}

// TestAwayOnJoin: that who comes in is away is told with it.
func TestAwayOnJoin(t *testing.T) {
	inBubble(t, room.Options{}, func(b *bubble) {
		ann, bob := b.in("ann"), b.in("bob")
		for _, tt := range []struct {
			away string
			want string
		}{{"out", `{"op":"join","room":"#lobby","nick":"bob","text":"out"}`}, {"", `{"op":"join","room":"#lobby","nick":"bob"}`}} {
			bob.ask(wire.Request{Op: "part", Room: "#lobby"})
			bob.ask(wire.Request{Op: "command", Text: "/away " + tt.away})
			ann.take()
			bob.ask(wire.Request{Op: "join", Room: "#lobby"})
			got, err := json.Marshal(ann.take())
			if err != nil || string(got) != "["+tt.want+"]" {
				t.Errorf("got %s (%v), want %s", got, err, tt.want)
			}
		}
	})
}

// TestLimits: who hits the bound of a room's list of bans, of a mask or of rooms is told
// which it is, in words and as what programs know.
func TestLimits(t *testing.T) {
	inBubble(t, room.Options{MaxList: 3, MaxRooms: 2, MaxAllRooms: 4}, func(b *bubble) {
		ann, bob, cyn := b.in("ann"), b.in("bob"), b.in("cyn")
		command := func(text string) wire.Request { return wire.Request{Op: "command", Room: "#a", Text: text} }
		join := func(name string) wire.Request { return wire.Request{Op: "join", Room: name} }
		mask := func(n int) string { return strings.Repeat("x", n-len("!*@*")) + "!*@*" }
		for _, step := range []struct {
			p    *page
			req  wire.Request
			want string
		}{
			{ann, join("#a"), "room"},
			{ann, join("#b"), "error too-many You are in too many rooms."},
			{bob, join("#b"), "room"},
			{bob, wire.Request{Op: "part", Room: "#lobby"}, "part"},
			{bob, join("#c"), "room"},
			{cyn, join("#d"), "error too-many There are too many rooms."},
			{ann, command("/ban " + mask(150)), "mode +b " + mask(150)},
			{ann, command("/ban " + mask(151)), "error too-long Too long."},
			{ann, command("/ban one"), "mode +b one!*@*"},
			{ann, command("/mute one"), "mode +b m:one!*@*"},
			{ann, command("/ban two"), "error too-many The list of bans is full."},
			{ann, command("/mute two"), "error too-many The list of bans is full."},
			{ann, command("/ban one"), ""}, // is there already
			{ann, command("/unban two"), "error no-such-name There is nobody with that name."},
			{ann, command("/unmute one"), "mode -b m:one!*@*"},
			{ann, command("/ban two"), "mode +b two!*@*"},
		} {
			step.p.take()
			got := ""
			for _, e := range step.p.ask(step.req) {
				if got = e.Op; e.Op == "error" {
					got += " " + e.Code + " " + *e.Text
				}
				for _, ch := range e.Changes {
					sign := " -"
					if ch.Set {
						sign = " +"
					}
					got += sign + ch.Mode + " " + ch.Arg
				}
			}
			if got != step.want {
				t.Errorf("%s %s: got %q, want %q", step.req.Op, step.req.Room+step.req.Text, got, step.want)
			}
		}
	})
}
