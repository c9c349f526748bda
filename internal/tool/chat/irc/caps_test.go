package irc

import (
	"fmt"
	"strings"
	"testing"

	"baton/internal/tool/chat/room"
)

func TestEchoTagsAndLabels(t *testing.T) {
	const all = "echo-message message-tags server-time batch labeled-response account-tag setname"
	for _, tt := range []struct{ name, script string }{
		{"echo", `
			al> PRIVMSG #a :hi
			al< @time=2000-01-01T00:00:00.000Z;msgid=*-1#a :al!~al@host.al PRIVMSG #a :hi
			bo< :al!~al@host.al PRIVMSG #a :hi
			al> PRIVMSG al :me
			al< @time=*;msgid=*!* :al!~al@host.al PRIVMSG al :me
			al< @time=*;msgid=*!* :al!~al@host.al PRIVMSG al :me
			al:`},
		{"client tags", `
			al> @+a=b\s;c=d;+x/y PRIVMSG #a :hi
			al< @time=*;msgid=*;+a=b\s;+x/y :al!~al@host.al PRIVMSG #a :hi
			bo< :al!~al@host.al PRIVMSG #a :hi
			al> @+typing=active TAGMSG #a
			al< @time=*;msgid=*;+typing=active :al!~al@host.al TAGMSG #a
			al> TAGMSG #a
			al:
			bo:`},
		{"labels", `
			al> @label=1 PRIVMSG #a :hi
			al< @label=1;time=*;msgid=* :al!~al@host.al PRIVMSG #a :hi
			al> @label=2 PRIVMSG none :hi
			al< @label=2 :srv 401 al none :*
			al> @label=3 PONG x
			al:
			al> @label=a;label=4 NOTICE none :x
			al< @label=4 :srv ACK
			al> @label=5 WHO al
			al< @label=5 :srv BATCH +1 labeled-response
			al< @batch=1 :srv 352 *
			al< @batch=1 :srv 315 *
			al< :srv BATCH -1
			al> @label=6 JOIN #z
			al< @label=6 :srv BATCH +2 labeled-response
			al< @batch=2;time=*;msgid=* :al!~al@host.al JOIN #z
			al< @batch=2 :srv 353 *
			al< @batch=2 :srv 366 *
			al< :srv BATCH -2
			al> @label=7 PART #z
			al< @label=7;time=*;msgid=* :al!~al@host.al PART #z
			al> @label=8 PRIVMSG #a,none :x
			al< @label=8 :srv BATCH +3 labeled-response
			al< @batch=3;time=*;msgid=* :al!~al@host.al PRIVMSG #a :x
			al< @batch=3 :srv 401 *
			al< :srv BATCH -3
			al> @label=9 NICK al
			al< @label=9 :srv ACK
			al> @label=10 NICK bo
			al< @label=10 :srv 433 *
			al> @label=11 MODE #a +i
			al< @label=11;time=*;msgid=* :al!~al@host.al MODE #a +i
			al> @label=12 MODE #a +i
			al< @label=12 :srv ACK
			al> @label=13 SETNAME :Other
			al< @label=13;time=*;msgid=* :al!~al@host.al SETNAME :Other
			al> @label=14 INVITE cy #a
			al< @label=14 :srv 341 al cy :#a
			al> @label=15 PING x
			al< @label=15 :srv PONG srv :x
			al> @label=16 NONSENSE
			al< @label=16 :srv 421 *
			al> @label=17 TOPIC #a :new
			al< @label=17;time=*;msgid=* :al!~al@host.al TOPIC #a :new
			al> @label=18 KICK #a bo
			al< @label=18;time=*;msgid=* :al!~al@host.al KICK #a bo :al
			al> @label=19 CAP LIST
			al< @label=19 :srv CAP al LIST :*
			al:`},
		{"labels of several lines", `
			al> @label=1 PRIVMSG #a :` + strings.Repeat("x", 490) + `
			al< @label=1 :srv BATCH +1 labeled-response
			al< @batch=1;time=*;msgid=* :al!~al@host.al PRIVMSG #a :xx*
			al< @batch=1;time=* :al!~al@host.al PRIVMSG #a :xx*
			al< :srv BATCH -1
			bo..:al!~al@host.al PRIVMSG #a :xx*
			bo> AWAY :out
			al> @label=2 PRIVMSG bo :hi
			al< @label=2 :srv BATCH +2 labeled-response
			al< @batch=2;time=*;msgid=* :al!~al@host.al PRIVMSG bo :hi
			al< @batch=2 :srv 301 al bo :out
			al< :srv BATCH -2
			al> CAP REQ -echo-message
			al< :srv CAP al ACK :-echo-message
			al> @label=3 PRIVMSG bo :hi
			al< @label=3 :srv BATCH +3 labeled-response
			al< @batch=3 :srv 301 al bo :out
			al< :srv BATCH -3
			al> @label=4 NOTICE bo :hi
			al< @label=4 :srv ACK
			al:`},
		{"labels without echo", `
			al> CAP REQ -echo-message
			al< :srv CAP al ACK :-echo-message
			al> @label=1 PRIVMSG #a :hi
			al< @label=1 :srv ACK
			bo< :al!~al@host.al PRIVMSG #a :hi
			al> @label=2 PRIVMSG #a,bo :hi
			al< @label=2 :srv BATCH +1 labeled-response
			al< :srv BATCH -1
			al:
			bo> @label=3 PING x
			bo..:srv PONG srv :x`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, room.Options{}, Options{}, func(w *world) {
				w.join("al", all, "#a")
				w.join("bo", "", "#a")
				w.join("cy", "")
				w.script(tt.script)
			})
		})
	}
}

