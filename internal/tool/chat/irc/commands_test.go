package irc

import (
	"strings"
	"testing"

	"baton/internal/tool/chat/room"
)

// Each conversation begins with al and bo registered and in #a, where al is
// operator, and with cy registered.
func TestConversations(t *testing.T) {
	for _, tt := range []struct{ name, script string }{
		{"join and part", `
			cy> JOIN #a
			cy< :cy!~cy@host.cy JOIN #a
			cy< :srv 353 cy = #a :@al bo cy
			cy< :srv 366 cy #a :End of /NAMES list
			cy:
			al< :cy!~cy@host.cy JOIN #a
			cy> JOIN #a
			cy:
			cy> PART #a :so long
			cy< :cy!~cy@host.cy PART #a :so long
			bo< :cy!~cy@host.cy JOIN #a
			bo< :cy!~cy@host.cy PART #a :so long
			cy> PART #a
			cy< :srv 442 cy #a :*
			cy> PART #none
			cy< :srv 403 cy #none :*
			cy> JOIN nonsense
			cy< :srv 403 cy nonsense :*
			cy> JOIN :
			cy< :srv 461 cy JOIN :*
			cy> JOIN #x,#y
			cy..:srv 366 cy #x :*
			cy< :cy!~cy@host.cy JOIN #y
			cy< :srv 353 cy = #y :@cy
			cy< :srv 366 cy #y :*
			cy> JOIN 0
			cy< :cy!~cy@host.cy PART #x
			cy< :cy!~cy@host.cy PART #y
			cy:`},
		{"messages", `
			al> PRIVMSG #A :hi : there
			bo< :al!~al@host.al PRIVMSG #a :hi : there
			al:
			al> NOTICE bo :psst
			bo< :al!~al@host.al NOTICE bo :psst
			al> PRIVMSG bo,#a,cy x
			bo< :al!~al@host.al PRIVMSG bo :x
			bo< :al!~al@host.al PRIVMSG #a :x
			cy< :al!~al@host.al PRIVMSG cy :x
			al> PRIVMSG bo :` + "\x01ACTION waves\x01" + `
			bo< :al!~al@host.al PRIVMSG bo :` + "\x01ACTION waves\x01" + `
			al> PRIVMSG bo :` + "\x01VERSION\x01" + `
			bo< :al!~al@host.al PRIVMSG bo :` + "\x01VERSION\x01" + `
			al> PRIVMSG
			al< :srv 411 al :*
			al> PRIVMSG bo
			al< :srv 412 al :*
			al> PRIVMSG bo :
			al< :srv 412 al :*
			al> PRIVMSG none :x
			al< :srv 401 al none :*
			al> PRIVMSG #none :x
			al< :srv 403 al #none :*
			al> NOTICE none :x
			al> NOTICE #none :x
			al:
			cy> PRIVMSG #a :from outside
			cy< :srv 404 cy #a :*
			al> TAGMSG bo
			al< :srv 421 al TAGMSG :*
			al> PRIVMSG al :to me
			al< :al!~al@host.al PRIVMSG al :to me
			al:
			bo:`},
		{"topic", `
			cy> TOPIC #a
			cy< :srv 331 cy #a :*
			al> TOPIC #a :about a
			al< :al!~al@host.al TOPIC #a :about a
			bo< :al!~al@host.al TOPIC #a :about a
			bo> TOPIC #a :mine
			bo< :srv 482 bo #a :*
			cy> TOPIC #a :mine
			cy< :srv 442 cy #a :*
			cy> TOPIC #a
			cy< :srv 332 cy #a :about a
			cy< :srv 333 cy #a al :946684800
			cy> JOIN #a
			cy< :cy!~cy@host.cy JOIN #a
			cy< :srv 332 cy #a :about a
			cy< :srv 333 cy #a al :946684800
			cy< :srv 353 *
			cy< :srv 366 *
			al> MODE #a -t
			bo< :cy!~cy@host.cy JOIN #a
			bo< :al!~al@host.al MODE #a -t
			bo> TOPIC #a :
			bo< :bo!~bo@host.bo TOPIC #a :
			bo> TOPIC #a
			bo< :srv 331 bo #a :*
			bo> TOPIC #none
			bo< :srv 403 bo #none :*`},
		{"channel modes", `
			al> MODE #a
			al< :srv 324 al #a :+nt
			al< :srv 329 al #a :946684800
			al> MODE #a +mkl-t+v key 7 bo
			al< :al!~al@host.al MODE #a +mkl-t+v key 7 bo
			bo< :al!~al@host.al MODE #a +mkl-t+v key 7 bo
			al> MODE #a
			al< :srv 324 al #a +mnkl key :7
			al< :srv 329 *
			cy> MODE #a
			cy< :srv 324 cy #a +mnkl * :7
			cy< :srv 329 *
			cy> JOIN #a
			cy< :srv 475 cy #a :*
			cy> JOIN #a key
			cy< :cy!~cy@host.cy JOIN #a
			cy..:srv 366 *
			cy> PRIVMSG #a :x
			cy< :srv 404 cy #a :Cannot send to channel (+m)
			bo< :cy!~cy@host.cy JOIN #a
			bo> PRIVMSG #a :voiced
			cy< :bo!~bo@host.bo PRIVMSG #a :voiced
			bo> MODE #a +o bo
			bo< :srv 482 bo #a :*
			al..:bo!~bo@host.bo PRIVMSG #a :voiced
			al> MODE #a +Zo none
			al< :srv 472 al Z :*
			al< :srv 401 al none :*
			al> MODE #a +o
			al< :srv 696 al #a o * :*
			al> MODE #a +l x
			al< :srv 696 al #a l x :*
			al> MODE #a -kl
			al< :al!~al@host.al MODE #a -kl *
			al> MODE #a +i
			al< :al!~al@host.al MODE #a +i
			dy> NICK dy
			dy> USER dy 0 * :Dy
			dy> JOIN #a
			dy..:srv 473 dy #a :*
			al> MODE #none +i
			al< :srv 403 *`},
		{"bans and mutes", `
			al> MODE #a +b cy
			al< :al!~al@host.al MODE #a +b cy!*@*
			al> MODE #a b
			al< :srv 367 al #a cy!*@* al :946684800
			al< :srv 368 al #a :*
			cy> JOIN #a
			cy< :srv 474 cy #a :*
			al> MODE #a -b+b cy!*@* m:bo
			al< :al!~al@host.al MODE #a -b+b cy!*@* m:bo!*@*
			bo..:al!~al@host.al MODE #a -b+b *
			bo> PRIVMSG #a :x
			bo< :srv 404 bo #a :*muted*
			cy> MODE #a b
			cy< :srv 368 cy #a :*`},
		{"kick and invite", `
			bo> KICK #a al
			bo< :srv 482 bo #a :*
			al> KICK #a cy
			al< :srv 441 al cy #a :*
			al> KICK #a none
			al< :srv 401 al none :*
			al> KICK #a bo :out
			al< :al!~al@host.al KICK #a bo :out
			bo< :al!~al@host.al KICK #a bo :out
			bo> KICK #a al
			bo< :srv 442 *
			al> MODE #a +i
			al< *MODE #a +i
			al> INVITE bo #a
			al< :srv 341 al bo :#a
			bo< :al!~al@host.al INVITE bo :#a
			bo> JOIN #a
			bo< :bo!~bo@host.bo JOIN #a
			al< :bo!~bo@host.bo JOIN #a
			al> INVITE bo #a
			al< :srv 443 al bo #a :*
			al> INVITE none #a
			al< :srv 401 *
			cy> INVITE bo #a
			cy< :srv 442 *`},
		{"nick", `
			al> NICK ali
			al< :al!~al@host.al NICK :ali
			bo< :al!~al@host.al NICK :ali
			al> NICK bo
			al< :srv 433 ali bo :*
			al> NICK ali
			al:
			al> NICK ALI
			al< :ali!~al@host.al NICK :ALI
			cy> WHOWAS al
			cy< :srv 314 cy al ~al host.al * :Real al
			cy< :srv 312 *
			cy< :srv 369 cy al :*
			cy> WHOWAS none
			cy< :srv 406 cy none :*
			cy< :srv 369 *`},
		{"quit", `
			bo> QUIT
			bo!
			al< :bo!~bo@host.bo QUIT :Quit`},
		{"who", `
			al> WHO #a
			al< :srv 352 al #a ~al host.al srv al H@ :0 Real al
			al< :srv 352 al #a ~bo host.bo srv bo H :0 Real bo
			al< :srv 315 al #a :*
			al> WHO #a %cuhsnfdar
			al< :srv 354 al #a ~al host.al srv al H@ 0 0 :Real al
			al< :srv 354 al #a ~bo host.bo srv bo H 0 0 :Real bo
			al< :srv 315 *
			al> WHO cy %tnf,42
			al< :srv 354 al 42 cy H
			al< :srv 315 *
			bo> AWAY :gone
			bo< :srv 306 *
			al> WHO b*
			al< :srv 352 al #a ~bo host.bo srv bo G :0 Real bo
			al< :srv 315 al b* :*
			al> WHO none
			al< :srv 315 al none :*`},
		{"whois and away", `
			bo> AWAY :gone fishing
			bo< :srv 306 bo :*
			al> PRIVMSG bo :there?
			al< :srv 301 al bo :gone fishing
			al> WHOIS bo
			al< :srv 311 al bo ~bo host.bo * :Real bo
			al< :srv 319 al bo :#a
			al< :srv 312 al bo srv :comes over irc
			al< :srv 301 al bo :gone fishing
			al< :srv 317 al bo 0 946684800 :*
			al< :srv 318 al bo :*
			bo> AWAY
			bo..:srv 305 bo :*
			al> WHOIS srv none
			al< :srv 401 al none :*
			al< :srv 318 al none :*
			al> MODE #a +s
			cy> WHOIS al
			cy< :srv 311 *
			cy< :srv 312 *
			cy< :srv 317 *
			cy< :srv 318 *
			cy> NAMES #a
			cy< :srv 366 cy #a :*
			cy> LIST
			cy< :srv 321 *
			cy< :srv 323 *`},
		{"names and list", `
			cy> NAMES #a
			cy< :srv 353 cy = #a :@al bo
			cy< :srv 366 cy #a :*
			cy> LIST
			cy< :srv 321 cy Channel :Users  Name
			cy< :srv 322 cy #a 2 :
			cy< :srv 323 cy :*
			cy> LIST >5
			cy< :srv 321 *
			cy< :srv 323 *
			cy> LIST #b,#a
			cy< :srv 321 *
			cy< :srv 322 cy #a 2 :
			cy< :srv 323 *`},
		{"user mode", `
			bo> MODE bo
			bo< :srv 221 bo :+
			bo> MODE bo +iw
			bo< :bo!~bo@host.bo MODE bo :+i
			bo< :srv 501 *
			bo> MODE al
			bo< :srv 502 *
			bo> MODE none
			bo< :srv 401 *
			cy> WHO *
			cy..:srv 315 *
			cy> NAMES #a
			cy< :srv 353 cy = #a :@al
			cy< :srv 366 *`},
		{"most users", `
			cy> QUIT
			al> LUSERS
			al..:srv 265 al 2 3 :Current local users 2, max 3
			al..:srv 266 al 2 3 :Current global users 2, max 3`},
		{"server", `
			al> VERSION
			al< :srv 351 al baton srv :
			al< :srv 005 *
			al< :srv 005 *
			al> TIME
			al< :srv 391 al srv :*
			al> INFO
			al..:srv 374 al :*
			al> LUSERS
			al..:srv 266 al 3 3 :Current global users 3, max 3
			al> MOTD
			al< :srv 422 *
			al> HELP
			al..:srv 706 al * :*
			al> HELP who
			al< :srv 704 al WHO :WHO *
			al< :srv 705 al WHO :*
			al< :srv 706 *
			al> HELP nonsense
			al< :srv 524 *
			al> ISON al none BO
			al< :srv 303 al :al bo
			al> USERHOST al bo none
			al< :srv 302 al :al=+~al@host.al bo=+~bo@host.bo
			al> PING :a b
			al< :srv PONG srv :a b
			al> PONG x
			al:
			al> SETNAME :New name
			al:
			cy> WHOIS al
			cy< :srv 311 * :New name
			al> SETNAME :
			al< :srv 400 al SETNAME :*
			al> KILL bo :x
			al< :srv 481 *
			al> NOTICE
			al:`},
		{"monitor", `
			cy> MONITOR + al,dy
			cy< :srv 730 cy :al!~al@host.al
			cy< :srv 731 cy :dy
			dy> NICK dy
			dy> USER dy 0 * :Dy
			cy< :srv 730 cy :dy!~dy@host.dy
			dy> NICK ed
			cy< :srv 731 cy :dy
			dy> NICK DY
			cy< :srv 730 cy :DY!~dy@host.dy
			cy> MONITOR - al
			al> QUIT
			dy> QUIT
			cy< :srv 731 cy :DY
			cy> MONITOR L
			cy< :srv 732 cy :dy
			cy< :srv 733 *
			cy> MONITOR S
			cy< :srv 731 cy :dy
			cy> MONITOR C
			cy> MONITOR L
			cy< :srv 733 *`},
		{"bad lines", `
			al> ` + strings.Repeat("x", 600) + `
			al< :srv 417 al :*
			al> ` + strings.Repeat("y", 6000) + `
			al< :srv 417 al :*
			al>
			al> PRIVMSG bo :` + "\xff" + `
			al< :srv 400 al PRIVMSG :*
			al> FOO-BAR x
			al< :srv 421 al * :Unknown command
			al> PING ok
			al< :srv PONG srv :ok`},
		{"closing a room", `
			bo> CLOSEROOM #a
			bo< :srv 482 *
			al> CLOSEROOM #a :enough
			al< :al!~al@host.al KICK #a al :Room closed: enough
			bo< :al!~al@host.al KICK #a bo :Room closed: enough
			bo> JOIN #a
			bo< :srv 474 *`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, room.Options{}, Options{}, func(w *world) {
				w.join("al", "", "#a")
				w.join("bo", "", "#a")
				w.join("cy", "")
				w.script(tt.script)
			})
		})
	}
}
