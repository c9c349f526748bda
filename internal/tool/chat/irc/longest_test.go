package irc

import (
	"fmt"
	"strings"
	"testing"

	"baton/internal/tool/chat/irc/wire"
	"baton/internal/tool/chat/name"
	"baton/internal/tool/chat/room"
)

// TestLongestTexts: with the longest names that there are, no line that has a text as
// long as ISUPPORT allows is cut, and no list.
func TestLongestTexts(t *testing.T) {
	long := func(letter string) string { return strings.Repeat(letter, name.MaxNick) }
	al, bo := long("ж"), long("ф")
	there := "#" + strings.Repeat("語", (name.MaxRoomBytes-2)/3) + "x"
	for what, s := range map[string]string{"name": al, "room": there} {
		if most := map[string]int{"name": name.MaxNickBytes, "room": name.MaxRoomBytes}[what]; len(s) != most {
			t.Fatalf("the %s has %d bytes, want %d", what, len(s), most)
		}
	}
	text := func(n int) string { return strings.Repeat("t", n-1) + "!" }
	inWorld(t, room.Options{}, Options{Name: strings.Repeat("s", 68)}, func(w *world) {
		w.host = "2001:db80:1111:2222:3333:4444:5555:6666"
		for short, nick := range map[string]string{"al": al, "bo": bo} {
			w.send(short, "CAP REQ :extended-join setname away-notify", "NICK "+nick, "USER "+strings.Repeat("u", 30)+" 0 * :"+text(maxRealName), "CAP END")
		}
		if got := strings.Join(w.take("al"), "\n"); strings.Count(got, " 005 ") != strings.Count(got, "are supported by this server") {
			t.Errorf("ISUPPORT is cut: %s", got)
		}
		masks := make([]string, 0, maxModes)
		for i := range 3 {
			masks = append(masks, fmt.Sprint("m:", i, strings.Repeat("m", 147)))
		}
		w.send("al", "JOIN "+there)
		w.send("bo", "JOIN "+there)
		for _, m := range masks {
			w.send("al", "MODE "+there+" +b "+m)
		}
		for _, step := range []struct {
			from, line, to, want string
			n                    int // how often it comes
		}{
			{"al", "TOPIC " + there + " :" + text(room.MaxTopic), "bo", text(room.MaxTopic), 1},
			{"bo", "TOPIC " + there, "bo", text(room.MaxTopic), 1},
			{"bo", "AWAY :" + text(room.MaxAway), "al", text(room.MaxAway), 1},
			{"al", "PRIVMSG " + bo + " :x", "al", text(room.MaxAway), 1},
			{"bo", "SETNAME :" + text(maxRealName), "al", text(maxRealName), 1},
			{"al", "WHOIS " + bo, "al", " * :" + text(maxRealName), 1},
			{"al", "MODE " + there + " b", "al", "!*@* " + al + " ", len(masks)},
			{"al", "KICK " + there + " " + bo + " :" + text(room.MaxReason), "bo", text(room.MaxReason), 1},
			{"bo", "JOIN " + there, "al", " :" + text(maxRealName), 1},
			{"bo", "PART " + there + " :" + text(room.MaxReason), "al", text(room.MaxReason), 1},
			{"bo", "JOIN " + there, "bo", text(room.MaxTopic), 1},
			{"al", "CLOSEROOM " + there + " :" + text(room.MaxReason), "bo", text(room.MaxReason), 1},
			{"al", "JOIN #z", "al", " 366 ", 1},
			{"bo", "JOIN #z", "bo", " 366 ", 1},
			{"bo", "JOIN #r" + strings.Repeat("ж", 60) + "1,#r" + strings.Repeat("ж", 60) + "2", "bo", " 366 ", 2},
			{"bo", "JOIN #r" + strings.Repeat("ж", 60) + "3,#r" + strings.Repeat("ж", 60) + "4", "bo", " 366 ", 2},
			{"bo", "WHOIS " + bo, "bo", "#r" + strings.Repeat("ж", 60), 4},
			{"bo", "USERHOST" + strings.Repeat(" "+bo, 5), "bo", "=-~", 5},
			{"bo", "ISON" + strings.Repeat(" "+bo, 7), "bo", " 303 ", 2},
			{"al", "MONITOR + " + strings.Join([]string{bo, long("a"), long("b"), long("c"), long("d"), long("e"), long("g")}, ","), "al", long("g"), 1},
			{"al", "MONITOR + " + strings.Join([]string{long("h"), long("i"), long("j"), long("k"), long("l"), long("m")}, ","), "al", long("m"), 1},
			{"al", "MONITOR L", "al", strings.Repeat("m", name.MaxNick), 1},
			{"bo", "QUIT :" + text(room.MaxReason-len("Quit: ")), "al", "Quit: " + text(room.MaxReason-len("Quit: ")), 1},
		} {
			w.take("al")
			w.take("bo")
			w.send(step.from, step.line)
			got := w.take(step.to)
			if n := strings.Count(strings.Join(got, "\r\n")+"\r\n", step.want); n != step.n {
				t.Errorf("%.40s…: %d, want %d in %q", step.line, n, step.n, got)
			}
			for _, l := range got {
				if len(l) > wire.MaxBody-2 {
					t.Errorf("%d bytes: %q", len(l), l)
				}
			}
		}
	})
}