func TestNotifications(t *testing.T) {
	inWorld(t, room.Options{}, Options{}, func(w *world) {
		w.join("al", "away-notify extended-join invite-notify multi-prefix setname userhost-in-names account-notify", "#a")
		w.join("bo", "", "#a")
		w.join("cy", "no-implicit-names")
		w.script(`
			bo> AWAY :gone
			bo< :srv 306 *
			al< :bo!~bo@host.bo AWAY :gone
			bo> AWAY
			bo< :srv 305 *
			al< :bo!~bo@host.bo AWAY
			cy> JOIN #a
			cy< :cy!~cy@host.cy JOIN #a
			cy:
			al< :cy!~cy@host.cy JOIN #a * :Real cy
			bo< :cy!~cy@host.cy JOIN #a
			cy> PART #a
			al> MODE #a +v al
			al< :cy!~cy@host.cy PART #a
			al< :al!~al@host.al MODE #a +v al
			bo> INVITE cy #a
			bo..:srv 341 *
			al< :bo!~bo@host.bo INVITE cy :#a
			bo> SETNAME :Bo
			bo:
			al< :bo!~bo@host.bo SETNAME :Bo
			al> NAMES #a
			al< :srv 353 al = #a :@+al!~al@host.al bo!~bo@host.bo
			al< :srv 366 *
			al> WHO #a
			al< :srv 352 al #a ~al host.al srv al H@+ *
			al< :srv 352 *
			al< :srv 315 *
			bo> NAMES #a
			bo< :srv 353 bo = #a :@al bo
			bo< :srv 366 *`)
	})
}

func TestReplay(t *testing.T) {
	inWorld(t, room.Options{}, Options{Replay: 3}, func(w *world) {
		w.join("al", "", "#a")
		for i := range 5 {
			w.send("al", fmt.Sprintf("PRIVMSG #a :%d", i))
		}
		w.send("al", "PRIVMSG #a :\x01ACTION waves\x01")
		w.join("bo", "server-time")
		w.join("cy", "batch server-time message-tags")
		w.join("dy", "batch draft/chathistory")
		w.join("ed", "")
		w.script(`
			bo> JOIN #a
			bo..:srv 366 *
			bo< @time=2000-01-01T00:00:00.000Z :al!~al@host.al PRIVMSG #a :3
			bo< @time=2000-01-01T00:00:00.000Z :al!~al@host.al PRIVMSG #a :4
			bo< @time=2000-01-01T00:00:00.000Z :al!~al@host.al PRIVMSG #a :` + "\x01ACTION waves\x01" + `
			bo:
			cy> JOIN #a
			cy..:srv 366 *
			cy< :srv BATCH +1 chathistory #a
			cy< @batch=1;time=*;msgid=*-4#a :al!~al@host.al PRIVMSG #a :3
			cy< @batch=1;* :4
			cy< @batch=1;*
			cy< :srv BATCH -1
			cy:
			dy> JOIN #a
			dy..:srv 366 *
			dy:
			ed> JOIN #a,#b
			ed..:srv 366 ed #a :*
			ed< :al!~al@host.al PRIVMSG #a :[*] 3
			ed< :al!~al@host.al PRIVMSG #a :[*] 4
			ed< :al!~al@host.al PRIVMSG #a :` + "\x01ACTION [*] waves\x01" + `
			ed< :ed!~ed@host.ed JOIN #b`)
	})
}

