package irc

import (
	"testing"
	"testing/synctest"
	"time"

	"baton/internal/tool/chat/room"
)

func TestRegistration(t *testing.T) {
	for _, tt := range []struct{ name, script string }{
		{"welcome", `
			al> NICK al
			al:
			al> USER a 0 * :Al of the hill
			al< :srv 001 al :Welcome to the baton chat, al
			al< :srv 002 al :Your host is srv, running version baton
			al< :srv 003 al :*
			al< :srv 004 al srv baton io biklmnostv :bklov
			al< :srv 005 al * :are supported by this server
			al< :srv 005 al * :are supported by this server
			al< :srv 251 al :There are 1 users and 0 invisible on 1 server
			al< :srv 252 al 0 :IRC Operators online
			al< :srv 253 al 0 :unregistered connections
			al< :srv 254 al 0 :channels formed
			al< :srv 255 al :I have 1 clients and 0 servers
			al< :srv 265 al 1 1 :Current local users 1, max 1
			al< :srv 266 al 1 1 :Current global users 1, max 1
			al< :srv 422 al :There is no message of the day
			al< :srv 221 al :+
			al:`},
		{"user first", `
			al> USER a 0 * :Al
			al> NICK al
			al< :srv 001 al :*`},
		{"as irssi does", `
			al> CAP LS 302
			al< :srv CAP * LS :account-notify *
			al> JOIN :
			al< :srv 451 * :You have not registered
			al> CAP REQ :multi-prefix server-time
			al< :srv CAP * ACK :multi-prefix server-time
			al> NICK al
			al> USER root root 127.0.0.1 :root
			al:
			al> CAP END
			al< :srv 001 al :*
			al..:srv 221 al :+
			al> MODE al +i
			al< :al!~root@host.al MODE al :+i`},
		{"nickname in use, in another case, and invalid", `
			al> NICK al
			al> USER a 0 * :Al
			bo> USER b 0 * :Bo
			bo> NICK AL
			bo< :srv 433 * AL :*
			bo> NICK
			bo< :srv 431 * :*
			bo> NICK a!b
			bo< :srv 432 * a!b :*
			bo> NICK bo
			bo< :srv 001 bo :*`},
		{"not enough", `
			al> USER a
			al< :srv 461 * USER :Not enough parameters
			al> FOO
			al< :srv 421 * FOO :Unknown command
			al> PRIVMSG bo :hi
			al< :srv 451 * :You have not registered
			al> PING x
			al< :srv PONG srv :x`},
		{"twice", `
			al> NICK al
			al> USER a 0 * :Al
			al..:srv 221 al :+
			al> USER a 0 * :Al
			al< :srv 462 al :You may not reregister
			al> PASS x
			al< :srv 462 al :You may not reregister`},
		{"quit", `
			al> NICK al
			al> QUIT :bye
			al< ERROR :Closing link: Quit: bye
			al!`},
		{"quit from a room", `
			al> NICK al
			al> USER a 0 * :Al
			al..:srv 221 al :+
			al> JOIN #a
			al..:srv 366 *
			al> QUIT :bye
			al< ERROR :Closing link: Quit: bye
			al!`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, room.Options{}, Options{}, func(w *world) { w.script(tt.script) })
		})
	}
}

func TestCapabilities(t *testing.T) {
	inWorld(t, room.Options{}, Options{}, func(w *world) {
		w.script(`
			al> CAP LS 302
			al< :srv CAP * LS :account-notify account-tag away-notify batch cap-notify draft/chathistory echo-message extended-join invite-notify labeled-response message-tags multi-prefix draft/no-implicit-names server-time setname standard-replies userhost-in-names
			al> CAP LIST
			al< :srv CAP * LIST :cap-notify
			al> CAP REQ :echo-message nonsense
			al< :srv CAP * NAK :echo-message nonsense
			al> CAP REQ :echo-message batch
			al< :srv CAP * ACK :echo-message batch
			al> CAP REQ :-batch
			al< :srv CAP * ACK :-batch
			al> CAP REQ -cap-notify
			al< :srv CAP * NAK :-cap-notify
			al> CAP REQ sasl
			al< :srv CAP * NAK :sasl
			al> CAP LIST
			al< :srv CAP * LIST :cap-notify echo-message
			al> CAP FOO
			al< :srv 410 * FOO :*
			al> CAP
			al< :srv 461 * CAP :*
			al> NICK al
			al> USER a 0 * :Al
			al:
			al> CAP END
			al..:srv 221 al :+
			al> CAP LS
			al< :srv CAP al LS :account-notify *
			al> CAP END
			al:`)
	})
}

func TestTimeouts(t *testing.T) {
	inWorld(t, room.Options{}, Options{}, func(w *world) {
		w.script("al> NICK al")
		time.Sleep(31 * time.Second)
		synctest.Wait()
		w.script(`
			al< ERROR :Closing link: you have not given your name in time
			al!`)
		w.join("bo", "", "#a")
		w.join("cy", "", "#a")
		for range 2 { // bo answers, cy does not
			time.Sleep(119 * time.Second)
			w.script("bo> PONG x")
		}
		time.Sleep(3 * time.Second)
		synctest.Wait()
		w.script(`
			cy< PING :srv
			cy< ERROR :Closing link: Ping timeout
			cy!
			bo< :cy!~cy@host.cy QUIT :Ping timeout
			bo:`)
	})
}