func TestChathistory(t *testing.T) {
	inWorld(t, room.Options{}, Options{}, func(w *world) {
		w.join("al", "batch draft/chathistory message-tags server-time labeled-response", "#a")
		w.join("bo", "", "#a")
		var ids []string
		for i := range 5 {
			w.send("bo", fmt.Sprintf("PRIVMSG #a :%d", i))
			line := w.take("al")[0]
			_, rest, _ := strings.Cut(line, "msgid=")
			id, _, _ := strings.Cut(rest, " ")
			ids = append(ids, id)
		}
		texts := func(query string) string {
			t.Helper()
			w.send("al", query)
			var got []string
			for _, line := range w.take("al") {
				switch {
				case strings.Contains(line, " BATCH "):
				case strings.HasPrefix(line, "@batch="):
					got = append(got, line[strings.LastIndexByte(line, ':')+1:])
				default:
					got = append(got, line)
				}
			}
			return strings.Join(got, " ")
		}
		for _, tt := range []struct{ query, want string }{
			{"LATEST #a * 2", "3 4"},
			{"LATEST #A * 0", "0 1 2 3 4"},
			{"LATEST #a msgid=" + ids[2] + " 10", "3 4"},
			{"BEFORE #a msgid=" + ids[3] + " 2", "1 2"},
			{"AFTER #a msgid=" + ids[1] + " 2", "2 3"},
			{"AROUND #a msgid=" + ids[2] + " 3", "1 2 3"},
			{"BETWEEN #a msgid=" + ids[0] + " msgid=" + ids[4] + " 2", "1 2"},
			{"BETWEEN #a msgid=" + ids[4] + " msgid=" + ids[0] + " 2", "2 3"},
			{"AFTER #a timestamp=1999-01-01T00:00:00.000Z 2", "0 1"},
			{"BEFORE #a timestamp=1999-01-01T00:00:00.000Z 2", ""},
			{"LATEST #none * 2", ":srv 400 al CHATHISTORY :You are not in that channel"},
			{"LATEST bo * 2", ":srv 400 al CHATHISTORY :You are not in that channel"},
			{"LATEST #a * x", ":srv 400 al CHATHISTORY :Invalid parameters"},
			{"LATEST #a msgid=x 2", ":srv 400 al CHATHISTORY :There is no such message"},
			{"FOO #a * 2", ":srv 400 al CHATHISTORY :Invalid parameters"},
			{"BETWEEN #a * 2", ":srv 400 al CHATHISTORY :Invalid parameters"},
			{"TARGETS timestamp=1999-01-01T00:00:00.000Z timestamp=2001-01-01T00:00:00.000Z 5", "2000-01-01T00:00:00.000Z"},
			{"TARGETS timestamp=1999-01-01T00:00:00.000Z timestamp=1999-01-01T00:00:00.000Z 5", ""},
			{"TARGETS x y 5", ":srv 400 al CHATHISTORY :Invalid parameters"},
		} {
			tt.want = strings.ReplaceAll(tt.want, "2000-01-01T00:00:00.000Z", "00.000Z")
			if got := texts("CHATHISTORY " + tt.query); got != tt.want {
				t.Errorf("%s: %q, want %q", tt.query, got, tt.want)
			}
		}
		w.script(`
			al> @label=x CHATHISTORY LATEST #a * 1
			al< @label=x :srv BATCH +* chathistory #a
			al< @batch=*
			al< :srv BATCH -*
			al> CAP REQ standard-replies
			al..:srv CAP *
			al> @label=y CHATHISTORY LATEST #x * 1
			al< @label=y :srv FAIL CHATHISTORY INVALID_TARGET LATEST #x :You are not in that channel`)
	})
}
